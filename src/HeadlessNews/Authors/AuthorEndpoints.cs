using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Answers = HeadlessNews.Records.NamedRecordAnswers<
    HeadlessNews.Authors.Author, HeadlessNews.Authors.AuthorRequest, HeadlessNews.Authors.EditorAuthor>;

namespace HeadlessNews.Authors;

internal static class AuthorEndpoints
{
    public static void MapAuthors(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/authors").WithTags("Authors");
        group.MapGet("", List).WithName("ListEditorAuthors").RequireRole(Role.Contributor);
        group.MapPost("", Create).WithName("CreateAuthor").RequireRole(Role.Editor).Validate<AuthorRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorAuthor").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceAuthor").RequireRole(Role.Editor).Validate<AuthorRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchAuthor").RequireRole(Role.Editor).RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("DeleteAuthor").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409);
    }

    /// <summary>List authors in the order of their slugs</summary>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="q">Only with this text in the name or the slug.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<Ok<Page<EditorAuthor>>> List(
        QueryEnum<AuthorKind>? kind, string? q, int? limit, string? after, NewsDbContext db, Answers answers, CancellationToken cancel)
    {
        var authors = db.Authors.AsNoTracking();
        if (kind is { } only)
        {
            authors = authors.Where(author => author.Kind == only.Value);
        }
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            authors = authors.Where(author => EF.Functions.ILike(author.Name, pattern, "\\") || EF.Functions.ILike(author.Slug, pattern, "\\"));
        }
        return answers.List($"editorial/authors?{kind?.Value}&{q}", authors, limit, after, cancel);
    }

    /// <summary>Create an author</summary>
    private static Task<Results<Created<EditorAuthor>, ProblemHttpResult>> Create(AuthorRequest request, Answers answers, CancellationToken cancel) =>
        answers.Create(id => new Author(id), request, cancel);

    /// <summary>Get an author</summary>
    /// <param name="id">The author's id.</param>
    private static Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Get(Guid id, Answers answers, CancellationToken cancel) => answers.Get(id, cancel);

    /// <summary>Replace an author</summary>
    /// <remarks>Every member that is left out becomes null, but for the slug, which stays. A new name reaches the published articles that carry it within seconds.</remarks>
    /// <param name="id">The author's id.</param>
    private static Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Replace(
        Guid id, AuthorRequest request, Precondition precondition, Answers answers, CancellationToken cancel) =>
        answers.Replace(id, request, precondition, cancel);

    /// <summary>Change members of an author</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The author's id.</param>
    private static Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<AuthorRequest> patch, Precondition precondition, Answers answers, CancellationToken cancel) =>
        answers.Patch(id, patch, precondition, cancel);

    /// <summary>Delete an author that nothing uses</summary>
    /// <remarks>An author whom an article names, in its working copy or live, or who fills a front, is refused (409) with how many do.</remarks>
    /// <param name="id">The author's id.</param>
    private static Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, NewsDbContext db, Answers answers, CancellationToken cancel) =>
        answers.Delete(id, precondition, () => InUse(id, db, cancel), cancel);

    /// <summary>Working copies that name it, and live articles and publications to come whose working copy does so no longer.</summary>
    private static async Task<ProblemDetails?> InUse(Guid id, NewsDbContext db, CancellationToken cancel)
    {
        var articles = await db.Database.SqlQuery<int>(
            $"""
            SELECT count(*)::integer AS "Value"
            FROM (
                SELECT article_id FROM editorial.article_authors WHERE author_id = {id}
                UNION
                SELECT article_id FROM delivery.listing WHERE facet_kind = 'author' AND facet_id = {id}
                UNION
                SELECT due.article_id
                FROM editorial.scheduled_publications AS due
                JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (due.article_id, due.revision)
                WHERE kept.content -> 'authors' ? {id.ToString()}
            ) AS used
            """).SingleAsync(cancel);
        var fronts = await db.FrontsNaming(id, cancel);
        return articles + fronts == 0 ? null : Problems.InUse("author", articles, fronts: fronts);
    }
}
