using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>One revision of an article to go live: its working copy's, or the one a schedule pinned.</summary>
internal sealed record Publication(Article Article, int Revision, ArticleSnapshot Snapshot, object? Data = null)
{
    public static Publication OfWorkingCopy(Article article) => new(article, article.Revision, article.Snapshot());
}

/// <summary>What publications are judged and rendered by: read and locked in their transaction.</summary>
/// <param name="Bodies">Rendered.</param>
/// <param name="Named">Who and what they name.</param>
/// <param name="Appended">Their corrections and clearances.</param>
/// <param name="Now">The time they go live.</param>
/// <param name="Refusals">The reasons against those that may not.</param>
internal sealed record Grounds(
    IReadOnlyDictionary<Guid, RenderedBody> Bodies, Named Named, Appended Appended, DateTimeOffset Now, IReadOnlyDictionary<Guid, IReadOnlyList<string>> Refusals);

/// <summary>
/// Publishing, and taking back: the revision, the delivery document and the log's row, in one transaction. What the public sees and
/// what the log announces cannot part.
/// </summary>
internal sealed class PublishArticle(NewsDbContext db, ActOnArticle act, Renderer renderer)
{
    /// <summary>From here on the new among them are copied in.</summary>
    private const int Many = 20;

    public Task<Written<EditorArticle>> Publish(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Publish, precondition, http, async (change, article) =>
            (await Publish(change, [Publication.OfWorkingCopy(article)], cancel)).TryGetValue(id, out var reasons) ? Problems.NotPublishable(reasons) : null,
            cancel);

    /// <summary>
    /// Publishes articles, locked or just made, within a change that the caller commits. One that cannot go live does not hold up the
    /// others.
    /// </summary>
    /// <returns>The reasons against those that were left as they are.</returns>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> Publish(Change change, IReadOnlyList<Publication> publications, CancellationToken cancel)
    {
        var grounds = await Judge(publications.ToDictionary(one => one.Article.Id, one => one.Snapshot), cancel);
        await Publish(change, [.. publications.Where(one => !grounds.Refusals.ContainsKey(one.Article.Id))], grounds, cancel);
        return grounds.Refusals;
    }

    /// <summary>
    /// Renders bodies, and judges by what the texts name, which is locked from here to the end of the transaction, whether they may go live.
    /// Nothing is written yet.
    /// </summary>
    public async Task<Grounds> Judge(IReadOnlyDictionary<Guid, ArticleSnapshot> snapshots, CancellationToken cancel, Func<Named, Named>? withNew = null)
    {
        // The long part comes before the locks on what they name.
        var bodies = snapshots.ToDictionary(
            one => one.Key, one => ArticleBody.Render(one.Value.Content.Body.Format!.Value, one.Value.Content.Body.Content!));
        var named = await Named.Lock(db, [.. snapshots.Values], cancel);
        named = withNew is null ? named : withNew(named);
        var appended = await Appended.Read(db, bodies.Keys, cancel);
        var now = await db.Now(cancel);
        var refusals = new Dictionary<Guid, IReadOnlyList<string>>();
        foreach (var (id, snapshot) in snapshots)
        {
            if (PublishingRules.ReasonsAgainst(snapshot, bodies[id], named, appended.Clearances[id], now).ToList() is { Count: > 0 } reasons)
            {
                refusals.Add(id, reasons);
            }
        }
        return new Grounds(bodies, named, appended, now, refusals);
    }

