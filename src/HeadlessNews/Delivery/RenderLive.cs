using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Delivery;

/// <summary>
/// Renders live revisions again, never a working copy: because what they name has changed, the renderer has, or something was appended
/// to them.
/// </summary>
internal sealed class RenderLive(NewsDbContext db, Renderer renderer)
{
    /// <summary>Revisions with their bodies rendered: the long part, done before any lock.</summary>
    public sealed record Prepared(IReadOnlyDictionary<Guid, PreparedRevision> ById);

    public sealed record PreparedRevision(int Revision, ArticleSnapshot Snapshot, RenderedBody Body);

    /// <summary>What was rendered, and what could not be because its rights are gone.</summary>
    public sealed record Outcome(IReadOnlyList<Guid> Written, IReadOnlyList<Guid> Lost);

    public async Task<Prepared> Prepare(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        var kept = await db.Database.SqlQuery<LiveRevision>(
            $"""
            SELECT document.article_id AS "ArticleId", document.revision AS "Revision", kept.content AS "Content"
            FROM delivery.articles AS document
            JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (document.article_id, document.revision)
            WHERE document.article_id = ANY ({ids}) AND document.state = 'live'
            """).ToListAsync(cancel);
        return new Prepared(kept.ToDictionary(live => live.ArticleId, live =>
        {
            var snapshot = SaveArticle.Deserialize(live.Content);
            return new PreparedRevision(live.Revision, snapshot, ArticleBody.Render(snapshot.Content.Body.Format!.Value, snapshot.Content.Body.Content!));
        }));
    }

    /// <summary>
    /// Within a change that the caller commits; says of each article written that <paramref name="type"/> happened to it, and whether it
    /// has come to be passed on, or ceased to be.
    /// </summary>
    /// <param name="change">Of the caller, which commits it.</param>
    /// <param name="prepared">What to render. An article whose publication has changed since was rendered anew by that.</param>
    /// <param name="type">The event.</param>
    /// <param name="over">Whether a newer release's rendering may be written over.</param>
    /// <param name="updatedAt">When it is news for readers; null when it is not.</param>
    /// <param name="data">For the log.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task<Outcome> Run(
        Change change, Prepared prepared, string type, WriteOver over, DateTimeOffset? updatedAt, object? data, CancellationToken cancel)
    {
        if (prepared.ById.Count == 0)
        {
            return new Outcome([], []);
        }
        // Corrections and clearances are appended under a stronger lock: what is read below is what will be so at the commit.
        var ids = prepared.ById.Keys.ToArray();
        await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.articles WHERE id = ANY ({ids}) ORDER BY id FOR SHARE", cancel);
        var editions = await db.Database.SqlQuery<LiveEdition>(
            $"""
            SELECT article_id AS "ArticleId", version AS "Version", revision AS "Revision", published_at AS "PublishedAt", updated_at AS "UpdatedAt",
                   is_syndicable AS "IsSyndicable"
            FROM delivery.articles
            WHERE article_id = ANY ({ids}) AND state = 'live'
            ORDER BY article_id
            """).ToListAsync(cancel);
        editions.RemoveAll(live => live.Revision != prepared.ById[live.ArticleId].Revision);
        var named = await Named.Lock(db, [.. editions.Select(live => prepared.ById[live.ArticleId].Snapshot)], cancel);
        var appended = await Appended.Read(db, ids, cancel);
        var now = await db.Now(cancel);
        var rendered = editions.ConvertAll(live =>
        {
            var (_, snapshot, body) = prepared.ById[live.ArticleId];
            var edition = new Edition(live.ArticleId, live.Version, live.Revision, live.PublishedAt, updatedAt ?? live.UpdatedAt);
            return renderer.Article(edition, snapshot, body, named, appended, now);
        });
        var lost = rendered.Where(article => !article.Cleared.ForSite).Select(article => article.Edition.Id).ToList();
        rendered.RemoveAll(article => !article.Cleared.ForSite);
        var changed = await DeliveryStore.Put(change.Connection, rendered, renderer.Directory(named), named.LogPosition, over, cancel);
        var written = changed.Articles;
        var isSyndicable = rendered.ToDictionary(article => article.Edition.Id, article => article.Cleared.ForSyndication);
        changed.Record(change, editions.Where(live => written.ContainsKey(live.ArticleId)).SelectMany(Happened));
        return new Outcome([.. written.Keys], lost);

        IEnumerable<Event> Happened(LiveEdition live)
        {
            var happened = new Event(type, live.ArticleId, live.Version, live.Version, data, written[live.ArticleId]);
            yield return happened;
            if (live.IsSyndicable != isSyndicable[live.ArticleId])
            {
                yield return happened with { Type = live.IsSyndicable ? "article.unsyndicated" : "article.syndicated", Data = null };
            }
        }
    }

    private sealed record LiveRevision
    {
        public Guid ArticleId { get; init; }
        public int Revision { get; init; }
        public string Content { get; init; } = "";
    }

    private sealed record LiveEdition
    {
        public Guid ArticleId { get; init; }
        public int Version { get; init; }
        public int Revision { get; init; }
        public DateTimeOffset PublishedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public bool IsSyndicable { get; init; }
    }
}
