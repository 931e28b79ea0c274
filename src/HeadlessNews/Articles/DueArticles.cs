using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// What falls due, claimed and done in one transaction each: two nodes never do the same, and a kill in the middle leaves it to the
/// next. Claims pass over what somebody else has locked, and judge by the database's clock.
/// </summary>
internal sealed partial class DueArticles(NewsDbContext db, PublishArticle publish, RenderLive render, ILogger<DueArticles> logger)
{
    private const int Batch = 100;

    /// <summary>Characters of the revisions published in one transaction: other nodes and editors wait for no more than that to be rendered.</summary>
    private const int MostText = 1_000_000;

    /// <summary>What the present step has claimed; whom to ask when it fails.</summary>
    public IReadOnlyList<Guid> Claimed { get; private set; } = [];

    /// <summary>Time until the next thing falls due, by the database's clock; null when nothing is to come.</summary>
    public async Task<TimeSpan?> UntilNext(CancellationToken cancel) => (await db.Database.SqlQuery<TimeSpan?>(
        $"""
        SELECT least((SELECT min(try_at) FROM editorial.scheduled_publications WHERE try_at IS NOT NULL),
                     (SELECT shown_until FROM delivery.articles AS document
                      WHERE state = 'live' AND shown_until IS NOT NULL AND NOT EXISTS (
                          SELECT FROM editorial.due_failures WHERE article_id = document.article_id AND action = 'withdraw')
                      ORDER BY shown_until LIMIT 1),
                     (SELECT syndicable_until FROM delivery.articles AS document
                      WHERE state = 'live' AND syndicable_until IS NOT NULL AND NOT EXISTS (
                          SELECT FROM editorial.due_failures WHERE article_id = document.article_id AND action = 'endSyndication')
                      ORDER BY syndicable_until LIMIT 1),
                     (SELECT min(try_at) FROM editorial.due_failures))
               - clock_timestamp() AS "Value"
        """).ToListAsync(cancel)).Single();

    /// <summary>Publishes pinned revisions whose time has come, the oldest first.</summary>
    /// <param name="only">Only these; null for any.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many were claimed.</returns>
    public async Task<int> Publish(IReadOnlyList<Guid>? only, CancellationToken cancel)
    {
        await using var change = await BeginLong(cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM editorial.scheduled_publications AS due JOIN editorial.articles AS article ON article.id = due.article_id
            WHERE due.try_at <= statement_timestamp() AND due.due_at <= statement_timestamp() AND ({only is null} OR article.id = ANY ({only ?? []}))
            ORDER BY due.try_at, due.article_id
            LIMIT {Batch}
            FOR NO KEY UPDATE OF article, due SKIP LOCKED
            """, cancel);
        if (Claimed.Count == 0)
        {
            return 0;
        }
        var publications = await Pinned(cancel);
        var refusals = await publish.Publish(change, publications, cancel);
        var now = await db.Now(cancel);
        foreach (var (article, _, _, _) in publications.Where(one => refusals.ContainsKey(one.Article.Id)))
        {
            var reasons = refusals[article.Id];
            article.Scheduled!.Refuse(reasons, now);
            change.Record("article.scheduleFailed", article.Id, article.Version, article.Version, new { reasons });
            Log.Refused(logger, article.Id, string.Join(' ', reasons));
        }
        await change.Commit(cancel);
        return publications.Count;
    }

    /// <summary>A publication that failed for another reason than its rules is tried again later, and says why meanwhile.</summary>
    public async Task Postpone(Guid id, string reason, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        if (await db.Lock(id, cancel) is { Scheduled: { } scheduled } article && scheduled.Postpone(reason, await db.Now(cancel)))
        {
            change.Record("article.scheduleFailed", id, article.Version, article.Version, new { reasons = scheduled.Failure, scheduled.TryAt });
            await change.Commit(cancel);
        }
    }

    /// <summary>Takes back what has expired, and what a clearance let on the site until now.</summary>
    /// <param name="only">Only these; null for any that have not failed a moment ago.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many.</returns>
    public async Task<int> Withdraw(IReadOnlyList<Guid>? only, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, Actor.System, cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM delivery.articles AS document JOIN editorial.articles AS article ON article.id = document.article_id
            WHERE document.state = 'live' AND document.shown_until <= statement_timestamp() AND ({only is null} OR article.id = ANY ({only ?? []}))
              AND NOT EXISTS (
                  SELECT FROM editorial.due_failures AS failed
                  WHERE failed.article_id = document.article_id AND failed.action = 'withdraw' AND failed.try_at > statement_timestamp())
            ORDER BY document.shown_until, document.article_id
            LIMIT {Batch}
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
        await Forget(ScheduledAction.Withdraw, cancel);
        await change.Commit(cancel);
        return expired.Count;
    }

    /// <summary>What a clearance let be passed on until now stays on the site, and is passed on no more.</summary>
    /// <param name="only">Only these; null for any that have not failed a moment ago.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many.</returns>
    public async Task<int> EndSyndication(IReadOnlyList<Guid>? only, CancellationToken cancel)
    {
        await using var change = await BeginLong(cancel);
        await Claim(
            $"""
            SELECT article.id AS "Value"
            FROM delivery.articles AS document JOIN editorial.articles AS article ON article.id = document.article_id
            WHERE document.state = 'live' AND document.syndicable_until <= statement_timestamp() AND ({only is null} OR article.id = ANY ({only ?? []}))
              AND NOT EXISTS (
                  SELECT FROM editorial.due_failures AS failed
                  WHERE failed.article_id = document.article_id AND failed.action = 'endSyndication' AND failed.try_at > statement_timestamp())
            ORDER BY document.syndicable_until, document.article_id
            LIMIT {Batch / 10}
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
        var outcome = await render.Run(
            change, await render.Prepare(ended, cancel), "article.rerendered", WriteOver.SamePublication, updatedAt: null, data: null, cancel);
        await Forget(ScheduledAction.EndSyndication, cancel);
        await change.Commit(cancel);
        return outcome.Written.Count;
    }

    /// <summary>What could not be done is tried again in a minute, and says why meanwhile.</summary>
    public Task Hold(Guid id, ScheduledAction action, string why, CancellationToken cancel)
    {
        var name = EnumNames.Of(action);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO editorial.due_failures (article_id, action, failed_at, failure, try_at)
            VALUES ({id}, {name}, clock_timestamp(), {why}, clock_timestamp() + interval '1 minute')
            ON CONFLICT (article_id, action) DO UPDATE SET failed_at = excluded.failed_at, failure = excluded.failure, try_at = excluded.try_at
            """, cancel);
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
              AND NOT editorial.is_cleared(document.article_id, 'site')
            """).ToListAsync(cancel);
        await publish.Withdraw(change, (await Load(cancel)).FindAll(article => lost.Contains(article.Id)), Withdrawal.RightsLost, cancel);
        await change.Commit(cancel);
        return lost;
    }

