using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The trash: into it, out of it, and the end.</summary>
internal sealed class TrashArticle(NewsDbContext db, ActOnArticle act)
{
    public Task<Written<EditorArticle>> Trash(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Trash, precondition, http, async (change, article) =>
        {
            Trash(change, [article], await db.Now(cancel));
            return null;
        }, cancel);

    /// <summary>Throws articles away, locked, within a change that the caller commits.</summary>
    public static void Trash(Change change, IReadOnlyList<Article> articles, DateTimeOffset now)
    {
        foreach (var article in articles)
        {
            var previous = article.Version;
            article.Trash(now);
            change.Record("article.trashed", article.Id, article.Version, previous);
        }
    }

    public Task<Written<EditorArticle>> Restore(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Restore, "article.restored", null, precondition, http, (article, now) => article.Restore(now), cancel);

    /// <summary>
    /// The end: the record and its revisions go. If it was ever public, its addresses stay taken and go on answering 410. What nobody
    /// ever saw is not announced to readers when it goes.
    /// </summary>
    public Task<Written<EditorArticle>> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Delete, precondition, http, async (change, article) =>
        {
            db.Remove(article);
            await db.Database.ExecuteSqlAsync($"DELETE FROM editorial.slugs WHERE owner_id = {id} AND NOT was_public", cancel);
            var type = article.PublicState == PublicState.Never ? "article.discarded" : "article.deleted";
            change.Record(type, id, article.Version, article.Version);
            return null;
        }, cancel);
}
