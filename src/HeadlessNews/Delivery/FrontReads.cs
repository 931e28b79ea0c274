using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Fronts as the public reads them: an editor's order, filled with what is live at the moment of reading.</summary>
internal sealed class FrontReads(Databases databases)
{
    /// <summary>How many rows of its first list a fill may look at.</summary>
    internal const int MostProbes = 2_000;

    /// <summary>A front that shows more than this is let go with every change, so that no header grows without end.</summary>
    private const int MostTags = 200;

    private const string Page =
        """
        SELECT slug, front_id, name, description
        FROM delivery.fronts
        WHERE slug > $1
        ORDER BY slug
        LIMIT $2
        """;

    private const string ByFormerSlug =
        """
        SELECT present.front_id, present.slug
        FROM delivery.former_slugs AS former JOIN delivery.fronts AS present ON present.front_id = former.id
        WHERE former.kind = 'front' AND former.slug = $1
        """;

    /// <summary>
    /// A whole front in one statement, and so of one moment: the edition in force; its pins, each by key, where they are live and it is
    /// their time; then its fills one after the other, each a range of one list (the shortest it names), up to a bound, without what the
    /// front shows already. What is looked up is looked up row by row (scalar subqueries, LIMIT 1): no estimate, however wrong, makes a plan
    /// that reads a table to its end.
    /// </summary>
    internal const string One =
        """
        WITH RECURSIVE front AS (
            SELECT front.front_id, front.slug, front.name, front.description, edition.effective_from,
                   CASE WHEN isfinite(edition.effective_from) THEN greatest(front.updated_at, edition.effective_from) ELSE front.updated_at END AS updated_at,
                   (SELECT min(following.effective_from)
                    FROM delivery.front_editions AS following
                    WHERE following.front_id = front.front_id AND following.effective_from > now()) AS changes_at
            FROM delivery.fronts AS front
            CROSS JOIN LATERAL (
                SELECT effective_from
                FROM delivery.front_editions
                WHERE front_id = front.front_id AND effective_from <= now()
                ORDER BY effective_from DESC
                LIMIT 1
            ) AS edition
            WHERE front.slug = $1 OR front.front_id = $2
        ),
        slots AS MATERIALIZED (
            SELECT slot.position, slot.title, slot.article_id, slot.headline, slot.kicker, slot.most, slot.facet_kinds, slot.facet_ids,
                   -- Pinned twice, it stands where it is pinned first.
                   pin.article_id IS NOT NULL AND row_number() OVER (PARTITION BY pin.article_id ORDER BY slot.position) = 1 AS is_pinned,
                   least(CASE WHEN slot.pinned_from > now() THEN slot.pinned_from END, CASE WHEN slot.pinned_until > now() THEN slot.pinned_until END) AS changes_at
            FROM front
            JOIN delivery.front_slots AS slot ON slot.front_id = front.front_id AND slot.effective_from = front.effective_from
            LEFT JOIN LATERAL (
                SELECT article.article_id
                FROM delivery.articles AS article
                WHERE article.article_id = slot.article_id AND article.state = 'live' AND (article.shown_until IS NULL OR article.shown_until > now())
                  AND (slot.pinned_from IS NULL OR slot.pinned_from <= now()) AND (slot.pinned_until IS NULL OR slot.pinned_until > now())
                LIMIT 1
            ) AS pin ON true
        ),
        fills AS (
            SELECT slot.position, slot.most, list.kinds, list.ids, row_number() OVER (ORDER BY slot.position) AS nth
            FROM slots AS slot
            CROSS JOIN LATERAL (
                SELECT array_agg(facet.kind ORDER BY facet.length) AS kinds, array_agg(facet.id ORDER BY facet.length) AS ids
                FROM (
                    SELECT named.kind, named.id,
                           CASE WHEN named.kind IN ('tag', 'author', 'source')
                                THEN coalesce((SELECT article_count FROM delivery.directory WHERE id = named.id), 0) ELSE 2147483647 END AS length
                    FROM unnest(slot.facet_kinds, slot.facet_ids) AS named (kind, id)
                ) AS facet
            ) AS list
            WHERE slot.most IS NOT NULL AND NOT slot.is_pinned
        ),
        filled (nth, position, articles, shown) AS (
            SELECT 0::bigint, -1, '{}'::uuid[], coalesce((SELECT array_agg(article_id) FROM slots WHERE is_pinned), '{}')
            UNION ALL
            SELECT fill.nth, fill.position, found.articles, filled.shown || found.articles
            FROM filled
            JOIN fills AS fill ON fill.nth = filled.nth + 1
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(hit.article_id ORDER BY hit.published_at DESC, hit.article_id DESC), '{}') AS articles
                FROM (
                    SELECT probe.published_at, probe.article_id
                    FROM (
                        SELECT published_at, article_id
                        FROM delivery.listing
                        WHERE facet_kind = fill.kinds[1] AND facet_id = fill.ids[1]
                        ORDER BY published_at DESC, article_id DESC
                        LIMIT $3
                    ) AS probe
                    WHERE probe.article_id <> ALL (filled.shown)
                      AND (SELECT article.shown_until IS NULL OR article.shown_until > now() FROM delivery.articles AS article WHERE article.article_id = probe.article_id)
                      AND (SELECT coalesce(bool_and((
                               SELECT true
                               FROM delivery.listing AS listed
                               WHERE listed.facet_kind = other.kind AND listed.facet_id = other.id
                                 AND listed.published_at = probe.published_at AND listed.article_id = probe.article_id
                               LIMIT 1) IS NOT NULL), true)
                           FROM unnest(fill.kinds[2:], fill.ids[2:]) AS other (kind, id))
                    ORDER BY probe.published_at DESC, probe.article_id DESC
                    LIMIT fill.most
                ) AS hit
            ) AS found
        )
        SELECT front.front_id, front.slug, front.name, front.description, front.updated_at,
               slot.position, slot.title, slot.article_id, slot.headline, slot.kicker, slot.is_pinned, slot.facet_kinds, slot.facet_ids,
               item.article_id, article.card,
               least(floor(extract(epoch FROM least(front.changes_at, slot.changes_at, article.shown_until) - now())), 1e9)::integer
        FROM front
        LEFT JOIN slots AS slot ON true
        LEFT JOIN filled ON filled.position = slot.position
        LEFT JOIN LATERAL unnest(CASE WHEN slot.is_pinned THEN ARRAY [slot.article_id] ELSE filled.articles END) WITH ORDINALITY AS item (article_id, nth) ON true
        LEFT JOIN LATERAL (
            SELECT card, shown_until FROM delivery.articles WHERE article_id = item.article_id LIMIT 1
        ) AS article ON true
        ORDER BY slot.position, item.nth
        """;

