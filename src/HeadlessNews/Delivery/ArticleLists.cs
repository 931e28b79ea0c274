using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Who stands on a page, in its order; where the list goes on, null at its end; and the seconds until the first of them expires.</summary>
internal sealed record ListedIds(Guid[] Ids, ListPosition? More, int? FreshFor, IReadOnlyList<string> Tags, IReadOnlyList<string> UnseenTags);

/// <summary>Lists of articles as the public reads them: a range of one list, looked up in the others, of finished cards.</summary>
internal sealed class ArticleLists(Databases databases, FilterFacets filters, RelatedReads related, ListCounts counts)
{
    /// <summary>
    /// A range scan of the first list, from one bound towards the other; each row looked up in the other lists ($8, $9), if there are any,
    /// and its card by key; up to a bound ($10), past which rows that do not fit, or have expired, cost nobody anything. The row at the
    /// bound comes too, without a card where it is no hit: the next page goes on from there. One statement, so that nothing published
    /// or withdrawn meanwhile can move the bound.
    /// </summary>
    private const string NewestFirst =
        """
        SELECT probe.published_at, probe.article_id, hit.card, probe.nth = $10 AS is_bound,
               CASE WHEN hit.shown_until IS NOT NULL THEN least(floor(extract(epoch FROM hit.shown_until - now())), 1e9)::integer END AS fresh_for,
               hit.body, $1, $2
        FROM (
            SELECT published_at, article_id, row_number() OVER (ORDER BY published_at DESC, article_id DESC) AS nth
            FROM delivery.listing
            WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4) AND (published_at, article_id) > ($5, $6)
            ORDER BY published_at DESC, article_id DESC
            LIMIT $10
        ) AS probe
        LEFT JOIN LATERAL (
            SELECT article.card, article.shown_until, CASE WHEN $11 THEN article.document -> 'body' END AS body
            FROM delivery.articles AS article
            WHERE article.article_id = probe.article_id
              AND (article.shown_until IS NULL OR article.shown_until > now())
              AND NOT EXISTS (
                  SELECT FROM unnest($8, $9) AS other (kind, id)
                  WHERE NOT EXISTS (
                      SELECT FROM delivery.listing AS listed
                      WHERE listed.facet_kind = other.kind AND listed.facet_id = other.id
                        AND listed.published_at = probe.published_at AND listed.article_id = probe.article_id))
        ) AS hit ON true
        WHERE hit.card IS NOT NULL OR probe.nth = $10
        ORDER BY probe.published_at DESC, probe.article_id DESC
        LIMIT $7
        """;

    /// <summary>
    /// One list alone, by its id or by its owner's slug ($9), and nothing in it that has ended in this second: as many rows as the page has,
    /// and one more.
    /// </summary>
    private const string NewestFirstOfOne =
        """
        SELECT listed.published_at, listed.article_id, CASE WHEN article.shown_until <= now() THEN NULL ELSE article.card END, false,
               CASE WHEN article.shown_until IS NOT NULL THEN least(floor(extract(epoch FROM article.shown_until - now())), 1e9)::integer END,
               CASE WHEN $8 THEN article.document -> 'body' END, listed.facet_kind, listed.facet_id
        FROM (
            SELECT published_at, article_id, facet_kind, facet_id
            FROM delivery.listing
            WHERE facet_kind = $1 AND facet_id = coalesce($2, (SELECT id FROM delivery.directory WHERE kind = $1 AND slug = $9))
              AND (published_at, article_id) < ($3, $4) AND (published_at, article_id) > ($5, $6)
            ORDER BY published_at DESC, article_id DESC
            LIMIT $7
        ) AS listed
        JOIN delivery.articles AS article ON article.article_id = listed.article_id
        ORDER BY listed.published_at DESC, listed.article_id DESC
        """;

    /// <summary>The same from the other end: the page before a place is what comes first from there upwards.</summary>
    private static readonly string OldestFirst = NewestFirst.Replace(" DESC", " ASC", StringComparison.Ordinal);

    private static readonly string OldestFirstOfOne = NewestFirstOfOne.Replace(" DESC", " ASC", StringComparison.Ordinal);

