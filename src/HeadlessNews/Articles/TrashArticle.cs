using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The trash: into it, out of it, and the end.</summary>
internal sealed class TrashArticle(NewsDbContext db, Actor actor, TimeProvider clock, IMapper mapper)
{
    public Task<Written> Trash(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Trash, "article.trashed", article => article.Trash(clock.Now()), precondition, http, cancel);

    public Task<Written> Restore(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Restore, "article.restored", article => article.Restore(clock.Now()), precondition, http, cancel);

    /// <summary>
    /// The end: the record and its revisions go. If it was ever public, its addresses stay taken and go on answering 410.
    /// </summary>
    public Task<Written> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, ArticleAction.Delete, "article.deleted", article => db.Remove(article), precondition, http, cancel,
            () => db.Database.ExecuteSqlAsync($"DELETE FROM editorial.slugs WHERE owner_id = {id} AND NOT was_public", cancel));

    private async Task<Written> Act(
        Guid id, ArticleAction action, string eventType, Action<Article> act, Precondition precondition, HttpContext http, CancellationToken cancel,
        Func<Task>? also = null)
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
        var previous = article.Version;
        // What nobody ever saw is not announced to readers when it goes.
        var type = action == ArticleAction.Delete && article.PublicState == PublicState.Never ? "article.discarded" : eventType;
        act(article);
        if (also is not null)
        {
            await also();
        }
        change.Record(type, id, article.Version, previous);
        return await change.Finish(db, mapper, id, cancel);
    }
}
