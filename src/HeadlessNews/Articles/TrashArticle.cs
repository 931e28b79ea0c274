using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The trash: into it, out of it, and the end.</summary>
internal sealed class TrashArticle(NewsDbContext db, Actor actor, TimeProvider clock)
{
    public Task<ProblemDetails?> Trash(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Trash, "article.trashed", article => article.Trash(clock.Now()), precondition, http, cancel);

    public Task<ProblemDetails?> Restore(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Restore, "article.restored", article => article.Restore(clock.Now()), precondition, http, cancel);

    /// <summary>
    /// The end: the record and its revisions go. If it was ever public, its addresses stay taken and go on answering 410.
    /// </summary>
    public Task<ProblemDetails?> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Delete, "article.deleted", article => db.Remove(article), precondition, http, cancel,
            () => db.Database.ExecuteSqlAsync($"DELETE FROM editorial.slugs WHERE owner_id = {id} AND NOT was_public", cancel));

    private async Task<ProblemDetails?> Act(
        Guid id, ArticleAction action, string eventType, Action<Article> act, Precondition precondition, HttpContext http, CancellationToken cancel,
        Func<Task>? also = null)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if ((precondition.Check(article.Version, http) ?? article.Refuse(action)) is { } refusal)
        {
            return refusal;
        }
        var previous = article.Version;
        act(article);
        if (also is not null)
        {
            await also();
        }
        change.Record(eventType, id, article.Version, previous);
        await change.Commit(cancel);
        return null;
    }
}
