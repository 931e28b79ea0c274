using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Answers = HeadlessNews.Records.NamedRecordAnswers<
    HeadlessNews.Tags.Tag, HeadlessNews.Tags.TagRequest, HeadlessNews.Tags.EditorTag>;

namespace HeadlessNews.Tags;

internal static class TagEndpoints
{
    public static void MapTags(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/tags").WithTags("Tags");
        group.MapGet("", List).WithName("ListEditorTags").RequireRole(Role.Contributor);
        group.MapPost("", Create).WithName("CreateTag").RequireRole(Role.Editor).Validate<TagRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorTag").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceTag").RequireRole(Role.Editor).Validate<TagRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchTag").RequireRole(Role.Editor).RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("DeleteTag").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409);
    }

    /// <summary>List tags in the order of their slugs</summary>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="q">Only with this text in the name, the slug or an alias.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<Ok<Page<EditorTag>>> List(
        QueryEnum<TagKind>? kind, string? q, int? limit, string? after, NewsDbContext db, Answers answers, CancellationToken cancel)
    {
        var tags = db.Tags.AsNoTracking();
        if (kind is { } only)
        {
            tags = tags.Where(tag => tag.Kind == only.Value);
        }
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            tags = tags.Where(tag => EF.Functions.ILike(tag.Name, pattern, "\\") || EF.Functions.ILike(tag.Slug, pattern, "\\")
                || tag.Aliases.Any(alias => EF.Functions.ILike(alias, pattern, "\\")));
        }
        return answers.List($"editorial/tags?{kind?.Value}&{q}", tags, limit, after, cancel);
    }

    /// <summary>Create a tag</summary>
    private static Task<Results<Created<EditorTag>, ProblemHttpResult>> Create(TagRequest request, NewsDbContext db, Answers answers, CancellationToken cancel) =>
        answers.Create(id => new Tag(id), request, cancel, TagParent.Find(db));

    /// <summary>Get a tag</summary>
    /// <param name="id">The tag's id.</param>
    private static Task<Results<Ok<EditorTag>, ProblemHttpResult>> Get(Guid id, Answers answers, CancellationToken cancel) => answers.Get(id, cancel);

    /// <summary>Replace a tag</summary>
    /// <remarks>Every member that is left out becomes null, but for the slug, which stays. A new name, or another parent, reaches the published articles that carry it within seconds.</remarks>
    /// <param name="id">The tag's id.</param>
    private static Task<Results<Ok<EditorTag>, ProblemHttpResult>> Replace(
        Guid id, TagRequest request, Precondition precondition, NewsDbContext db, Answers answers, CancellationToken cancel) =>
        answers.Replace(id, request, precondition, cancel, TagParent.Find(db));

    /// <summary>Change members of a tag</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The tag's id.</param>
    private static Task<Results<Ok<EditorTag>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<TagRequest> patch, Precondition precondition, NewsDbContext db, Answers answers, CancellationToken cancel) =>
        answers.Patch(id, patch, precondition, cancel, TagParent.Find(db));

    /// <summary>Delete a tag that nothing uses</summary>
    /// <remarks>A tag that an article carries, in its working copy or live, that has tags below it, or that fills a front, is refused (409) with how many there are.</remarks>
    /// <param name="id">The tag's id.</param>
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
                SELECT article_id FROM editorial.article_tags WHERE tag_id = {id}
                UNION
                SELECT article_id FROM delivery.listing WHERE facet_kind = 'tag' AND facet_id = {id}
                UNION
                SELECT due.article_id
                FROM editorial.scheduled_publications AS due
                JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (due.article_id, due.revision)
                WHERE kept.content -> 'tags' ? {id.ToString()}
            ) AS used
            """).SingleAsync(cancel);
        var below = await db.Tags.CountAsync(tag => tag.ParentId == id, cancel);
        var fronts = await db.FrontsNaming(id, cancel);
        return articles + below + fronts == 0 ? null : Problems.InUse("tag", articles, below, below == 1 ? "tag" : "tags", fronts);
    }
}
