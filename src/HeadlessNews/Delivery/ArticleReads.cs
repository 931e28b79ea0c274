using System.Buffers;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>What a list of articles is asked for: slugs or ids, all of which must hold.</summary>
internal sealed record ListFilter(IReadOnlyList<string> Tags, string? Author, string? Source, string? Language)
{
    /// <summary>Names the list in its cursors.</summary>
    public string Name => $"delivery/articles?{string.Join('+', Tags)}&{Author}&{Source}&{Language}";
}

/// <summary>A place in a list: after this article.</summary>
internal readonly record struct ListPosition(DateTimeOffset PublishedAt, Guid ArticleId)
{
    public static readonly ListPosition Start = new(new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero), Guid.AllBitsSet);

    public string SortKey => Rfc3339.Format(PublishedAt);

    /// <exception cref="ProblemException">The cursor was made by an earlier release, for another order.</exception>
    public static ListPosition Of((string SortKey, Guid Id)? cursor) =>
        cursor is not { } last ? Start
        : Rfc3339.TryParse(last.SortKey, out var time) ? new ListPosition(time, last.Id)
        : throw new ProblemException(Problems.BadCursor("after"));
}

/// <summary>A finished page, and the seconds until the first article on it expires; null for never.</summary>
internal sealed record JsonPage(ReadOnlyMemory<byte> Json, string? NextCursor, int? FreshFor = null)
{
    /// <summary>What it shows (<see cref="CacheTags"/>).</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What it does not show, and would if it were live.</summary>
    public IReadOnlyList<string> UnseenTags { get; init; } = [];
}

/// <summary>What stands at an article's address: the document, or the notice of a withdrawn one, or the slug it moved to.</summary>
internal sealed record ArticleFound
{
    public Guid Id { get; init; }
    public byte[]? Json { get; init; }
    public string? EntityTag { get; init; }
    public DateTimeOffset? RenderedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; init; }
    public string? Notice { get; init; }
    public string? MovedTo { get; init; }

    /// <summary>Seconds until it expires, by the database's clock; null for never.</summary>
    public int? FreshFor { get; init; }
}

/// <summary>Articles as the public reads them: finished bytes, found by key.</summary>
internal sealed class ArticleReads(Databases databases)
{
    /// <summary>What has ended is withdrawn within a second, and until then answered as if it were.</summary>
    private const string ById =
        """
        SELECT article_id, etag, rendered_at, CASE WHEN shown_until <= now() THEN coalesce(withdrawn_at, shown_until) ELSE withdrawn_at END, notice,
               CASE WHEN shown_until <= now() THEN NULL ELSE document END,
               CASE WHEN shown_until IS NOT NULL THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END
        FROM delivery.articles
        WHERE article_id = $1
        """;

    private const string BySlug =
        """
        SELECT article_id, etag, rendered_at, CASE WHEN shown_until <= now() THEN coalesce(withdrawn_at, shown_until) ELSE withdrawn_at END, notice,
               CASE WHEN shown_until <= now() THEN NULL ELSE document END,
               CASE WHEN shown_until IS NOT NULL THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END
        FROM delivery.articles
        WHERE slug = $1
        """;

    private const string ByFormerSlug =
        """
        SELECT present.slug
        FROM delivery.former_slugs AS former JOIN delivery.articles AS present ON present.article_id = former.id
        WHERE former.kind = 'article' AND former.slug = $1
        """;

    /// <summary>
    /// A range scan of the first list, backwards from the position; each row looked up in the other lists ($6, $7), if there are any,
    /// and its card by key; up to a bound ($8), past which rows that do not fit, or have expired, cost nobody anything. The row at the
    /// bound comes too, without a card where it is no hit: the next page goes on from there. One statement, so that nothing published
    /// or withdrawn meanwhile can move the bound.
    /// </summary>
    private const string ScanList =
        """
        SELECT probe.published_at, probe.article_id, hit.card, probe.nth = $8 AS is_bound,
               CASE WHEN hit.shown_until IS NOT NULL THEN least(floor(extract(epoch FROM hit.shown_until - now())), 1e9)::integer END AS fresh_for
        FROM (
            SELECT published_at, article_id, row_number() OVER (ORDER BY published_at DESC, article_id DESC) AS nth
            FROM delivery.listing
            WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4)
            ORDER BY published_at DESC, article_id DESC
            LIMIT $8
        ) AS probe
        LEFT JOIN LATERAL (
            SELECT article.card, article.shown_until
            FROM delivery.articles AS article
            WHERE article.article_id = probe.article_id
              AND (article.shown_until IS NULL OR article.shown_until > now())
              AND NOT EXISTS (
                  SELECT FROM unnest($6, $7) AS other (kind, id)
                  WHERE NOT EXISTS (
                      SELECT FROM delivery.listing AS listed
                      WHERE listed.facet_kind = other.kind AND listed.facet_id = other.id
                        AND listed.published_at = probe.published_at AND listed.article_id = probe.article_id))
        ) AS hit ON true
        WHERE hit.card IS NOT NULL OR probe.nth = $8
        ORDER BY probe.published_at DESC, probe.article_id DESC
        LIMIT $5
        """;

    private const string Resolve =
        """
        SELECT wanted.nth::integer - 1, entry.id, entry.article_count
        FROM unnest($1, $2, $3) WITH ORDINALITY AS wanted (kind, slug, id, nth)
        -- Three look-ups by key: as one join with OR it would walk an index for each name.
        CROSS JOIN LATERAL (
            SELECT id, article_count FROM delivery.directory WHERE kind = wanted.kind AND slug = wanted.slug
            UNION
            SELECT id, article_count FROM delivery.directory WHERE id = wanted.id AND kind = wanted.kind
            UNION
            SELECT present.id, present.article_count
            FROM delivery.former_slugs AS former JOIN delivery.directory AS present ON present.id = former.id
            WHERE former.kind = wanted.kind AND former.slug = wanted.slug
        ) AS entry
        """;

