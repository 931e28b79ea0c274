using System.Diagnostics;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>The newest articles that a query matches, newest first.</summary>
/// <param name="Positions">The matches.</param>
/// <param name="More">Where older ones may follow; null when there are none.</param>
internal sealed record Matches(IReadOnlyList<ListPosition> Positions, ListPosition? More)
{
    /// <summary>How well each fits, if that was asked.</summary>
    public IReadOnlyList<float> Ranks { get; init; } = [];
}

/// <summary>
/// Finds the newest matches of a query at a cost that does not grow with the archive: it asks the index for the words within the newest
/// span of time that has some hundreds of articles, and then, by how many matches that had, within one that should have enough. For a rare
/// word that is all time, a matter of milliseconds; common words that hardly ever stand together are given up when those are spent.
/// </summary>
internal sealed class MatchReads(Databases databases)
{
    /// <summary>
    /// What the index finds ($1), the newest first and no more than $6; of those, what the vectors confirm ($2), where the index alone
    /// cannot know ($7). The last one comes in any case, to go on from and to count by. Queries are looked up, so that no plan is made for
    /// one of them: the planner does not know what it costs to read a vector, and would read them all. Each is ranked by the words of its
    /// own stemmer ($9): how near they all stand ($10), and how many there are ($11). 33: by length, gently, and between 0 and 1.
    /// </summary>
    private const string Look =
        """
        SELECT looked.published_at, looked.article_id, looked.fits, looked.nth,
               (SELECT ts_rank_cd(ranking.words, (SELECT $10::tsquery[])[looked.of_configuration], 33)
                           + coalesce(ts_rank(ranking.words, (SELECT $11::tsquery[])[looked.of_configuration], 33), 0)
                FROM delivery.search_ranking AS ranking
                WHERE ranking.article_id = looked.article_id AND cardinality($9) > 0)
        FROM (
            SELECT found.published_at, found.article_id, NOT $7 OR found.words @@ (SELECT $2::tsquery) AS fits,
                   row_number() OVER (ORDER BY found.published_at DESC, found.article_id DESC) AS nth, count(*) OVER () AS many,
                   array_position((SELECT $9::regconfig[]), found.configuration) AS of_configuration
            FROM (
                SELECT published_at, article_id, configuration, words
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
        WHERE looked.fits OR looked.nth = looked.many
        ORDER BY looked.published_at DESC, looked.article_id DESC
        LIMIT $8
        """;
    /// <summary>
    /// The newest article before a place, the one <see cref="SmallestWindow"/> places further back, and the oldest; as many as there are.
    /// </summary>
    private const string Bounds =
        """
        (SELECT published_at FROM delivery.listing WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
         ORDER BY published_at DESC, article_id DESC LIMIT 1)
        UNION ALL
        (SELECT published_at FROM delivery.listing WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
         ORDER BY published_at DESC, article_id DESC OFFSET $5 LIMIT 1)
        UNION ALL
        (SELECT published_at FROM delivery.listing WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
         ORDER BY published_at, article_id LIMIT 1)
        """;

    /// <summary>A span expected to have enough is taken to have half as much again: news comes in waves.</summary>
    private const double Margin = 1.5;

    /// <summary>A look may be into so many times the span of the one before it, whatever that took.</summary>
    private const int UsualGrowth = 8;

    /// <summary>The last windows before whatever is newest.</summary>
    private Known? known;

    /// <summary>How many of the newest matches are ranked and counted.</summary>
    internal int Enough { get; set; } = 500;

    /// <summary>How many vectors one look reads for a phrase.</summary>
    internal int MostConfirmed { get; set; } = 2_000;

    /// <summary>How many articles the first look is among, at least.</summary>
    internal int SmallestWindow { get; set; } = 1_000;

    /// <summary>After this no longer span is looked into: it would take several times as long as all before it.</summary>
    internal TimeSpan MostTime { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <param name="query">The words.</param>
    /// <param name="filter">Of which its bounds in time count here: the rest is among the query's marks.</param>
    /// <param name="after">Only what comes after it.</param>
    /// <param name="isRanked">Whether to say how well each fits.</param>
    /// <param name="cancel">Ends the look.</param>
    public async Task<Matches> Find(AskedQuery query, ListFilter filter, ListPosition? after, bool isRanked, CancellationToken cancel)
    {
        var upper = after ?? (filter.To is { } to ? new ListPosition(to, Guid.Empty) : ListPosition.Newest);
        var lower = filter.From ?? ListPosition.Oldest.PublishedAt;
        var windows = await Windows(upper, query.Newest, cancel);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < windows.Count;)
        {
            var before = Stopwatch.GetElapsedTime(started);
            var (matches, looked) = await In(windows[i], query, upper, lower, isRanked, cancel);
            if (matches.Positions.Count >= Enough || matches.More is not null || windows[i].Spans is null || windows[i].From <= lower)
            {
                return matches;
            }
            var spent = Stopwatch.GetElapsedTime(started);
            if (spent > MostTime)
            {
                return matches with { More = new ListPosition(windows[i].From, Guid.Empty) };
            }
            i = Next(windows, i, Wanted(query, matches.Positions.Count, looked) / Math.Max(1, looked), (MostTime - spent) / (spent - before));
        }
        return new Matches([], null);
    }

