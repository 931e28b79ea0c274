using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;

namespace HeadlessNews.Import;

/// <summary>
/// Articles that a script sends, many in one transaction, written in the way of any other: record, revision, document, log. One that is
/// refused leaves nothing behind, and does not hold up the others. No two have the same source and external id.
/// </summary>
internal sealed class UpsertBatch(
    NewsDbContext db, Actor actor, IMapper mapper, TimeProvider clock, FindNamed named, FindReferences references, FindRelated related, DecideUpsert deciding,
    PublishArticle publishing, WriteUpserts writing)
{
    /// <summary>From here on they are an import's.</summary>
    private const int Many = 20;

    /// <param name="upserts">What was sent.</param>
    /// <param name="options">How.</param>
    /// <param name="withAnswer">Whether the article is asked for as editors see it.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>What became of each, in order.</returns>
    public async Task<IReadOnlyList<Upserted>> Run(IReadOnlyList<Upsert> upserts, UpsertOptions options, bool withAnswer, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (upserts.Count >= Many)
        {
            await WordIndexes.Gather(change.Connection, cancel);
        }
        // Looking for changes at every step would cost more than the steps.
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var lines = upserts.Select(upsert => new UpsertLine(upsert)).ToList();
        var now = await db.Now(cancel);
        await references.Find(lines, options, cancel);
        await FindPresent(lines, options, cancel);
        await related.Find([.. lines.Where(line => line.IsOpen)], options.DryRun, cancel);
        await deciding.Decide(lines, options, now, cancel);
        var grounds = await publishing.Judge(
            lines.Where(line => line is { IsOpen: true, GoesLive: true }).ToDictionary(line => line.Id, line => line.Snapshot!), cancel, named.WithNew);
        foreach (var line in lines.Where(line => line.IsOpen && grounds.Refusals.ContainsKey(line.Id)))
        {
            line.Refuse(Problems.NotPublishable(grounds.Refusals[line.Id]));
        }
        await writing.Write(change, lines, options, grounds, now, cancel);
        foreach (var line in lines.Where(line => withAnswer && line.Outcome.Problem is null))
        {
            line.Outcome = line.Outcome with { Answer = await db.Read(mapper, line.Id, cancel) };
        }
        if (!options.DryRun)
        {
            await change.Commit(cancel);
        }
        return lines.ConvertAll(line => line.Outcome);
    }

    private async Task FindPresent(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var open = lines.FindAll(line => line.IsOpen);
        var present = (await db.Lock([.. open.Select(line => line.SourceId)], [.. open.Select(line => line.Sent.ExternalId!)], cancel))
            .ToDictionary(article => (article.SourceId, article.Content.ExternalId!));
        foreach (var line in open)
        {
            line.Present = present.GetValueOrDefault((line.SourceId, line.Sent.ExternalId!));
            line.Id = line.Present?.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
            if (line.Present is not null && options.OnConflict == OnConflict.Skip)
            {
                line.End(UpsertStatus.Skipped);
            }
        }
    }
}
