using System.Diagnostics;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>The newest articles that a query matches, newest first.</summary>
/// <param name="Positions">The matches.</param>
/// <param name="More">Where older ones may follow; null when there are none.</param>
internal sealed record Matches(IReadOnlyList<ListPosition> Positions, ListPosition? More);

/// <summary>
/// Finds the newest matches of a query at a cost that does not grow with the archive: it asks the index for the words within the newest
/// span of time that has some thousands of articles, then within one eight times as long, and so on until there are enough. For a rare
/// word all spans together are a matter of milliseconds; common words that hardly ever stand together are given up when that is spent.
/// </summary>
internal sealed class MatchReads(Databases databases)
{
    /// <summary>
    /// What the index finds ($1), the newest first and no more than $6; of those, what the vectors confirm ($2), where the index alone
    /// cannot know ($7). The last one comes in any case, to go on from. Queries are looked up, so that no plan is made for one of them:
    /// the planner does not know what it costs to read a vector, and would read them all.
    /// </summary>
    private const string Look =
        """
        SELECT published_at, article_id, fits, nth = $6 AS is_bound
        FROM (
            SELECT found.published_at, found.article_id, NOT $7 OR found.words @@ (SELECT $2::tsquery) AS fits,
                   row_number() OVER (ORDER BY found.published_at DESC, found.article_id DESC) AS nth
            FROM (
                SELECT published_at, article_id, words
                FROM delivery.search
                WHERE words @@ (SELECT $1::tsquery)
                  AND (published_at, article_id) < ($3, $4) AND published_at >= $5
                  -- What has ended is still here for a second at most.
                  AND article_id NOT IN (
                      SELECT article_id FROM delivery.articles WHERE state = 'live' AND shown_until IS NOT NULL AND shown_until <= now())
                ORDER BY published_at DESC, article_id DESC
                LIMIT $6
            ) AS found
        ) AS looked
        WHERE fits OR nth = $6
        ORDER BY published_at DESC, article_id DESC
        LIMIT $8
        """;

    /// <summary>The newest article before a place, and the one <see cref="SmallestWindow"/> places further back, if there is one.</summary>
    private const string Newest =
        """
        (SELECT published_at FROM delivery.listing WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
         ORDER BY published_at DESC, article_id DESC LIMIT 1)
        UNION ALL
        (SELECT published_at FROM delivery.listing WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
         ORDER BY published_at DESC, article_id DESC OFFSET $5 LIMIT 1)
        """;

    /// <summary>How many of the newest matches are ranked and counted.</summary>
    internal int Enough { get; set; } = 500;

    /// <summary>How many vectors one look reads for a phrase.</summary>
    internal int MostConfirmed { get; set; } = 4_000;

    /// <summary>How many articles the first look is among, at least.</summary>
    internal int SmallestWindow { get; set; } = 4_000;

    /// <summary>After this no longer span is looked into: it would take several times as long as all before it.</summary>
    internal TimeSpan MostTime { get; set; } = TimeSpan.FromMilliseconds(150);

    public async Task<Matches> Find(AskedQuery query, ListFilter filter, ListPosition? after, CancellationToken cancel)
    {
        var upper = after ?? (filter.To is { } to ? new ListPosition(to, Guid.Empty) : ListPosition.Newest);
        var lower = filter.From ?? ListPosition.Oldest.PublishedAt;
        var windows = await Windows(upper, cancel);
        var started = Stopwatch.GetTimestamp();
        foreach (var window in windows)
        {
            var matches = await In(window, query, upper, lower, cancel);
            if (matches.Positions.Count >= Enough || matches.More is not null || window is null || window.From <= lower)
            {
                return matches;
            }
            if (Stopwatch.GetElapsedTime(started) > MostTime)
            {
                return matches with { More = new ListPosition(window.From, Guid.Empty) };
            }
        }
        return new Matches([], null);
    }

    /// <summary>One look, as it is run and as it is explained.</summary>
    internal NpgsqlCommand Command(Window? window, AskedQuery query, ListPosition upper, DateTimeOffset lower)
    {
        var command = databases.Delivery.CreateCommand(Look);
        command.CommandTimeout = SearchReads.Patience;
        var spans = window is null ? null : $"('{SearchMarks.OfSpan(window.Level, window.Last)}' | '{SearchMarks.OfSpan(window.Level, window.Last - 1)}')";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = spans is null ? query.Indexed : $"{query.Indexed} & {spans}" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = query.Exact });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = upper.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upper.ArticleId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = lower });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = query.MustConfirm ? MostConfirmed : Enough + 1 });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = query.MustConfirm });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Enough + 1 });
        return command;
    }

    private async Task<Matches> In(Window? window, AskedQuery query, ListPosition upper, DateTimeOffset lower, CancellationToken cancel)
    {
        var positions = new List<ListPosition>();
        ListPosition? more = null;
        await using var command = Command(window, query, upper, lower);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (more is null && await reader.ReadAsync(cancel))
        {
            var here = new ListPosition(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
            if (positions.Count == Enough)
            {
                more = positions[^1];
            }
            else
            {
                if (reader.GetBoolean(2))
                {
                    positions.Add(here);
                }
                more = reader.GetBoolean(3) ? here : null;
            }
        }
        return new Matches(positions, more);
    }

    /// <summary>The spans of time to look in, each within the next; null, the last, is all time.</summary>
    internal async Task<IReadOnlyList<Window?>> Windows(ListPosition upper, CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(Newest);
        command.CommandTimeout = SearchReads.Patience;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Facet.All.Kind });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Facet.All.Id });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = upper.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upper.ArticleId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SmallestWindow });
        var times = new List<DateTimeOffset>();
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                times.Add(reader.GetFieldValue<DateTimeOffset>(0));
            }
        }
        return times switch
        {
            [] => [],
            [_] => [null],
            [var newest, var other, ..] => [.. Enumerable.Range(0, SearchMarks.Levels).Select(level => new Window(level, SearchMarks.SpanAt(level, newest))).Where(window => window.From <= other), null],
        };
    }
}

/// <summary>Two spans of a level beside each other, of which the newest article lies in the last.</summary>
internal sealed record Window(int Level, long Last)
{
    public DateTimeOffset From => DateTimeOffset.UnixEpoch.AddHours((double)((Last - 1) << (3 * Level)));
}