    /// <summary>How many the index should find, for enough to be there and no more vectors to be read than may be.</summary>
    private double Wanted(AskedQuery query, int found, int looked) =>
        query.MustConfirm ? Math.Min(MostConfirmed, Margin * Enough * Math.Max(1, looked) / Math.Max(1, found)) : Margin * Enough;

    /// <summary>The shortest span that is so many times the last one, or the longest that there is time for.</summary>
    private static int Next(IReadOnlyList<Window> windows, int last, double times, double affordable)
    {
        var length = windows[last].Length;
        var next = last + 1;
        while (next + 1 < windows.Count && windows[next].Length < times * length && windows[next + 1].Length <= Math.Max(UsualGrowth, affordable) * length)
        {
            next++;
        }
        return next;
    }

    /// <summary>One look, as it is run and as it is explained.</summary>
    internal NpgsqlCommand Command(Window window, AskedQuery query, ListPosition upper, DateTimeOffset lower, bool isRanked)
    {
        var command = databases.Delivery.CreateCommand(Look);
        command.CommandTimeout = SearchReads.Patience;
        var ranked = isRanked ? query.In.Select(words => words.Asked).ToArray() : [];
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = window.Spans is null ? query.Indexed : $"{query.Indexed} & ({window.Spans})" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = query.Exact });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = upper.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upper.ArticleId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = lower });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Bound(query) });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = query.MustConfirm });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Enough + 1 });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(ranked, asked => asked.Configuration) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(ranked, asked => asked.Query) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(ranked, asked => string.Join(" | ", asked.Words)) });
        return command;
    }

    private int Bound(AskedQuery query) => query.MustConfirm ? MostConfirmed : Enough + 1;

    private async Task<(Matches Matches, int Looked)> In(Window window, AskedQuery query, ListPosition upper, DateTimeOffset lower, bool isRanked, CancellationToken cancel)
    {
        var positions = new List<ListPosition>();
        var ranks = new List<float>();
        ListPosition? more = null;
        var looked = 0;
        await using var command = Command(window, query, upper, lower, isRanked);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (more is null && await reader.ReadAsync(cancel))
        {
            var here = new ListPosition(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
            looked = (int)reader.GetInt64(3);
            if (positions.Count == Enough)
            {
                more = positions[^1];
            }
            else
            {
                if (reader.GetBoolean(2))
                {
                    positions.Add(here);
                    ranks.Add(reader.IsDBNull(4) ? 0 : reader.GetFloat(4));
                }
                more = looked == Bound(query) ? here : null;
            }
        }
        return (new Matches(positions, more) { Ranks = ranks }, looked);
    }

    /// <summary>As long as nothing newer is published, the spans back from the newest article stay what they are.</summary>
    private async Task<IReadOnlyList<Window>> Windows(ListPosition upper, DateTimeOffset? newest, CancellationToken cancel)
    {
        if (upper != ListPosition.Newest || newest is not { } time)
        {
            return await Windows(upper, cancel);
        }
        if (known is { } last && last.Newest == time && last.Smallest == SmallestWindow)
        {
            return last.Windows;
        }
        var windows = await Windows(upper, cancel);
        known = new Known(time, SmallestWindow, windows);
        return windows;
    }

    /// <summary>The spans of time to look in, each within the next; the last is all time.</summary>
    internal async Task<IReadOnlyList<Window>> Windows(ListPosition upper, CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(Bounds);
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
            [var newest, var other, var oldest] => [.. Window.Back(newest).Where(window => window.From <= other && window.From > oldest), Window.All(newest, oldest)],
            [var newest, .., var oldest] => [Window.All(newest, oldest)],
            [_] => throw new UnreachableException(),
        };
    }

    private sealed record Known(DateTimeOffset Newest, int Smallest, IReadOnlyList<Window> Windows);
}
