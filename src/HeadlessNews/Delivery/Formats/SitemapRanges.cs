using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A part of all articles, by id; to the end where there is none.</summary>
internal readonly record struct SitemapRange(Guid From, Guid? Until, DateTimeOffset LastModified);

/// <summary>
/// Where the whole sitemap is divided. Gone through once, range by range; from then on the log says which ranges have changed, and these
/// alone are gone through again: a publication costs one range, however large the archive is.
/// </summary>
internal sealed class SitemapRanges(Databases databases) : IDisposable
{
    /// <summary>When more has changed at once, everything is gone through again.</summary>
    private const int MostChanges = 1_000;

    private const string Changes =
        """
        SELECT head.position, event.resource_id
        FROM log.head AS head
        LEFT JOIN LATERAL (
            SELECT resource_id
            FROM log.public_events
            WHERE position > $1 AND resource_kind = 'article' AND type NOT IN ('article.rerendered', 'neighbours.changed')
            ORDER BY position
            LIMIT $2
        ) AS event ON true
        """;

    private const string Range =
        """
        SELECT max(updated_at) FILTER (WHERE nth <= $3), (array_agg(article_id) FILTER (WHERE nth > $3))[1]
        FROM (
            SELECT article_id, updated_at, row_number() OVER (ORDER BY article_id) AS nth
            FROM delivery.articles
            WHERE state = 'live' AND is_indexable AND article_id >= $1 AND article_id < $2
            ORDER BY article_id
            LIMIT $3 + 1
        ) AS numbered
        """;

    private readonly SemaphoreSlim turn = new(1);
    private IReadOnlyList<SitemapRange> ranges = [];
    private long position = -1;

    /// <summary>
    /// How many articles a range is made with; it is divided when it has come to more than twice as many. About a megabyte of XML: an answer
    /// that the cache keeps. Search engines take 50,000, so a range of an index read long ago has room for what came since.
    /// </summary>
    internal int InRange { get; set; } = 10_000;

    public void Dispose() => turn.Dispose();

    /// <summary>All ranges as they are now. The first begins before all, the last has no end: whatever is published next stands in one.</summary>
    public async Task<IReadOnlyList<SitemapRange>> Now(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var (head, changed) = await Changed(cancel);
            ranges = changed is null || ranges.Count == 0 ? await Divide(Guid.Empty, null, cancel) : await Renew(changed, cancel);
            position = head;
            return ranges;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<IReadOnlyList<SitemapRange>> Renew(IReadOnlyCollection<Guid> changed, CancellationToken cancel)
    {
        var renewed = ranges.ToList();
        // From the end, so that those still to come keep their places.
        foreach (var nth in changed.Select(id => renewed.FindLastIndex(range => range.From.CompareTo(id) <= 0)).Distinct().OrderDescending().ToList())
        {
            var (from, until, _) = renewed[nth];
            var now = await Divide(from, until, cancel);
            renewed.RemoveAt(nth);
            renewed.InsertRange(nth, now);
            if (now.Count > 0 || renewed.Count == 0)
            {
                continue;
            }
            // No range is empty, and none leaves a gap: the neighbour takes the place.
            if (nth > 0)
            {
                renewed[nth - 1] = renewed[nth - 1] with { Until = until };
            }
            else
            {
                renewed[0] = renewed[0] with { From = from };
            }
        }
        return renewed;
    }

    private async Task<IReadOnlyList<SitemapRange>> Divide(Guid from, Guid? until, CancellationToken cancel)
    {
        // Only the end fills up in order; elsewhere a full range would go to pieces article by article.
        if (until is not null && await Step(from, until, 2 * InRange, cancel) is { Next: null } whole)
        {
            return whole.LastModified is { } lastModified ? [new SitemapRange(from, until, lastModified)] : [];
        }
        var made = new List<SitemapRange>();
        for (Guid? next = from; next is { } first;)
        {
            (var lastModified, next) = await Step(first, until, InRange, cancel);
            if (lastModified is { } time)
            {
                made.Add(new SitemapRange(first, next ?? until, time));
            }
        }
        return made;
    }

    /// <summary>When the first so many from there were changed last, null for none, and which article comes next.</summary>
    private async Task<(DateTimeOffset? LastModified, Guid? Next)> Step(Guid from, Guid? until, int count, CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(Range);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = until ?? Guid.AllBitsSet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0), reader.IsDBNull(1) ? null : reader.GetGuid(1));
    }

    /// <summary>How far the log has come, and which articles have changed since the last look; null when that is not known.</summary>
    private async Task<(long Head, IReadOnlyCollection<Guid>? Ids)> Changed(CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(Changes);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position < 0 ? long.MaxValue : position });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostChanges + 1 });
        var (head, events, ids) = (0L, 0, new HashSet<Guid>());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            head = reader.GetInt64(0);
            if (!reader.IsDBNull(1))
            {
                events++;
                ids.Add(reader.GetGuid(1));
            }
        }
        // A head behind the last look is that of another database: a restored backup.
        return (head, position < 0 || head < position || events > MostChanges ? null : ids);
    }
}
