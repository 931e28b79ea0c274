using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Answers = HeadlessNews.Records.NamedRecordAnswers<
    HeadlessNews.Sources.Source, HeadlessNews.Sources.SourceRequest, HeadlessNews.Sources.EditorSource>;

namespace HeadlessNews.Sources;

internal static class SourceEndpoints
{
    public static void MapSources(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/sources").WithTags("Sources");
        group.MapGet("", List).WithName("ListEditorSources").RequireRole(Role.Contributor);
        group.MapPost("", Create).WithName("CreateSource").RequireRole(Role.Editor).Validate<SourceRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorSource").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceSource").RequireRole(Role.Editor).Validate<SourceRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchSource").RequireRole(Role.Editor).RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("DeleteSource").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409);
    }

    /// <summary>List sources in the order of their slugs</summary>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="q">Only with this text in the name or the slug.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<Ok<Page<EditorSource>>> List(
        QueryEnum<SourceKind>? kind, string? q, int? limit, string? after, NewsDbContext db, Answers answers, CancellationToken cancel)
    {
        var sources = db.Sources.AsNoTracking();
        if (kind is { } only)
        {
            sources = sources.Where(source => source.Kind == only.Value);
        }
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            sources = sources.Where(source => EF.Functions.ILike(source.Name, pattern, "\\") || EF.Functions.ILike(source.Slug, pattern, "\\"));
        }
        return answers.List($"editorial/sources?{kind?.Value}&{q}", sources, limit, after, cancel);
    }

    /// <summary>Create a source</summary>
    private static Task<Results<Created<EditorSource>, ProblemHttpResult>> Create(SourceRequest request, Answers answers, CancellationToken cancel) =>
        answers.Create(id => new Source(id), request, cancel);

    /// <summary>Get a source</summary>
    /// <param name="id">The source's id.</param>
    private static Task<Results<Ok<EditorSource>, ProblemHttpResult>> Get(Guid id, Answers answers, CancellationToken cancel) => answers.Get(id, cancel);

    /// <summary>Replace a source</summary>
    /// <remarks>Every member that is left out becomes null, but for the slug, which stays. A new name, and new rights, reach the
    /// published articles that inherit them within seconds. Where rights become `prohibited`, articles that are live and neither cleared for the
    /// site nor under rights of their own are withdrawn by the service, the newest first, some hundreds a second: their addresses answer 410, and
    /// allowing it again brings none of them back before it is published anew.</remarks>
    /// <param name="id">The source's id.</param>
    private static Task<Results<Ok<EditorSource>, ProblemHttpResult>> Replace(
        Guid id, SourceRequest request, Precondition precondition, Answers answers, CancellationToken cancel) =>
        answers.Replace(id, request, precondition, cancel);

    /// <summary>Change members of a source</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The source's id.</param>
    private static Task<Results<Ok<EditorSource>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<SourceRequest> patch, Precondition precondition, Answers answers, CancellationToken cancel) =>
        answers.Patch(id, patch, precondition, cancel);

    /// <summary>Delete a source that nothing uses</summary>
    /// <remarks>A source that an article names, in its working copy or live, or that fills a front, is refused (409) with how many do.</remarks>
    /// <param name="id">The source's id.</param>
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
                SELECT id AS article_id FROM editorial.articles WHERE source_id = {id}
                UNION
                SELECT article_id FROM delivery.listing WHERE facet_kind = 'source' AND facet_id = {id}
                UNION
                SELECT due.article_id
                FROM editorial.scheduled_publications AS due
                JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (due.article_id, due.revision)
                WHERE kept.content ->> 'source' = {id.ToString()}
            ) AS used
            """).SingleAsync(cancel);
        var fronts = await db.FrontsNaming(id, cancel);
        return articles + fronts == 0 ? null : Problems.InUse("source", articles, fronts: fronts);
    }
}
