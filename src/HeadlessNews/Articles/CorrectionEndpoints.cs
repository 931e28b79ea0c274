using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Articles;

internal static class CorrectionEndpoints
{
    public static void MapCorrections(this RouteGroupBuilder group) =>
        group.MapPost("/{id:guid}/corrections", Correct).WithName("CorrectArticle").RequireRole(Role.Editor).Validate<CorrectionRequest>().MayAnswer(404, 409);

    /// <summary>Add a correction, clarification or update to an article</summary>
    /// <remarks>
    /// Readers have it when this has answered, in the document as it is live: unpublished changes stay where they are. Appended, so no
    /// If-Match, and `version` stays. It cannot be taken back, only followed by another. A withdrawn article shows it when it is live again.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Created<ArticleCorrection>, ProblemHttpResult>> Correct(
        Guid id, CorrectionRequest request, CorrectArticle correct, CancellationToken cancel)
    {
        var (answer, problem) = await correct.Run(id, request, cancel);
        return problem is null ? TypedResults.Created($"/api/v1/editorial/articles/{id}", answer) : problem.ToResult();
    }
}
