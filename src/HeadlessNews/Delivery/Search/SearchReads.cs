using System.Globalization;
using System.Text;
using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>Which page of what is found, and what joins it.</summary>
internal sealed record SearchTurn(SearchPlace? After, int Limit, IReadOnlySet<string>? Facets);

/// <summary>
/// The end of a page. In the order of relevance it has the score there, and what was newest on the first page: what is published later
/// moves no article to another page.
/// </summary>
internal sealed record SearchPlace(ListPosition Position, double? Score, ListPosition? Newest)
{
    public string SortKey => Score is not { } score || Newest is not { } newest
        ? Position.SortKey
        : string.Create(CultureInfo.InvariantCulture, $"{Position.SortKey}|{score:R}|{newest.SortKey}|{newest.ArticleId:N}");

    /// <exception cref="ProblemException">The cursor was made by another release.</exception>
    public static SearchPlace? Of((string SortKey, Guid Id)? cursor)
    {
        if (cursor is not { } place)
        {
            return null;
        }
        var parts = place.SortKey.Split('|');
        var position = ListPosition.Of((parts[0], place.Id), "after")!.Value;
        return parts.Length == 1 ? new SearchPlace(position, null, null)
            : parts.Length == 4 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var score) && Guid.TryParse(parts[3], out var newest)
                ? new SearchPlace(position, score, ListPosition.Of((parts[2], newest), "after"))
                : throw new ProblemException(Problems.BadCursor("after"));
    }
}

