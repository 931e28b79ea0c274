using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Fronts;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Sources;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>
/// Writes what an export says as it was, in one change: records, what readers have of them (live revisions are rendered anew), and the
/// log's events, so that caches, sync and webhooks know. The database's own guards hold: what is under embargo, or has no rights, does not
/// become public by being restored.
/// </summary>
internal sealed class RestoreWriter(NewsDbContext db, Renderer renderer)
{
    private static readonly object Restored = new { restored = true };

    /// <param name="groups">Of one type, and nothing of them is there.</param>
    /// <param name="actor">Who restores.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>Those that were left out, and why.</returns>
    public async Task<IReadOnlyDictionary<RestoreGroup, ProblemDetails>> Write(IReadOnlyList<RestoreGroup> groups, Actor actor, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        await WordIndexes.Gather(change.Connection, cancel);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var keys = new RestoredKeys();
        var twice = groups.Select(group => (Group: group, What: keys.Take(group))).Where(one => one.What is not null).ToDictionary(one => one.Group, one => one.What);
        IReadOnlyList<RestoreGroup> once = [.. groups.Where(group => !twice.ContainsKey(group))];
        var refused = groups[0].Head switch
        {
            ExportedArticle => await Articles(change, once, cancel),
            ExportedDeletedArticle => await DeletedArticles(change, once, cancel),
            ExportedFront => await Fronts(change, once, cancel),
            _ => await Records(change, once, cancel),
        };
        await change.Commit(cancel);
        foreach (var (group, what) in twice)
        {
            refused.Add(group, Problems.Unrestorable($"It brings {what}, which a line shortly before it, or it itself, has brought already."));
        }
        return refused;
    }

    private async Task<Dictionary<RestoreGroup, ProblemDetails>> Records(Change change, IReadOnlyList<RestoreGroup> groups, CancellationToken cancel)
    {
        foreach (var group in groups)
        {
            if (group.Head is ExportedKeptSlug slug)
            {
                db.AddSlugs(slug.Kind, slug.Owner, [new ExportedSlug { Slug = slug.Slug, WasPublic = slug.WasPublic }]);
                continue;
            }
            var line = (ExportedRecord)group.Head!;
            db.AddRecord(line);
            change.Record($"{EnumNames.Of(line.Type)}.changed", line.Id, line.Version, data: Restored);
        }
        await db.CopyAdded(cancel);
        return [];
    }

