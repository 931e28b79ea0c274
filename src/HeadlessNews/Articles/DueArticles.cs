using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// What falls due, claimed and done in one transaction each: two nodes never do the same, and a kill in the middle leaves it to the
/// next. Claims pass over what somebody else has locked, and judge by the database's clock.
/// </summary>
internal sealed class DueArticles(NewsDbContext db, PublishArticle publish, RenderLive render)
{
    public const int Batch = 100;

    /// <summary>What the present step has claimed; whom to ask when it fails.</summary>
    public IReadOnlyList<Guid> Claimed { get; private set; } = [];

    /// <summary>Time until the next thing falls due, by the database's clock; null when nothing is to come.</summary>
    public async Task<TimeSpan?> UntilNext(CancellationToken cancel) => (await db.Database.SqlQuery<TimeSpan?>(
        $"""
        SELECT least((SELECT min(try_at) FROM editorial.scheduled_publications WHERE try_at IS NOT NULL),
                     (SELECT min(shown_until) FROM delivery.articles WHERE state = 'live' AND shown_until IS NOT NULL),
                     (SELECT min(syndicable_until) FROM delivery.articles WHERE state = 'live' AND syndicable_until IS NOT NULL))
               - clock_timestamp() AS "Value"
        """).ToListAsync(cancel)).Single();