    /// <summary>How many rows of its first list a combination of filters may look at for one page.</summary>
    internal int MostProbes { get; set; } = 10_000;

    /// <summary>A page that shows more related articles than this is let go with every change, so that no header grows without end.</summary>
    internal int MostTags { get; set; } = 200;

    public async Task<JsonPage> Page(ListFilter filter, ListTurn turn, ListedParts parts, Func<ListPosition, string> cursor, CancellationToken cancel)
    {
        var (facets, scanned, unseen) = await Find(filter, turn, parts.Body, cancel);
        if (scanned is null)
        {
            return ArticleReads.Compose([], null, more: $",\"previousCursor\":null{(parts.Count ? ",\"count\":0" : "")}") with
            {
                Tags = [CacheTags.Of(Facet.All)],
                UnseenTags = unseen,
            };
        }
        var beside = parts.Related ? await related.Of([.. scanned.Items.Select(item => item.Position.ArticleId)], cancel) : new RelatedOfMany();
        var counted = parts.Count ? await counts.Count(facets, filter, cancel) : null;

        ListPosition? edge = turn is { After: null, Before: null } ? null : scanned.Edge;
        var (next, previous) = turn.Before is null ? (scanned.More, edge) : (edge, scanned.More);
        var (nextCursor, previousCursor) = (next is { } place ? cursor(place) : null, previous is { } other ? cursor(other) : null);
        if (turn.Before is not null)
        {
            scanned.Items.Reverse();
        }
        var count = counted is null ? "" : $",\"count\":{counted.Count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}";
        return ArticleReads.Compose(
            scanned.Items.ConvertAll(item => parts.Item(item.Card, item.Body, beside.Items.GetValueOrDefault(item.Position.ArticleId, []))),
            nextCursor,
            Freshness.Sooner(Freshness.Sooner(scanned.FreshFor, beside.FreshFor), counted?.FreshFor),
            $",\"previousCursor\":{ArticleReads.Quoted(previousCursor)}{count}") with
        {
            PreviousCursor = previousCursor,
            // "articles" is the name of everything: whatever happens to any article changes it.
            Tags = [.. facets.Select(CacheTags.Of), .. beside.Tags.Count <= MostTags ? beside.Tags : [CacheTags.Of(Facet.All)]],
            UnseenTags = [.. beside.UnseenTags],
        };
    }

    /// <summary>Who stands on a page that is read forwards, for those who show something else of them than their cards.</summary>
    public async Task<ListedIds> Ids(ListFilter filter, ListPosition? after, int limit, CancellationToken cancel)
    {
        var (facets, scanned, unseen) = await Find(filter, new ListTurn(after, null, limit), withBody: false, cancel);
        return scanned is null
            ? new ListedIds([], null, null, [CacheTags.Of(Facet.All)], unseen)
            : new ListedIds([.. scanned.Items.Select(item => item.Position.ArticleId)], scanned.More, scanned.FreshFor, [.. facets.Select(CacheTags.Of)], []);
    }

    /// <summary>The scan of one page, as it is run and as it is explained.</summary>
    internal NpgsqlCommand Command(IReadOnlyList<Facet> facets, ListFilter filter, ListTurn turn, bool withBody)
    {
        var command = databases.Delivery.CreateCommand(turn.Before is null ? NewestFirst : OldestFirst);
        AddRange(command, facets[0], filter, turn);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = turn.Limit + 1 });
        AddOthers(command, facets);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostProbes });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = withBody });
        return command;
    }

    /// <summary>The same for one list alone, whose id or whose owner's slug is known.</summary>
    internal NpgsqlCommand Command(string kind, Guid? id, string? slug, ListFilter filter, ListTurn turn, bool withBody)
    {
        var command = databases.Delivery.CreateCommand(turn.Before is null ? NewestFirstOfOne : OldestFirstOfOne);
        AddRange(command, kind, id, filter, turn);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = turn.Limit + 1 });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = withBody });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = slug });
        return command;
    }

    internal static void AddRange(NpgsqlCommand command, Facet facet, ListFilter filter, ListTurn turn) => AddRange(command, facet.Kind, facet.Id, filter, turn);

    private static void AddRange(NpgsqlCommand command, string kind, Guid? id, ListFilter filter, ListTurn turn)
    {
        var (upper, lower) = turn.Within(filter);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = upper.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = upper.ArticleId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = lower.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lower.ArticleId });
    }

    internal static void AddOthers(NpgsqlCommand command, IReadOnlyList<Facet> facets)
    {
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. facets.Skip(1).Select(other => other.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. facets.Skip(1).Select(other => other.Id)] });
    }

    /// <returns>Nothing scanned where a list does not exist, with what could make it exist.</returns>
    private async Task<(IReadOnlyList<Facet> Facets, Scanned? Scanned, IReadOnlyList<string> UnseenTags)> Find(
        ListFilter filter, ListTurn turn, bool withBody, CancellationToken cancel)
    {
        if (await ScanOne(filter, turn, withBody, cancel) is { } one)
        {
            return ([one.Of], one, []);
        }
        var (facets, unseen) = await filters.Of(filter, cancel);
        if (facets.Count == 0)
        {
            return (facets, null, unseen);
        }
        await using var command = Command(facets, filter, turn, withBody);
        return (facets, await Scan(command, filter, turn, cancel), unseen);
    }

    /// <summary>Most lists are one list, asked for by name: its look-up and its range are one statement.</summary>
    /// <returns>Null when that is not enough: several filters, an id, a former slug, nothing found, or something on it that has just ended.</returns>
    private async Task<Scanned?> ScanOne(ListFilter filter, ListTurn turn, bool withBody, CancellationToken cancel)
    {
        static (string, Guid?, string?)? Known(Facet facet) => (facet.Kind, facet.Id, null);
        (string, Guid?, string?)? only = (FilterFacets.Names(filter), filter.Language, filter.Genre) switch
        {
            ([], null, null) => Known(Facet.All),
            ([], { } language, null) => Known(Facet.Language(language)),
            ([], null, { } genre) => Known(Facet.Genre(genre)),
            ([{ MustBeSection: false } one], null, null) when !Guid.TryParseExact(one.Name, "D", out _) => (one.Kind, null, one.Name),
            _ => null,
        };
        if (only is not var (kind, id, slug))
        {
            return null;
        }
        await using var command = Command(kind, id, slug, filter, turn, withBody);
        return await Scan(command, filter, turn, cancel) is { Items.Count: > 0, WasStopped: false } scanned ? scanned : null;
    }

    private static async Task<Scanned> Scan(NpgsqlCommand command, ListFilter filter, ListTurn turn, CancellationToken cancel)
    {
        var items = new List<Listed>(turn.Limit);
        ListPosition? more = null;
        int? freshFor = null;
        var wasStopped = false;
        var of = Facet.All;
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (more is null && await reader.ReadAsync(cancel))
            {
                var here = new ListPosition(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
                if (reader.IsDBNull(2))
                {
                    more = here;
                    wasStopped = true;
                }
                else if (items.Count == turn.Limit)
                {
                    more = items[^1].Position;
                }
                else
                {
                    items.Add(new Listed(here, reader.GetFieldValue<byte[]>(2), reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5)));
                    freshFor = Freshness.Sooner(freshFor, reader.FreshFor(4));
                    more = reader.GetBoolean(3) ? here : null;
                    of = items.Count > 1 ? of : new Facet(reader.GetString(6), reader.GetGuid(7));
                }
            }
        }
        var (upper, lower) = turn.Within(filter);
        // Nothing found between where the scan began and where it stopped: from there back is the same list.
        return new Scanned(items, more, items.Count > 0 ? items[0].Position : more ?? (turn.Before is null ? lower : upper), freshFor, wasStopped, of);
    }

    private sealed record Listed(ListPosition Position, byte[] Card, byte[]? Body);

    /// <summary>What a scan found: in its own order; where it goes on, and where one goes back from it; whether a row without a card stopped it; the list.</summary>
    private sealed record Scanned(List<Listed> Items, ListPosition? More, ListPosition Edge, int? FreshFor, bool WasStopped, Facet Of);
}
