using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The trash: into it, out of it, and the end.</summary>
internal sealed class TrashArticle(NewsDbContext db, ActOnArticle act)
{
    public Task<Written> Trash(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Trash, "article.trashed", null, precondition, http, (article, now) => article.Trash(now), cancel);

    public Task<Written> Restore(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Restore, "article.restored", null, precondition, http, (article, now) => article.Restore(now), cancel);

    /// <summary>
    /// The end: the record and its revisions go. If it was ever public, its addresses stay taken and go on answering 410. What nobody
    /// ever saw is not announced to readers when it goes.
    /// </summary>
    public Task<Written> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Delete, precondition, http, async (change, article) =>
        {
            db.Remove(article);
            await db.Database.ExecuteSqlAsync($"DELETE FROM editorial.slugs WHERE owner_id = {id} AND NOT was_public", cancel);
            var type = article.PublicState == PublicState.Never ? "article.discarded" : "article.deleted";
            change.Record(type, id, article.Version, article.Version);
            return null;
        }, cancel);
}
