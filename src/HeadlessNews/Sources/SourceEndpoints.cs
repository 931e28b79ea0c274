using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

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
    /// <param name="q">Only with this text in the name.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorSource>>> List(
        QueryEnum<SourceKind>? kind, string? q, int? limit, string? after,
        NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/sources?{kind?.Value}&{q}";
        var sources = db.Sources.AsNoTracking();
        if (kind is { } only)
        {
            sources = sources.Where(source => source.Kind == only.Value);
        }
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            sources = sources.Where(source => EF.Functions.ILike(source.Name, pattern, "\\"));
        }
        if (cursors.Read(list, after) is { } last)
        {
            sources = sources.Where(source => EF.Functions.GreaterThan(ValueTuple.Create(source.Slug, source.Id), ValueTuple.Create(last.SortKey, last.Id)));
        }
        var rows = await sources.OrderBy(source => source.Slug).Take(most + 1).ProjectTo<EditorSource>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, source => cursors.Make(list, source.Slug, source.Id)));
    }

    /// <summary>Create a source</summary>
    private static async Task<Results<Created<EditorSource>, ProblemHttpResult>> Create(
        SourceRequest request, NamedRecords<Source, SourceRequest> records, NewsDbContext db, IMapper mapper, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        if (await records.Create(new Source(id), request, cancel) is { } problem)
        {
            return problem.ToResult();
        }
        var answer = await Read(id, db, mapper, cancel);
        http.Response.SetEntityTag(answer!.Version);
        return TypedResults.Created($"/api/v1/editorial/sources/{id}", answer);
    }

    /// <summary>Get a source</summary>
    /// <param name="id">The source's id.</param>
    private static Task<Results<Ok<EditorSource>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel) =>
        Answer(null, id, db, mapper, http, cancel);

    /// <summary>Replace a source</summary>
    /// <remarks>Every member that is left out becomes null, but for the slug, which stays. A new name, and new rights, reach the published articles that inherit them within seconds.</remarks>
    /// <param name="id">The source's id.</param>
    private static async Task<Results<Ok<EditorSource>, ProblemHttpResult>> Replace(
        Guid id, SourceRequest request, Precondition precondition, NamedRecords<Source, SourceRequest> records, NewsDbContext db, IMapper mapper,
        HttpContext http, CancellationToken cancel) =>
        await Answer(await records.Replace(id, request, precondition, http, cancel), id, db, mapper, http, cancel);

    /// <summary>Change members of a source</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The source's id.</param>
    private static async Task<Results<Ok<EditorSource>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<SourceRequest> patch, Precondition precondition, NamedRecords<Source, SourceRequest> records, NewsDbContext db, IMapper mapper,
        HttpContext http, CancellationToken cancel) =>
        await Answer(await records.Patch(id, patch, precondition, http, cancel), id, db, mapper, http, cancel);

    /// <summary>Delete a source that nothing uses</summary>
    /// <remarks>A source that an article names, in its working copy or live, is refused (409) with how many do.</remarks>
    /// <param name="id">The source's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, NamedRecords<Source, SourceRequest> records, NewsDbContext db, HttpContext http, CancellationToken cancel)
    {
        var problem = await records.Delete(id, precondition, http, _ => InUse(id, db, cancel), cancel);
        return problem is null ? TypedResults.NoContent() : problem.ToResult();
    }

    /// <summary>Working copies that name it, and live articles whose working copy does so no longer.</summary>
    private static async Task<ProblemDetails?> InUse(Guid id, NewsDbContext db, CancellationToken cancel)
    {
        var articles = await db.Database.SqlQuery<int>(
            $"""
            SELECT count(*)::integer AS "Value"
            FROM (
                SELECT id AS article_id FROM editorial.articles WHERE source_id = {id}
                UNION
                SELECT article_id FROM delivery.listing WHERE facet_kind = 'source' AND facet_id = {id}
            ) AS used
            """).SingleAsync(cancel);
        return articles == 0 ? null : Problems.InUse("source", articles);
    }

    private static async Task<Results<Ok<EditorSource>, ProblemHttpResult>> Answer(
        ProblemDetails? problem, Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel)
    {
        if (problem is not null)
        {
            return problem.ToResult();
        }
        if (await Read(id, db, mapper, cancel) is not { } answer)
        {
            return Problems.NotFound("source").ToResult();
        }
        http.Response.SetEntityTag(answer.Version);
        return TypedResults.Ok(answer);
    }

    private static Task<EditorSource?> Read(Guid id, NewsDbContext db, IMapper mapper, CancellationToken cancel) =>
        db.Sources.Where(source => source.Id == id).ProjectTo<EditorSource>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel);
}
