using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Articles;

internal static class RightsClearanceEndpoints
{
    public static void MapRightsClearances(this RouteGroupBuilder group)
    {
        group.MapPost("/{id:guid}/rights-clearances", Clear).WithName("ClearArticle").RequireRole(Role.Editor).Validate<ClearanceRequest>().MayAnswer(404);
        group.MapDelete("/{id:guid}/rights-clearances/{clearanceId:guid}", End).WithName("EndClearance").RequireRole(Role.Editor).MayAnswer(404);
    }

    /// <summary>Clear an article whose rights prohibit it</summary>
    /// <remarks>
    /// A clearance for the site lets it be published on the delivery API; one for syndication lets it be passed on, too. When the last
    /// one for the site ends, the article is withdrawn at that time; when the last one for syndication does, it leaves feeds, ninjs, sync
    /// and webhooks. Appended, so no If-Match, and `version` stays.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Created<ArticleClearance>, ProblemHttpResult>> Clear(
        Guid id, ClearanceRequest request, ClearArticle clear, CancellationToken cancel)
    {
        var (answer, problem) = await clear.Give(id, request, cancel);
        return problem is null ? TypedResults.Created($"/api/v1/editorial/articles/{id}", answer) : problem.ToResult();
    }

    /// <summary>End a clearance now</summary>
    /// <remarks>The article is taken back, or passed on no more, when this has answered. A clearance that has ended stays as it ended.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="clearanceId">The clearance's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> End(Guid id, Guid clearanceId, ClearArticle clear, CancellationToken cancel) =>
        await clear.End(id, clearanceId, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();
}
