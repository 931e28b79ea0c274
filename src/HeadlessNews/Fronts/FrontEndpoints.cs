using System.Data;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Fronts;

internal static class FrontEndpoints
{
    public static void MapFronts(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/fronts").WithTags("Fronts");
        group.MapGet("", List).WithName("ListEditorFronts").RequireRole(Role.Contributor);
        group.MapPost("", Create).WithName("CreateFront").RequireRole(Role.Editor).Validate<FrontRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorFront").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceFront").RequireRole(Role.Editor).Validate<FrontRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchFront").RequireRole(Role.Editor).RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("DeleteFront").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409);
        group.MapFrontSchedule();
    }

    /// <summary>List fronts in the order of their slugs</summary>
    /// <param name="q">Only with this text in the name or the slug.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorFrontCard>>> List(
        string? q, int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var list = $"editorial/fronts?{q}";
        var most = Paging.Limit(limit);
        var fronts = db.Fronts.AsNoTracking();
        if (q is not null)
        {
            var pattern = "%" + Likes.Escape(q) + "%";
            fronts = fronts.Where(front => EF.Functions.ILike(front.Name, pattern, "\\") || EF.Functions.ILike(front.Slug, pattern, "\\"));
        }
        if (cursors.Read(list, after) is { } last)
        {
            fronts = fronts.Where(front => EF.Functions.GreaterThan(ValueTuple.Create(front.Slug, front.Id), ValueTuple.Create(last.SortKey, last.Id)));
        }
        var rows = await fronts.OrderBy(front => front.Slug).Take(most + 1).ProjectTo<EditorFrontCard>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, card => cursors.Make(list, card.Slug, card.Id)));
    }

    /// <summary>Create a front</summary>
    /// <remarks>Fronts have no draft: readers have it at once. A pinned article need not be published; it is shown while it is.</remarks>
    private static async Task<Results<Created<EditorFront>, ProblemHttpResult>> Create(
        FrontRequest request, SaveFront save, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        return (await save.Create(id, request, cancel)).ToCreated($"/api/v1/editorial/fronts/{id}", http);
    }

    /// <summary>Get a front, with what readers see in each slot at this moment</summary>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<Ok<EditorFront>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, FrontAnswers answers, HttpContext http, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return Answer(new Written<EditorFront>(null, await answers.Read(id, cancel)), http);
    }

    /// <summary>Replace a front</summary>
    /// <remarks>
    /// Every member that is left out becomes null, but for the slug, which stays. Readers have it at once; editions to come stay, and take
    /// its place at their time.
    /// </remarks>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<Ok<EditorFront>, ProblemHttpResult>> Replace(
        Guid id, FrontRequest request, Precondition precondition, SaveFront save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, _ => request, precondition, http, cancel), http);

    /// <summary>Change members of a front</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole. Readers have it at once.</remarks>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<Ok<EditorFront>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<FrontRequest> patch, Precondition precondition, SaveFront save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, patch.ApplyTo, precondition, http, cancel), http);

    /// <summary>Delete a front, with its editions to come</summary>
    /// <remarks>Its addresses answer 404 from then on. Unlike other slugs, a deleted front's may be used again.</remarks>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, SaveFront save, HttpContext http, CancellationToken cancel) =>
        await save.Delete(id, precondition, http, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();

    private static Results<Ok<EditorFront>, ProblemHttpResult> Answer(Written<EditorFront> written, HttpContext http) =>
        written.ToResult(() => Problems.NotFound("front"), http);
}
