using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>Review: handed to the editors, and handed back. An editor who is content publishes or schedules.</summary>
internal sealed class ReviewArticle(ActOnArticle act)
{
    public Task<Written<EditorArticle>> Submit(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Submit, "article.submitted", null, precondition, http, (article, now) => article.Submit(now), cancel);

    public Task<Written<EditorArticle>> Return(Guid id, ReturnRequest request, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Return, "article.returned", request.Note is null ? null : new { request.Note }, precondition, http,
            (article, now) => article.Return(now), cancel);
}