    /// <summary>
    /// Bodies are rendered while the claim is held, so that no other node renders the same; a session may idle for that long.
    /// </summary>
    private async Task<Change> BeginLong(CancellationToken cancel)
    {
        var change = await Change.Begin(db, Actor.System, cancel);
        await db.Database.ExecuteSqlAsync($"SET LOCAL idle_in_transaction_session_timeout = '120s'", cancel);
        return change;
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

    /// <summary>The pinned revisions of the claimed, in the order of their claim; as many as one transaction renders.</summary>
    private async Task<List<Publication>> Pinned(CancellationToken cancel)
    {
        var articles = await Load(cancel);
        var pinned = await (
            from due in db.Set<ScheduledPublication>()
            join kept in db.Revisions on new { due.ArticleId, due.Revision } equals new { kept.ArticleId, kept.Revision }
            where Claimed.Contains(due.ArticleId)
            select new { due.ArticleId, due.Revision, kept.Content }).ToDictionaryAsync(kept => kept.ArticleId, cancel);
        var publications = new List<Publication>(articles.Count);
        var text = 0;
        foreach (var article in articles.TakeWhile(article => publications.Count == 0 || text + pinned[article.Id].Content.Length <= MostText))
        {
            var kept = pinned[article.Id];
            text += kept.Content.Length;
            publications.Add(new Publication(
                article, kept.Revision, SaveArticle.Deserialize(kept.Content), new { kept.Revision, article.Scheduled!.ScheduledBy, article.Scheduled.DueAt }));
        }
        Claimed = [.. publications.Select(one => one.Article.Id)];
        return publications;
    }

    private Task<int> Forget(ScheduledAction action, CancellationToken cancel)
    {
        var name = EnumNames.Of(action);
        return db.Database.ExecuteSqlAsync($"DELETE FROM editorial.due_failures WHERE action = {name} AND article_id = ANY ({Claimed})", cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Article {Id} was due and could not be published: {Reasons}")]
        public static partial void Refused(ILogger logger, Guid id, string reasons);
    }

    private sealed record Ended
    {
        public Guid ArticleId { get; init; }
        public bool IsExpired { get; init; }
    }
}
