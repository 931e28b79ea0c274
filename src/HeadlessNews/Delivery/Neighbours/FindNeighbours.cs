using HeadlessNews.Data;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>
/// Follows the log for articles that have come, changed or gone, and refreshes what stands beside them. Today's news at once; an archive
/// that is being imported waits in <c>delivery.neighbours_due</c>, newest first, for half the time that nothing is more urgent.
/// </summary>
internal sealed class FindNeighbours(RefreshNeighbours refresh, Databases databases, LogHint hint, TimeProvider clock, ILogger<FindNeighbours> logger)
    : LogFollower("neighbours", databases, hint, clock, logger)
{
    private const int Batch = 20;

    /// <summary>More than this in one window of the log is no newsroom at work but an import.</summary>
    private const int MostAtOnce = 200;

    private const string Happened =
        """
        SELECT event.resource_id, article.published_at, article.published_at < now() - interval '7 days'
        FROM (
            SELECT DISTINCT resource_id FROM log.events
            WHERE position > $1 AND position <= $2
              AND type IN ('article.published', 'article.updated', 'article.rerendered', 'article.corrected', 'article.withdrawn', 'article.deleted')
        ) AS event
        LEFT JOIN delivery.articles AS article ON article.article_id = event.resource_id AND article.state = 'live'
        """;

    private const string PutOff =
        """
        INSERT INTO delivery.neighbours_due (article_id, published_at) SELECT * FROM unnest($1, $2)
        ON CONFLICT (article_id) DO UPDATE SET published_at = excluded.published_at
        """;

    private const string PutOffFailed =
        """
        INSERT INTO delivery.neighbours_due (article_id, published_at)
        SELECT failed.id, coalesce(article.published_at, now())
        FROM unnest($1) AS failed (id) LEFT JOIN delivery.articles AS article ON article.article_id = failed.id
        ON CONFLICT DO NOTHING
        """;

    private const string NextDue = "SELECT article_id FROM delivery.neighbours_due WHERE article_id <> ALL ($2) ORDER BY published_at DESC LIMIT $1";

    /// <summary>An import has both processors while it lasts: the neighbours of what it brings are looked for when no more of it has come for so long.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly PutAside aside = new("finding an article's neighbours", clock, logger);
    private long? cameAt;

    private bool IsArchiveComing => cameAt is { } at && Clock.GetElapsedTime(at) < Settled;

    protected override async Task<bool> Follow(NpgsqlConnection turn, LogPlace place, CancellationToken cancel)
    {
        if (place.Position >= place.Head)
        {
            return !IsArchiveComing && await WorkOff(turn, cancel);
        }
        var end = Math.Min(place.Head, place.Position + Window);
        var (atOnce, later) = await Read(turn, place.Position, end, cancel);
        if (later.Count > Batch)
        {
            cameAt = Clock.GetTimestamp();
        }
        if (later.Count > 0)
        {
            await turn.Execute(PutOff, [later.Select(one => one.Id).ToArray(), later.Select(one => one.PublishedAt).ToArray()], cancel);
        }
        foreach (var some in atOnce.Chunk(Batch))
        {
            await Refresh(turn, some, cancel);
        }
        await Progress(turn, cancel, position: end);
        return true;
    }

    private static async Task<(List<Guid> AtOnce, List<(Guid Id, DateTimeOffset PublishedAt)> Later)> Read(
        NpgsqlConnection turn, long position, long end, CancellationToken cancel)
    {
        var (gone, live) = (new List<Guid>(), new List<(Guid Id, DateTimeOffset PublishedAt, bool IsOld)>());
        await using var command = turn.Statement(Happened, [position, end]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            if (reader.IsDBNull(1))
            {
                gone.Add(reader.GetGuid(0));
            }
            else
            {
                live.Add((reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetBoolean(2)));
            }
        }
        var isImport = live.Count(one => !one.IsOld) > MostAtOnce;
        return ([.. gone, .. live.Where(one => !one.IsOld && !isImport).OrderBy(one => one.PublishedAt).Select(one => one.Id)],
            [.. live.Where(one => one.IsOld || isImport).Select(one => (one.Id, one.PublishedAt))]);
    }

    /// <summary>What fails waits where an archive does: it is found there by the next process too.</summary>
    private async Task Refresh(NpgsqlConnection turn, Guid[] ids, CancellationToken cancel)
    {
        var failed = await aside.Do(ids, some => refresh.Of(some, cancel), cancel);
        if (failed.Count > 0)
        {
            await turn.Execute(PutOffFailed, [failed.ToArray()], cancel);
        }
    }

    /// <summary>Some of what was put off.</summary>
    private async Task<bool> WorkOff(NpgsqlConnection turn, CancellationToken cancel)
    {
        var due = new List<Guid>();
        await using (var command = turn.Statement(NextDue, [Batch, aside.Held]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                due.Add(reader.GetGuid(0));
            }
        }
        if (due.Count == 0)
        {
            return false;
        }
        var begun = Clock.GetTimestamp();
        await Refresh(turn, [.. due], cancel);
        var rest = Clock.GetElapsedTime(begun);
        await Task.Delay(rest < TimeSpan.FromSeconds(1) ? rest : TimeSpan.FromSeconds(1), Clock, cancel);
        return true;
    }
}
