using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The working copy of a live article goes back to what the public sees. What was saved in between stays among the revisions.</summary>
internal sealed class DiscardChanges(NewsDbContext db, ActOnArticle act)
{
    public Task<Written<EditorArticle>> Run(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.DiscardChanges, precondition, http, async (change, article) =>
        {
            var live = await db.Revisions.SingleAsync(kept => kept.ArticleId == id && kept.Revision == article.LiveRevision, cancel);
            var (previous, discarded) = (article.Version, article.Revision);
            article.DiscardChanges(await db.WithoutDeletedRelations(SaveArticle.Deserialize(live.Content), cancel), await db.Now(cancel));
            change.Record("article.changesDiscarded", id, article.Version, previous, new { discarded, live = article.Revision });
            return null;
        }, cancel);
}