    public async Task<JsonPage> List(string afterSlug, int limit, Func<string, Guid, string> cursor, CancellationToken cancel)
    {
        var rows = new List<PublishedFrontCard>(limit + 1);
        await using var command = databases.Delivery.CreateCommand(Page);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = afterSlug });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new PublishedFrontCard { Slug = reader.GetString(0), Id = reader.GetGuid(1), Name = reader.GetString(2), Description = Text(reader, 3) });
        }
        string? next = null;
        if (rows.Count > limit)
        {
            rows.RemoveAt(limit);
            next = cursor(rows[^1].Slug, rows[^1].Id);
        }
        return ArticleReads.Compose(rows.ConvertAll(row => JsonSerializer.SerializeToUtf8Bytes(row, Json.Options)), next) with { Tags = [CacheTags.List("front")] };
    }

    /// <summary>The front; or null, with the slug it moved to, if it did.</summary>
    public async Task<(FrontFound? Front, string? MovedTo, Guid Id)> Get(string idOrSlug, CancellationToken cancel)
    {
        await using (var command = databases.Delivery.CreateCommand())
        {
            if (await Read(command, idOrSlug, cancel) is { } front)
            {
                return (front, null, default);
            }
        }
        await using var former = databases.Delivery.CreateCommand(ByFormerSlug);
        former.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
        await using var moved = await former.ExecuteReaderAsync(cancel);
        return await moved.ReadAsync(cancel) ? (null, moved.GetString(1), moved.GetGuid(0)) : default;
    }

    /// <summary>The front as this connection sees it: an editor's may hold what is not committed yet.</summary>
    public static async Task<FrontFound?> Read(NpgsqlCommand command, string idOrSlug, CancellationToken cancel)
    {
        command.CommandText = One;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = Guid.TryParseExact(idOrSlug, "D", out var id) ? id : null });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostProbes });
        FrontFound? front = null;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            front ??= new FrontFound
            {
                Id = reader.GetGuid(0),
                Slug = reader.GetString(1),
                Name = reader.GetString(2),
                Description = Text(reader, 3),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(4),
            };
            Add(front, reader);
        }
        if (front is null)
        {
            return null;
        }
        if (front.Tags.Count > MostTags)
        {
            front.Tags.Clear();
            front.Tags.Add(CacheTags.Of(Facet.All));
        }
        front.Tags.Add(CacheTags.Of("front", front.Id));
        return front;
    }

    private static void Add(FrontFound front, NpgsqlDataReader reader)
    {
        front.FreshFor = Freshness.Sooner(front.FreshFor, reader.FreshFor(15));
        if (reader.IsDBNull(5))
        {
            return;
        }
        var (position, isPinned) = (reader.GetInt32(5), reader.GetBoolean(10));
        if (front.Slots.LastOrDefault()?.Position != position)
        {
            front.Slots.Add(new FrontSlotFound(position, Text(reader, 6), []));
            if (!reader.IsDBNull(7))
            {
                (isPinned ? front.Tags : front.UnseenTags).Add(CacheTags.Article(reader.GetGuid(7)));
            }
            if (!reader.IsDBNull(11) && !isPinned)
            {
                front.Tags.UnionWith(reader.GetFieldValue<string[]>(11).Zip(reader.GetFieldValue<Guid[]>(12), (kind, id) => CacheTags.Of(new Facet(kind, id))));
            }
        }
        if (!reader.IsDBNull(14))
        {
            front.Slots[^1].Items.Add(new FrontItemFound(
                reader.GetGuid(13), isPinned ? Text(reader, 8) : null, isPinned ? Text(reader, 9) : null, reader.GetFieldValue<byte[]>(14)));
        }
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
