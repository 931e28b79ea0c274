using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Articles;

/// <summary>The named actions: an article's way from one state to another.</summary>
internal static class ArticleActionEndpoints
{
    public static void MapArticleActions(this RouteGroupBuilder group)
    {
        group.MapPost("/{id:guid}/submit", Submit).WithName("SubmitArticle").RequireOwnArticleOrEditor().RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/return", Return).WithName("ReturnArticle").RequireOwnArticleOrEditor().Validate<ReturnRequest>().RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/publish", Publish).WithName("PublishArticle").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409, 422);
        group.MapPost("/{id:guid}/schedule", Schedule).WithName("ScheduleArticle").RequireRole(Role.Editor).Validate<ScheduleRequest>().RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/unschedule", Unschedule).WithName("UnscheduleArticle").RequireRole(Role.Editor).RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/discard-changes", Discard).WithName("DiscardChanges").RequireRole(Role.Editor).RequireIfMatch().MayAnswer(409);
        group.MapPost("/{id:guid}/withdraw", Withdraw).WithName("WithdrawArticle").RequireRole(Role.Editor).Validate<WithdrawRequest>().RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/trash", Trash).WithName("MoveArticleToTrash").RequireOwnArticleOrEditor().RequireIfMatchOrAny().MayAnswer(409);
        group.MapPost("/{id:guid}/restore", Restore).WithName("RestoreArticle").RequireOwnArticleOrEditor().RequireIfMatchOrAny().MayAnswer(409);
    }

    /// <summary>Submit an article for review</summary>
    /// <remarks>An editor publishes it, schedules it, or returns it.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Submit(
        Guid id, Precondition precondition, ReviewArticle review, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await review.Submit(id, precondition, http, cancel), http);

    /// <summary>Return an article from review to its writer</summary>
    /// <remarks>It is a draft again. Its own contributor may take it back so, too.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Return(
        Guid id, ReturnRequest request, Precondition precondition, ReviewArticle review, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await review.Return(id, request, precondition, http, cancel), http);

    /// <summary>Publish an article's working copy</summary>
    /// <remarks>
    /// Readers see it when this has answered. Refused (422, with every reason) when the body is empty, an embargo is ahead, it has
    /// expired, or its rights prohibit it and no clearance for the site says otherwise. With an embargo ahead, `schedule` without a time
    /// publishes it when the embargo ends. A publication that was scheduled is called off.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Publish(
        Guid id, Precondition precondition, PublishArticle publish, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await publish.Publish(id, precondition, http, cancel), http);

    /// <summary>Publish an article's working copy later</summary>
    /// <remarks>
    /// The working copy's revision is pinned: later saves do not move into the publication; to move them in, schedule again. What would
    /// be refused at that time is refused now (422, with every reason). If its rights or its source change until then so that it may not
    /// be published, it stays scheduled, and `scheduled.failure` says why. Judged by the database's clock, and live within a second.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Schedule(
        Guid id, ScheduleRequest request, Precondition precondition, ScheduleArticle schedule, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await schedule.Schedule(id, request, precondition, http, cancel), http);

    /// <summary>Call a scheduled publication off</summary>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Unschedule(
        Guid id, Precondition precondition, ScheduleArticle schedule, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await schedule.Unschedule(id, precondition, http, cancel), http);

    /// <summary>Take a live article's working copy back to what is live</summary>
    /// <remarks>What was saved in between stays among the revisions.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Discard(
        Guid id, Precondition precondition, DiscardChanges discard, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await discard.Run(id, precondition, http, cancel), http);

    /// <summary>Take a live article back</summary>
    /// <remarks>
    /// Its address answers 410 with the notice; its text is gone from every list and document. The working copy stays. A publication
    /// that was scheduled is called off, and preview links made so far are revoked.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Withdraw(
        Guid id, WithdrawRequest request, Precondition precondition, PublishArticle publish, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await publish.Withdraw(id, request, precondition, http, cancel), http);

    /// <summary>Move an article to the trash</summary>
    /// <remarks>As `DELETE` does. A live article must be withdrawn first.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Trash(
        Guid id, Precondition precondition, TrashArticle trash, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await trash.Trash(id, precondition, http, cancel), http);

    /// <summary>Take an article out of the trash</summary>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Restore(
        Guid id, Precondition precondition, TrashArticle trash, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await trash.Restore(id, precondition, http, cancel), http);
}