    private async Task<Dictionary<RestoreGroup, ProblemDetails>> Fronts(Change change, IReadOnlyList<RestoreGroup> groups, CancellationToken cancel)
    {
        var named = groups.ToDictionary(group => group, group => RestoredEntities.NamedBy((ExportedFront)group.Head!));
        var all = named.Values.SelectMany(ids => ids).Distinct().ToArray();
        var there = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT id AS "Value" FROM editorial.authors WHERE id = ANY ({all})
            UNION ALL
            SELECT id FROM editorial.sources WHERE id = ANY ({all})
            UNION ALL
            SELECT id FROM editorial.tags WHERE id = ANY ({all})
            """).ToListAsync(cancel);
        var refused = groups.Where(group => named[group].Except(there).Any())
            .ToDictionary(group => group, group => Problems.Unrestorable($"What fills it is not there: {string.Join(", ", named[group].Except(there))}."));
        foreach (var group in groups.Where(group => !refused.ContainsKey(group)))
        {
            db.AddRecord((ExportedFront)group.Head!);
        }
        var fronts = db.ChangeTracker.Entries<Front>().Select(entry => entry.Entity).ToList();
        await db.CopyAdded(cancel);
        foreach (var front in fronts)
        {
            await FrontStore.Put(change.Connection, front.Document(), cancel);
            change.Record("front.changed", front.Id, front.Version, data: Restored, tags: front.CacheTags());
        }
        return refused;
    }

    private async Task<Dictionary<RestoreGroup, ProblemDetails>> DeletedArticles(Change change, IReadOnlyList<RestoreGroup> groups, CancellationToken cancel)
    {
        var gone = groups.Select(group => (ExportedDeletedArticle)group.Head!).ToList();
        gone.ForEach(article => db.AddSlugs(SlugKind.Article, article.Id, article.Slugs));
        await db.CopyAdded(cancel);
        await WithdrawnStore.Put(change.Connection, gone.ConvertAll(article => RestoredEntities.Withdrawn(article.Id, article.Published, article.Published.Withdrawn!)), cancel);
        gone.ForEach(article => change.Record("article.deleted", article.Id, article.Published.Version, data: Restored, tags: [CacheTags.Article(article.Id)]));
        return [];
    }

    private async Task<Dictionary<RestoreGroup, ProblemDetails>> Articles(Change change, IReadOnlyList<RestoreGroup> groups, CancellationToken cancel)
    {
        var refused = new Dictionary<RestoreGroup, ProblemDetails>();
        var named = await Named.Lock(db, [.. groups.Where(group => group.LiveBody is not null).Select(Live)], cancel);
        var now = await db.Now(cancel);
        var rendered = new List<RenderedArticle>();
        var withdrawn = new List<WithdrawnArticle>();
        var events = new List<Event>();
        foreach (var group in groups)
        {
            var line = (ExportedArticle)group.Head!;
            if (group.LiveBody is not null && WhyNotLive(group, named, now) is { } problem)
            {
                refused.Add(group, problem);
                continue;
            }
            var article = db.AddArticle(line, group);
            if (group.LiveBody is { } body)
            {
                var (live, appended) = (Live(group), AppendedTo(line));
                var cleared = Cleared.Of(live.EffectiveRights(named), appended.Clearances[line.Id], now);
                var ended = Ended(live, cleared, now);
                if (ended is null)
                {
                    var edition = new Edition(line.Id, line.Published!.Version, line.Published.Revision, line.Published.PublishedAt, line.Published.UpdatedAt);
                    rendered.Add(renderer.Article(edition, live, body, named, appended, now));
                    events.Add(new Event("article.published", line.Id, line.Version, Data: Restored));
                    continue;
                }
                article.Withdraw(byEditor: false, now);
                withdrawn.Add(Out(article, live, line.Published!, live.EffectiveRights(named), cleared, now));
                events.Add(new Event("article.withdrawn", line.Id, article.Version, line.Version, ended.Data, [CacheTags.Article(line.Id)]));
            }
            else if (line.Published is { Withdrawn: { } past } published)
            {
                withdrawn.Add(RestoredEntities.Withdrawn(line.Id, published, past));
                events.Add(new Event("article.withdrawn", line.Id, line.Version, Data: Restored, Tags: [CacheTags.Article(line.Id)]));
            }
            else
            {
                events.Add(new Event("article.created", line.Id, line.Version, Data: Restored));
            }
        }
        await db.CopyAdded(cancel);
        var changed = Changed.Nothing;
        if (rendered.Count > 0)
        {
            changed = await DeliveryStore.Put(change.Connection, rendered, renderer.Directory(named), named.LogPosition, WriteOver.Anything, cancel);
        }
        if (withdrawn.Count > 0)
        {
            await WithdrawnStore.Put(change.Connection, withdrawn, cancel);
        }
        changed.Record(change, events.Select(happened => changed.Articles.TryGetValue(happened.Id, out var tags) ? happened with { Tags = tags } : happened));
        return refused;
    }

    private static ArticleSnapshot Live(RestoreGroup group) => group.Snapshot(((ExportedArticle)group.Head!).Published!.Revision);

    private static ProblemDetails? WhyNotLive(RestoreGroup group, Named named, DateTimeOffset now)
    {
        var live = Live(group);
        return !named.Knows(live) ? Problems.Unrestorable("It is live, and its source, an author or a tag is not there.")
            : live.Content.EmbargoUntil > now ? Problems.NotPublishable([$"It is live, and its embargo lasts until {Rfc3339.Format(live.Content.EmbargoUntil.Value)}."])
            : group.LiveBody!.IsEmpty ? Problems.NotPublishable(["It is live, and its body is empty."])
            : null;
    }

    /// <summary>What has run out since the export comes back as it would have ended: off the public's sight.</summary>
    private static Withdrawal? Ended(ArticleSnapshot live, Cleared cleared, DateTimeOffset now) =>
        live.Content.ExpiresAt <= now ? Withdrawal.Expired : !cleared.ForSite ? Withdrawal.ClearanceEnded : null;

    private static WithdrawnArticle Out(
        Article article, ArticleSnapshot live, ExportedPublication published, Rights rights, Cleared cleared, DateTimeOffset now) =>
        RestoredEntities.Withdrawn(article.Id, published with { Version = article.Version }, new ExportedWithdrawal
        {
            At = now,
            Language = live.Content.Language,
            Redistribution = rights.Redistribution!.Value,
            IsSyndicable = cleared.ForSyndication,
            SyndicableUntil = cleared.SyndicationUntil,
            EmbargoUntil = live.Content.EmbargoUntil,
        });

    private static Appended AppendedTo(ExportedArticle line) => new(
        RestoredEntities.Corrections(line).OrderByDescending(correction => correction.At).ThenByDescending(correction => correction.Id).ToLookup(_ => line.Id),
        RestoredEntities.Clearances(line).ToLookup(_ => line.Id));
}
