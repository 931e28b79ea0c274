using System.Data;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Fronts;

internal static class FrontScheduleEndpoints
{
    public static void MapFrontSchedule(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/schedule", List).WithName("ListFrontEditions").RequireRole(Role.Contributor);
        group.MapPost("/{id:guid}/schedule", Schedule).WithName("ScheduleFront").RequireRole(Role.Editor).Validate<FrontEditionRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}/schedule/{editionId:guid}", Get).WithName("GetFrontEdition").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}/schedule/{editionId:guid}", Replace).WithName("ReplaceFrontEdition").RequireRole(Role.Editor)
            .Validate<FrontEditionRequest>().RequireIfMatch().MayAnswer(409);
        group.MapDelete("/{id:guid}/schedule/{editionId:guid}", Cancel).WithName("CancelFrontEdition").RequireRole(Role.Editor)
            .RequireIfMatchOrAny().MayAnswer(409);
    }

    /// <summary>List a front's editions to come, the next one first</summary>
    /// <remarks>An edition leaves the list when it takes effect: from then on it is the front itself.</remarks>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<Ok<FrontSchedule>, ProblemHttpResult>> List(Guid id, NewsDbContext db, FrontAnswers answers, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return await answers.Schedule(id, cancel) is { } editions
            ? TypedResults.Ok(new FrontSchedule { Items = editions })
            : Problems.NotFound("front").ToResult();
    }

    /// <summary>Schedule a front's layout for later</summary>
    /// <remarks>
    /// From `at` on, by the database's clock and to the moment, it takes the place of what the front shows then, in every cache too. The
    /// front's `version` stays until then. At most 20 editions may be to come, and no two of them at one time (409).
    /// </remarks>
    /// <param name="id">The front's id.</param>
    private static async Task<Results<Created<EditorFrontEdition>, ProblemHttpResult>> Schedule(
        Guid id, FrontEditionRequest request, ScheduleFront schedule, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var edition = Guid.CreateVersion7(clock.GetUtcNow());
        return (await schedule.Schedule(id, edition, request, cancel)).ToCreated($"/api/v1/editorial/fronts/{id}/schedule/{edition}", http);
    }

    /// <summary>Get an edition to come</summary>
    /// <param name="id">The front's id.</param>
    /// <param name="editionId">The edition's id.</param>
    private static async Task<Results<Ok<EditorFrontEdition>, ProblemHttpResult>> Get(
        Guid id, Guid editionId, NewsDbContext db, FrontAnswers answers, HttpContext http, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var edition = (await answers.Schedule(id, cancel))?.SingleOrDefault(one => one.Id == editionId);
        return new Written<EditorFrontEdition>(null, edition).ToResult(ScheduleFront.NotFound, http);
    }

    /// <summary>Replace an edition to come</summary>
    /// <remarks>Its time too. One that has taken effect is none any more (404): save the front itself.</remarks>
    /// <param name="id">The front's id.</param>
    /// <param name="editionId">The edition's id.</param>
    private static async Task<Results<Ok<EditorFrontEdition>, ProblemHttpResult>> Replace(
        Guid id, Guid editionId, FrontEditionRequest request, Precondition precondition, ScheduleFront schedule, HttpContext http, CancellationToken cancel) =>
        (await schedule.Replace(id, editionId, request, precondition, http, cancel)).ToResult(ScheduleFront.NotFound, http);

    /// <summary>Cancel an edition to come</summary>
    /// <remarks>One that has taken effect is none any more (404).</remarks>
    /// <param name="id">The front's id.</param>
    /// <param name="editionId">The edition's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid id, Guid editionId, Precondition precondition, ScheduleFront schedule, HttpContext http, CancellationToken cancel) =>
        await schedule.Cancel(id, editionId, precondition, http, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();
}