/// <summary>Published articles by their words.</summary>
internal sealed class SearchReads(
    Databases databases, FilterFacets filters, QueryReads queries, MatchReads matching, SoughtReads sought, FacetReads facetting, WordReads mending) : IDisposable
{
    /// <summary>Seconds that one look into the database may take.</summary>
    public const int Patience = 3;

    /// <summary>What the whole question may take, waiting for a turn included, however many looks it needs.</summary>
    internal TimeSpan MostTime { get; set; } = TimeSpan.FromSeconds(5);

    private const string Cards =
        """
        SELECT article.card, article.language, article.document
        FROM unnest($1) WITH ORDINALITY AS wanted (id, nth)
        JOIN delivery.articles AS article ON article.article_id = wanted.id
        WHERE article.state = 'live' AND (article.shown_until IS NULL OR article.shown_until > now())
        ORDER BY wanted.nth
        """;

    /// <summary>So many at once, and no more: lists and articles have connections left, however many people search.</summary>
    private readonly SemaphoreSlim turns = new(Math.Max(2, Environment.ProcessorCount));

    public void Dispose() => turns.Dispose();

    public async Task<(byte[] Json, string? NextCursor)> Page(SearchQuestion question, SearchTurn turn, Func<SearchPlace, string> cursor, CancellationToken cancel)
    {
        using var time = new CancellationTokenSource(MostTime);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        var hasTurn = false;
        try
        {
            hasTurn = await turns.WaitAsync(TimeSpan.FromSeconds(Patience), deadline.Token);
            return hasTurn ? await Read(question, turn, cursor, deadline.Token) : throw new ProblemException(Problems.SearchTooSlow());
        }
        catch (Exception slow) when (!cancel.IsCancellationRequested && IsTooSlow(slow))
        {
            throw new ProblemException(Problems.SearchTooSlow());
        }
        finally
        {
            if (hasTurn)
            {
                turns.Release();
            }
        }
    }

    private static bool IsTooSlow(Exception failure) => failure is OperationCanceledException
        or NpgsqlException { InnerException: TimeoutException } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };

    /// <summary>Whether anything matches.</summary>
    public async Task<bool> Finds(SearchQuestion question, IReadOnlyList<Facet> facets, CancellationToken cancel)
    {
        var query = await queries.Read(question, facets, cancel);
        return query.In.Count > 0 && (await matching.Find(query, question.Filter, null, isRanked: false, cancel)).Positions.Count > 0;
    }

    private async Task<(byte[] Json, string? NextCursor)> Read(SearchQuestion question, SearchTurn turn, Func<SearchPlace, string> cursor, CancellationToken cancel)
    {
        var (facets, _) = await filters.Of(question.Filter, cancel);
        var query = facets.Count == 0 ? new AskedQuery([], []) : await queries.Read(question, facets, cancel);
        var isByRelevance = question.Sort == SearchSort.Relevance;
        var matches = query.In.Count == 0
            ? new Matches([], null)
            : await matching.Find(query, question.Filter, isByRelevance ? Including(turn.After?.Newest) : turn.After?.Position, isByRelevance, cancel);
        var ordered = isByRelevance
            ? Ranked(matches, turn.After)
            : [.. matches.Positions.Select(position => new SearchPlace(position, null, null))];
        var page = ordered.Take(turn.Limit).ToList();
        var next = ordered.Count > page.Count ? page[^1]
            : !isByRelevance && matches.More is { } more ? new SearchPlace(more, null, null)
            : null;
        var nextCursor = next is null ? null : cursor(next);
        var mended = matches is { Positions.Count: 0, More: null } && turn.After is null && facets.Count > 0
            ? await mending.Mend(question, other => Finds(question with { Text = other }, facets, cancel), cancel)
            : null;
        var counted = turn.Facets is null ? null : await facetting.Of(matches, turn.Facets, cancel);
        var rest = string.Concat(
            $",\"matches\":{JsonSerializer.Serialize(new SearchMatches { Considered = matches.Positions.Count, IsComplete = matches.More is null }, Json.Options)}",
            counted is null ? "" : $",\"facets\":{JsonSerializer.Serialize(counted, Json.Options)}",
            $",\"didYouMean\":{JsonSerializer.Serialize(mended, Json.Options)}");
        return (Write(await Found([.. page.Select(place => place.Position.ArticleId)], query, cancel), nextCursor, rest), nextCursor);
    }

    /// <summary>The newest itself is among what is ranked.</summary>
    private static ListPosition? Including(ListPosition? newest) =>
        newest is { } position ? position with { PublishedAt = position.PublishedAt.AddMicroseconds(1), ArticleId = Guid.Empty } : null;

    /// <summary>What fits best first, from a place on.</summary>
    private static List<SearchPlace> Ranked(Matches matches, SearchPlace? after)
    {
        if (matches.Positions.Count == 0)
        {
            return [];
        }
        var newest = after?.Newest ?? matches.Positions[0];
        return
        [
            .. matches.Positions
                .Select((position, nth) => new SearchPlace(position, Score(matches.Ranks[nth], newest.PublishedAt - position.PublishedAt), newest))
                .OrderByDescending(place => place.Score).ThenByDescending(place => place.Position.PublishedAt).ThenByDescending(place => place.Position.ArticleId)
                .SkipWhile(place => after is not null && !ComesAfter(place, after)),
        ];
    }

    private static bool ComesAfter(SearchPlace place, SearchPlace other) =>
        (other.Score!.Value.CompareTo(place.Score!.Value), other.Position.PublishedAt.CompareTo(place.Position.PublishedAt), other.Position.ArticleId.CompareTo(place.Position.ArticleId)) switch
        {
            (var score, _, _) when score != 0 => score > 0,
            (_, var time, _) when time != 0 => time > 0,
            var (_, _, id) => id > 0,
        };

    /// <summary>A month makes half of a rank, and no age less than a fifth: yesterday's news before last year's, unless that fits far better.</summary>
    private static double Score(float rank, TimeSpan age) => (0.01 + rank) * (0.2 + 0.8 / (1 + age.TotalDays / 30));

    private async Task<List<byte[]>> Found(Guid[] ids, AskedQuery query, CancellationToken cancel)
    {
        var rows = new List<(byte[] Card, string Configuration, FoundTexts Texts)>(ids.Length);
        if (ids.Length == 0)
        {
            return [];
        }
        await using (var command = databases.Delivery.CreateCommand(Cards))
        {
            command.CommandTimeout = Patience;
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var card = reader.GetFieldValue<byte[]>(0);
                rows.Add((card, SearchText.Configuration(reader.GetString(1)), FoundTexts.Of(card, reader.GetFieldValue<byte[]>(2))));
            }
        }
        var found = await sought.Of(query,
            [.. rows.SelectMany(row => new[] { row.Texts.Headline, row.Texts.Summary ?? "", row.Texts.Body }.Select(text => (row.Configuration, text)))], cancel);
        return [.. rows.Select((row, nth) =>
        {
            var (headline, summary, body) = row.Texts;
            var highlights = new SearchHighlights
            {
                Headline = Marking.Whole(headline, found[3 * nth]),
                Summary = summary is null ? null : Marking.Whole(summary, found[3 * nth + 1]),
                Body = Marking.Passages(body, found[3 * nth + 2]),
            };
            return (byte[])[.. "{\"article\":"u8, .. row.Card, .. ",\"highlights\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(highlights, Json.Options), (byte)'}'];
        })];
    }

    private static byte[] Write(List<byte[]> items, string? nextCursor, string rest)
    {
        var page = ArticleReads.Compose(items, nextCursor).Json;
        // The page's last bracket comes after what joins it.
        return [.. page.Span[..^1], .. Encoding.UTF8.GetBytes(rest), (byte)'}'];
    }
}