    /// <summary>Publishes what was judged and not refused, within a change that the caller commits.</summary>
    /// <param name="change">Of the caller.</param>
    /// <param name="publications">What was judged.</param>
    /// <param name="grounds">By what.</param>
    /// <param name="cancel">From the caller.</param>
    /// <param name="write">Writes what is new among them and unknown to the context.</param>
    public async Task Publish(Change change, IReadOnlyList<Publication> publications, Grounds grounds, CancellationToken cancel, Func<Task>? write = null)
    {
        var (bodies, named, appended, now, _) = grounds;
        var rendered = new List<RenderedArticle>(publications.Count);
        var events = new List<Event>(publications.Count);
        foreach (var (article, revision, snapshot, data) in publications)
        {
            var previous = article.Version;
            var type = article.PublicState == PublicState.Live ? "article.updated" : "article.published";
            article.Publish(revision, snapshot.Content.Slug, now);
            var edition = new Edition(
                article.Id, article.Version, revision, snapshot.Content.PublishedAt ?? article.FirstPublishedAt!.Value, article.UpdatedAt);
            rendered.Add(renderer.Article(edition, snapshot, bodies[article.Id], named, appended, now));
            events.Add(new Event(type, article.Id, article.Version, previous, data ?? new { revision }));
        }
        if (rendered.Count > 0)
        {
            if (write is not null)
            {
                await write();
            }
            else if (publications.Count >= Many)
            {
                await db.CopyAdded(cancel);
            }
            await db.SaveChangesAsync(cancel);
            await MarkPublic([.. rendered.Select(article => article.Edition.Id)], now, cancel);
            var changed = await DeliveryStore.Put(change.Connection, rendered, renderer.Directory(named), named.LogPosition, WriteOver.Anything, cancel);
            changed.Record(change, events.Select(happened => happened with { Tags = changed.Articles[happened.Id] }));
        }
    }

    public Task<Written<EditorArticle>> Withdraw(Guid id, WithdrawRequest request, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Withdraw, precondition, http, async (change, article) =>
        {
            await Withdraw(change, [article], request, cancel);
            return null;
        }, cancel);

    /// <summary>Takes live articles back on an editor's word, locked, within a change that the caller commits.</summary>
    public Task Withdraw(Change change, IReadOnlyList<Article> articles, WithdrawRequest request, CancellationToken cancel) =>
        Withdraw(change, articles, new Withdrawal(true, request.Notice, new { request.Reason, request.Notice }), cancel);

    /// <summary>Takes live articles back, locked, within a change that the caller commits.</summary>
    public async Task Withdraw(Change change, IReadOnlyList<Article> articles, Withdrawal withdrawal, CancellationToken cancel)
    {
        var now = await db.Now(cancel);
        var events = new List<Event>(articles.Count);
        foreach (var article in articles)
        {
            var previous = article.Version;
            article.Withdraw(withdrawal.ByEditor, now);
            events.Add(new Event("article.withdrawn", article.Id, article.Version, previous, withdrawal.Data));
        }
        await db.SaveChangesAsync(cancel);
        if (withdrawal.ByEditor)
        {
            // Taken back is taken back: who has a link to it has nothing.
            var ids = articles.Select(article => article.Id).ToArray();
            await db.Database.ExecuteSqlAsync(
                $"UPDATE editorial.preview_links SET revoked_at = clock_timestamp() WHERE article_id = ANY ({ids}) AND revoked_at IS NULL", cancel);
        }
        var changed = await DeliveryStore.TakeBack(change.Connection, [.. articles.Select(article => (article.Id, article.Version))], now, withdrawal.Notice, cancel);
        changed.Record(change, events.Select(happened => happened with { Tags = changed.Articles[happened.Id] }));
    }

    /// <summary>From now on their slugs are addresses that people have, and their revisions are what was published: both are kept for ever.</summary>
    private Task<int> MarkPublic(Guid[] ids, DateTimeOffset now, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"""
        UPDATE editorial.slugs AS taken SET was_public = true
        FROM editorial.articles AS article
        WHERE article.id = ANY ({ids}) AND (taken.kind, taken.slug) = ('article', article.live_slug) AND NOT taken.was_public;
        UPDATE editorial.article_revisions AS kept SET published_at = {now}
        FROM editorial.articles AS article
        WHERE article.id = ANY ({ids}) AND (kept.article_id, kept.revision) = (article.id, article.live_revision) AND kept.published_at IS NULL
        """, cancel);
}

/// <summary>Who takes articles back, what readers are told, and what the log keeps of why.</summary>
internal sealed record Withdrawal(bool ByEditor, string? Notice, object? Data)
{
    public static readonly Withdrawal Expired = new(false, null, new { because = "expired" });
    public static readonly Withdrawal ClearanceEnded = new(false, null, new { because = "clearanceEnded" });
    public static readonly Withdrawal RightsLost = new(false, null, new { because = "rightsLost" });

    /// <summary>Its note is for editors, not for readers.</summary>
    public static Withdrawal CanceledBySource(string? reason) => new(true, null, new { because = "canceled", reason });
}
