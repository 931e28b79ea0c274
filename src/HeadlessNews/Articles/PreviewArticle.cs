using System.Data;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// The document that publishing would make, made by the same renderer and kept nowhere. Whether publishing would be refused does not
/// matter: an article under embargo, or one that nothing clears yet, is what a preview is for.
/// </summary>
internal sealed class PreviewArticle(NewsDbContext db, PreviewTokens tokens, Renderer renderer)
{
    /// <returns>The document's JSON; null, whatever the reason, where there is nothing to see.</returns>
    public async Task<string?> Render(string token, CancellationToken cancel)
    {
        if (tokens.Read(token) is not { } linkId)
        {
            return null;
        }
        // One state of everything, without a lock; and what looks at it can write nothing.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await db.Database.ExecuteSqlAsync($"SET TRANSACTION READ ONLY", cancel);
        var now = await db.Now(cancel);
        var link = await db.PreviewLinks.AsNoTracking()
            .Where(one => one.Id == linkId && one.RevokedAt == null && one.ExpiresAt > now)
            // With the key that made it, revoked, goes what it opened.
            .Where(one => !db.ApiKeys.Any(key => "key:" + key.Id.ToString() == one.MadeBy && key.RevokedAt != null))
            .SingleOrDefaultAsync(cancel);
        if (link is null || await db.Load(link.ArticleId, cancel) is not { } article || article.Stage == Stage.Trashed)
        {
            return null;
        }
        var revision = link.Revision ?? article.Revision;
        if ((link.Revision is null ? article.Snapshot() : await Kept(article.Id, revision, cancel)) is not { } snapshot)
        {
            return null;
        }
        var named = await Named.Read(db, snapshot, cancel);
        if (!named.Knows(snapshot))
        {
            return null;
        }
        var body = ArticleBody.Render(snapshot.Content.Body.Format!.Value, snapshot.Content.Body.Content!);
        var appended = await Appended.Read(db, [article.Id], cancel);
        var edition = new Edition(
            article.Id, article.Version + 1, revision, snapshot.Content.PublishedAt ?? article.FirstPublishedAt ?? now, now);
        return renderer.Article(edition, snapshot, body, named, appended, now).Document;
    }

    private async Task<ArticleSnapshot?> Kept(Guid id, int revision, CancellationToken cancel) =>
        await db.Revisions.Where(kept => kept.ArticleId == id && kept.Revision == revision).Select(kept => kept.Content).SingleOrDefaultAsync(cancel) is { } content
            ? SaveArticle.Deserialize(content)
            : null;
}
