using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Articles;

internal static class BulkEndpoints
{
    public static void MapBulkActions(this RouteGroupBuilder group) =>
        group.MapPost("/bulk", Act).WithName("ActOnArticles").RequireRole(Role.Editor).Validate<BulkRequest>();

    /// <summary>Do the same to many articles</summary>
    /// <remarks>
    /// Each article is held to the rules, has the effects and leaves the events that the action on it alone would have; one that is refused,
    /// because it has gone on since its `version` or for any other reason, does not stop the others, and the answer is 200 all the same: look at
    /// each item's `status`. What is answered as done is kept. All is one transaction: if the connection breaks before the answer, everything
    /// that could be done has been done or nothing has, and the same request under the same `Idempotency-Key` says which by its answer. A tag
    /// that does not exist refuses the whole request (422).
    /// </remarks>
    private static async Task<Results<Ok<BulkResults>, ProblemHttpResult>> Act(
        BulkRequest request, ActOnManyArticles act, HttpContext http, CancellationToken cancel)
    {
        var (outcomes, problem) = await act.Run(request, cancel);
        return problem is not null
            ? problem.ToResult()
            : TypedResults.Ok(new BulkResults { Items = [.. request.Items!.Select(item => Result(item.Id!.Value, outcomes[item.Id.Value], http))] });
    }

    private static BulkResult Result(Guid id, BulkOutcome outcome, HttpContext http) => new()
    {
        Id = id,
        Status = outcome.Problem?.Status ?? StatusCodes.Status200OK,
        Version = outcome.Version,
        Problem = outcome.Problem?.For(http, $"/api/v1/editorial/articles/{id}"),
    };
}