    /// <summary>Publishes pinned revisions whose time has come, the oldest first.</summary>
    /// <returns>How many were claimed.</returns>
    public async Task<int> Publish(int most, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM editorial.scheduled_publications AS due JOIN editorial.articles AS article ON article.id = due.article_id
            WHERE due.try_at <= statement_timestamp()
            ORDER BY due.try_at, due.article_id
            LIMIT {most}
            FOR NO KEY UPDATE OF article, due SKIP LOCKED
            """, cancel);
        if (Claimed.Count == 0)
        {
            return 0;
        }
        var articles = await Load(cancel);
        var pinned = await (
            from due in db.Set<ScheduledPublication>()
            join kept in db.Revisions on new { due.ArticleId, due.Revision } equals new { kept.ArticleId, kept.Revision }
            where Claimed.Contains(due.ArticleId)
            select new { due.ArticleId, due.Revision, kept.Content }).ToDictionaryAsync(kept => kept.ArticleId, cancel);
        var publications = articles.ConvertAll(article => new Publication(
            article, pinned[article.Id].Revision, SaveArticle.Deserialize(pinned[article.Id].Content),
            new { article.Scheduled!.ScheduledBy, article.Scheduled.DueAt }));
        var refusals = await publish.Publish(change, publications, cancel);
        foreach (var article in articles.Where(article => refusals.ContainsKey(article.Id)))
        {
            var reasons = refusals[article.Id];
            article.Scheduled!.Refuse(reasons, await db.Now(cancel));
            change.Record("article.scheduleFailed", article.Id, article.Version, article.Version, new { reasons });
        }
        await change.Commit(cancel);
        return articles.Count;
    }

    /// <summary>A publication that failed for another reason than its rules is tried again later, and says why meanwhile.</summary>
    public async Task Postpone(Guid id, string reason, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        if (await db.Lock(id, cancel) is { Scheduled: { } scheduled } article)
        {
            scheduled.Postpone(reason, await db.Now(cancel));
            change.Record("article.scheduleFailed", id, article.Version, article.Version, new { reasons = scheduled.Failure, scheduled.TryAt });
            await change.Commit(cancel);
        }
    }

    /// <summary>Takes back what has expired, and what a clearance let on the site until now.</summary>
    /// <returns>How many.</returns>
    public async Task<int> Withdraw(int most, Guid[] except, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM delivery.articles AS document JOIN editorial.articles AS article ON article.id = document.article_id
            WHERE document.state = 'live' AND document.shown_until <= statement_timestamp() AND article.id <> ALL ({except})
            ORDER BY document.shown_until, document.article_id
            LIMIT {most}
            FOR NO KEY UPDATE OF article SKIP LOCKED
            """, cancel);
        if (Claimed.Count == 0)
        {
            return 0;
        }
        // Once more under the lock: another node may have been here between the look and the lock, or an editor.
        var expired = (await db.Database.SqlQuery<Ended>(
            $"""
            SELECT article_id AS "ArticleId", coalesce(expires_at <= statement_timestamp(), false) AS "IsExpired"
            FROM delivery.articles
            WHERE article_id = ANY ({Claimed}) AND state = 'live' AND shown_until <= statement_timestamp()
            """).ToListAsync(cancel)).ToDictionary(ended => ended.ArticleId, ended => ended.IsExpired);
        var articles = (await Load(cancel)).Where(article => expired.ContainsKey(article.Id)).ToLookup(article => expired[article.Id]);
        foreach (var group in articles)
        {
            await publish.Withdraw(change, [.. group], group.Key ? Withdrawal.Expired : Withdrawal.ClearanceEnded, cancel);
        }
        await change.Commit(cancel);
        return expired.Count;
    }

    /// <summary>What a clearance let be passed on until now stays on the site, and is passed on no more.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndSyndication(int most, Guid[] except, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM delivery.articles AS document JOIN editorial.articles AS article ON article.id = document.article_id
            WHERE document.state = 'live' AND document.syndicable_until <= statement_timestamp() AND article.id <> ALL ({except})
            ORDER BY document.syndicable_until, document.article_id
            LIMIT {most}
            FOR NO KEY UPDATE OF article SKIP LOCKED
            """, cancel);
        if (Claimed.Count == 0)
        {
            // Rendering nothing would wait its turn among the writers of delivery all the same, and keep what is due waiting with it.
            return 0;
        }
        var ended = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT article_id AS "Value"
            FROM delivery.articles
            WHERE article_id = ANY ({Claimed}) AND state = 'live' AND syndicable_until <= statement_timestamp()
            """).ToListAsync(cancel);
        await render.Run(change, await render.Prepare(ended, cancel), "article.rerendered", cancel);
        await change.Commit(cancel);
        return ended.Count;
    }

    /// <summary>Takes back those of the articles that are live although their rights have come to prohibit it.</summary>
    public async Task<IReadOnlyList<Guid>> WithdrawWithoutRights(IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        await Claim($"SELECT id AS \"Value\" FROM editorial.articles WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE", cancel);
        var lost = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT document.article_id AS "Value"
            FROM delivery.articles AS document
            JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (document.article_id, document.revision)
            JOIN editorial.sources AS source ON source.id = (kept.content ->> 'source')::uuid
            WHERE document.article_id = ANY ({Claimed}) AND document.state = 'live'
              AND coalesce(kept.content -> 'content' -> 'rights' ->> 'redistribution', source.rights_redistribution) = 'prohibited'
              AND NOT EXISTS (
                  SELECT FROM editorial.rights_clearances AS clearance
                  WHERE clearance.article_id = document.article_id AND clearance.scope = 'site'
                    AND (clearance.until IS NULL OR clearance.until > statement_timestamp()))
            """).ToListAsync(cancel);
        await publish.Withdraw(change, (await Load(cancel)).FindAll(article => lost.Contains(article.Id)), Withdrawal.RightsLost, cancel);
        await change.Commit(cancel);
        return lost;
    }

    private async Task Claim(FormattableString sql, CancellationToken cancel) =>
        Claimed = await db.Database.SqlQuery<Guid>(sql).ToListAsync(cancel);

    /// <summary>The claimed articles in the order of their claim; without what they name, which is no part of these actions.</summary>
    private async Task<List<Article>> Load(CancellationToken cancel)
    {
        var articles = await db.Articles.Include(article => article.Scheduled).Where(article => Claimed.Contains(article.Id))
            .ToDictionaryAsync(article => article.Id, cancel);
        return [.. Claimed.Select(id => articles[id])];
    }

    private sealed record Ended
    {
        public Guid ArticleId { get; init; }
        public bool IsExpired { get; init; }
    }
}
