using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>Review: handed to the editors, and handed back. An editor who is content publishes or schedules.</summary>
internal sealed class ReviewArticle(ActOnArticle act, TimeProvider clock)
{
    public Task<Written> Submit(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Submit, "article.submitted", precondition, http, article => article.Submit(clock.Now()), cancel);

    public Task<Written> Return(Guid id, ReturnRequest request, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Return, "article.returned", precondition, http, article => article.Return(clock.Now()), cancel,
            request.Note is null ? null : new { request.Note });
}