    /// <summary>How many rows of its first list a combination of filters may look at for one page.</summary>
    internal int MostProbes { get; set; } = 10_000;

    public async Task<ArticleFound> Get(string idOrSlug, CancellationToken cancel)
    {
        var isId = Guid.TryParseExact(idOrSlug, "D", out var id);
        await using (var command = databases.Delivery.CreateCommand(isId ? ById : BySlug))
        {
            command.Parameters.Add(isId ? new NpgsqlParameter<Guid> { TypedValue = id } : new NpgsqlParameter<string> { TypedValue = idOrSlug });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                return new ArticleFound
                {
                    Id = reader.GetGuid(0),
                    EntityTag = reader.GetString(1),
                    RenderedAt = reader.GetFieldValue<DateTimeOffset>(2),
                    WithdrawnAt = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                    Notice = reader.IsDBNull(4) ? null : reader.GetString(4),
                    Json = reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5),
                    FreshFor = reader.IsDBNull(6) ? null : reader.GetInt32(6),
                };
            }
        }
        await using var former = databases.Delivery.CreateCommand(ByFormerSlug);
        former.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
        return new ArticleFound { MovedTo = await former.ExecuteScalarAsync(cancel) as string };
    }

    public async Task<JsonPage> List(ListFilter filter, ListPosition after, int limit, Func<ListPosition, string> cursor, CancellationToken cancel)
    {
        if (await FacetsOf(filter, cancel) is not [var first, .. var others] facets)
        {
            // A name that nothing published has: the next article may be the first, whatever it is.
            return Compose([], null) with { Tags = [CacheTags.Of(Facet.All)] };
        }
        return await Scan(first, others, after, limit, cursor, cancel) with { Tags = [.. facets.Select(CacheTags.Of)] };
    }

    private async Task<JsonPage> Scan(
        Facet first, Facet[] others, ListPosition after, int limit, Func<ListPosition, string> cursor, CancellationToken cancel)
    {
        var cards = new List<byte[]>(limit);
        await using var command = databases.Delivery.CreateCommand(ScanList);
        AddRange(command, first, after);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. others.Select(other => other.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. others.Select(other => other.Id)] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostProbes });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var last = after;
        int? freshFor = null;
        while (await reader.ReadAsync(cancel))
        {
            var here = new ListPosition(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
            if (reader.IsDBNull(2))
            {
                return Compose(cards, cursor(here), freshFor);
            }
            if (cards.Count == limit)
            {
                return Compose(cards, cursor(last), freshFor);
            }
            cards.Add(reader.GetFieldValue<byte[]>(2));
            if (!reader.IsDBNull(4))
            {
                freshFor = Math.Min(freshFor ?? int.MaxValue, reader.GetInt32(4));
            }
            last = here;
            if (reader.GetBoolean(3))
            {
                return Compose(cards, cursor(here), freshFor);
            }
        }
        return Compose(cards, null, freshFor);
    }

    /// <summary>The lists to be met, the shortest first; empty when one of them does not exist.</summary>
    private async Task<Facet[]> FacetsOf(ListFilter filter, CancellationToken cancel)
    {
        List<(string Kind, string Name)> names = [.. filter.Tags.Select(tag => ("tag", tag))];
        if (filter.Author is not null)
        {
            names.Add(("author", filter.Author));
        }
        if (filter.Source is not null)
        {
            names.Add(("source", filter.Source));
        }
        var facets = new List<(Facet Facet, int Count)>();
        if (names.Count > 0)
        {
            var found = new HashSet<int>();
            await using var command = databases.Delivery.CreateCommand(Resolve);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Kind)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Name)] });
            command.Parameters.Add(new NpgsqlParameter<Guid?[]>
            {
                TypedValue = [.. names.Select(name => Guid.TryParseExact(name.Name, "D", out var id) ? id : (Guid?)null)],
            });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                found.Add(reader.GetInt32(0));
                facets.Add((new Facet(names[reader.GetInt32(0)].Kind, reader.GetGuid(1)), reader.GetInt32(2)));
            }
            if (found.Count < names.Count)
            {
                return [];
            }
        }
        if (filter.Language is not null)
        {
            facets.Add((Facet.Language(filter.Language), int.MaxValue));
        }
        return facets.Count == 0 ? [Facet.All] : [.. facets.OrderBy(facet => facet.Count).Select(facet => facet.Facet).Distinct()];
    }

    private static void AddRange(NpgsqlCommand command, Facet facet, ListPosition after)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = facet.Kind });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = facet.Id });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = after.PublishedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.ArticleId });
    }

    /// <summary>Cards as they were rendered, one after the other: no card is parsed to be listed.</summary>
    internal static JsonPage Compose(IReadOnlyList<byte[]> items, string? nextCursor, int? freshFor = null)
    {
        var json = new ArrayBufferWriter<byte>(items.Sum(item => item.Length + 1) + 100);
        json.Write("{\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                json.Write(","u8);
            }
            json.Write(items[i]);
        }
        json.Write("],\"nextCursor\":"u8);
        // Cursors are base64url: nothing in them needs escaping.
        json.Write(nextCursor is null ? "null"u8 : System.Text.Encoding.ASCII.GetBytes($"\"{nextCursor}\""));
        json.Write("}"u8);
        return new JsonPage(json.WrittenMemory, nextCursor, freshFor);
    }
}
