using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Articles;

/// <summary>
/// What all named actions have in common: the article is locked, must be at the version that was read, in a state that allows the
/// action, and the actor's to act on; what happened is in the log with it.
/// </summary>
internal sealed class ActOnArticle(NewsDbContext db, Actor actor, IMapper mapper)
{
    /// <returns>Null when it is done and recorded, else the refusal, which leaves nothing behind.</returns>
    public delegate Task<ProblemDetails?> Deed(Change change, Article article);

    public async Task<Written<EditorArticle>> Run(
        Guid id, ArticleAction action, Precondition precondition, HttpContext http, Deed act, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if ((article.RefuseStranger(actor) ?? precondition.Check(article.Version, http) ?? article.Refuse(action)) is { } refusal)
        {
            return refusal;
        }
        return await act(change, article) is { } problem ? problem : await change.Finish(db, mapper, id, cancel);
    }

    /// <summary>An action that only moves the article to another state.</summary>
    public Task<Written<EditorArticle>> Run(
        Guid id, ArticleAction action, string eventType, object? data, Precondition precondition, HttpContext http,
        Action<Article, DateTimeOffset> act, CancellationToken cancel) =>
        Run(id, action, precondition, http, async (change, article) =>
        {
            var previous = article.Version;
            act(article, await db.Now(cancel));
            change.Record(eventType, id, article.Version, previous, data);
            return null;
        }, cancel);
}
