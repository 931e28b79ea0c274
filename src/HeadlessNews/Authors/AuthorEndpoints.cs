using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

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
    /// <param name="q">Only with this text in the name.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorAuthor>>> List(
        QueryEnum<AuthorKind>? kind, string? q, int? limit, string? after,
        NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/authors?{kind?.Value}&{q}";
        var authors = db.Authors.AsNoTracking();
        if (kind is { } only)
        {
            authors = authors.Where(author => author.Kind == only.Value);
        }
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            authors = authors.Where(author => EF.Functions.ILike(author.Name, pattern, "\\"));
        }
        if (cursors.Read(list, after) is { } last)
        {
            authors = authors.Where(author => EF.Functions.GreaterThan(ValueTuple.Create(author.Slug, author.Id), ValueTuple.Create(last.SortKey, last.Id)));
        }
        var rows = await authors.OrderBy(author => author.Slug).Take(most + 1).ProjectTo<EditorAuthor>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, author => cursors.Make(list, author.Slug, author.Id)));
    }

    /// <summary>Create an author</summary>
    private static async Task<Results<Created<EditorAuthor>, ProblemHttpResult>> Create(
        AuthorRequest request, NamedRecords<Author, AuthorRequest> records, NewsDbContext db, IMapper mapper, TimeProvider clock, HttpContext http,
        CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        if (await records.Create(new Author(id), request, cancel) is { } problem)
        {
            return problem.ToResult();
        }
        var answer = await Read(id, db, mapper, cancel);
        http.Response.SetEntityTag(answer!.Version);
        return TypedResults.Created($"/api/v1/editorial/authors/{id}", answer);
    }

    /// <summary>Get an author</summary>
    /// <param name="id">The author's id.</param>
    private static Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel) =>
        Answer(null, id, db, mapper, http, cancel);

    /// <summary>Replace an author</summary>
    /// <remarks>Every member that is left out becomes null, but for the slug, which stays. A new name reaches the published articles that carry it within seconds.</remarks>
    /// <param name="id">The author's id.</param>
    private static async Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Replace(
        Guid id, AuthorRequest request, Precondition precondition, NamedRecords<Author, AuthorRequest> records, NewsDbContext db, IMapper mapper,
        HttpContext http, CancellationToken cancel) =>
        await Answer(await records.Replace(id, request, precondition, http, cancel), id, db, mapper, http, cancel);

    /// <summary>Change members of an author</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The author's id.</param>
    private static async Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<AuthorRequest> patch, Precondition precondition, NamedRecords<Author, AuthorRequest> records, NewsDbContext db, IMapper mapper,
        HttpContext http, CancellationToken cancel) =>
        await Answer(await records.Patch(id, patch, precondition, http, cancel), id, db, mapper, http, cancel);

    /// <summary>Delete an author that nothing uses</summary>
    /// <remarks>An author whom an article names, in its working copy or live, is refused (409) with how many do.</remarks>
    /// <param name="id">The author's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, NamedRecords<Author, AuthorRequest> records, NewsDbContext db, HttpContext http, CancellationToken cancel)
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
                SELECT article_id FROM editorial.article_authors WHERE author_id = {id}
                UNION
                SELECT article_id FROM delivery.listing WHERE facet_kind = 'author' AND facet_id = {id}
            ) AS used
            """).SingleAsync(cancel);
        return articles == 0 ? null : Problems.InUse("author", articles);
    }

    private static async Task<Results<Ok<EditorAuthor>, ProblemHttpResult>> Answer(
        ProblemDetails? problem, Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel)
    {
        if (problem is not null)
        {
            return problem.ToResult();
        }
        if (await Read(id, db, mapper, cancel) is not { } answer)
        {
            return Problems.NotFound("author").ToResult();
        }
        http.Response.SetEntityTag(answer.Version);
        return TypedResults.Ok(answer);
    }

    private static Task<EditorAuthor?> Read(Guid id, NewsDbContext db, IMapper mapper, CancellationToken cancel) =>
        db.Authors.Where(author => author.Id == id).ProjectTo<EditorAuthor>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel);
}
