using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>How many articles a list has, null past the bound; and the seconds until one of them may end.</summary>
internal sealed record ListCount(long? Count, int? FreshFor);

/// <summary>Counts of lists, for who asks: kept ones where there are, else counted up to a bound.</summary>
internal sealed class ListCounts(Databases databases)
{
    // What has ended still stands in the lists for a second at most; it is in no count.
    private const string Kept =
        $"""
        SELECT entry.article_count::bigint - (
                   SELECT count(*)
                   FROM delivery.articles AS ended
                   WHERE ended.state = 'live' AND ended.shown_until IS NOT NULL AND ended.shown_until <= now()
                     AND EXISTS (
                         SELECT FROM delivery.listing AS listed
                         WHERE listed.facet_kind = $1 AND listed.facet_id = $2
                           AND listed.published_at = ended.published_at AND listed.article_id = ended.article_id)),
               {Freshness.UntilNextEnd}
        FROM delivery.directory AS entry
        WHERE entry.id = $2
        """;

    private const string Counted =
        $"""
        SELECT CASE WHEN count(*) < $9 THEN count(*) FILTER (WHERE looked.fits) END, {Freshness.UntilNextEnd}
        FROM (
            SELECT probe.article_id NOT IN (
                       SELECT article_id FROM delivery.articles WHERE state = 'live' AND shown_until IS NOT NULL AND shown_until <= now())
                   AND NOT EXISTS (
                       SELECT FROM unnest($7, $8) AS other (kind, id)
                       WHERE NOT EXISTS (
                           SELECT FROM delivery.listing AS listed
                           WHERE listed.facet_kind = other.kind AND listed.facet_id = other.id
                             AND listed.published_at = probe.published_at AND listed.article_id = probe.article_id)) AS fits
            FROM (
                SELECT published_at, article_id
                FROM delivery.listing
                WHERE facet_kind = $1 AND facet_id = $2 AND (published_at, article_id) < ($3, $4) AND (published_at, article_id) > ($5, $6)
                LIMIT $9
            ) AS probe
        ) AS looked
        """;

    /// <summary>How many rows of its shortest list are looked at to count.</summary>
    internal int Most { get; set; } = 100_000;

    public async Task<ListCount> Count(IReadOnlyList<Facet> facets, ListFilter filter, CancellationToken cancel)
    {
        var isKept = facets is [{ Kind: "author" or "source" or "tag" }] && filter is { From: null, To: null };
        await using var command = databases.Delivery.CreateCommand(isKept ? Kept : Counted);
        if (isKept)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = facets[0].Kind });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = facets[0].Id });
        }
        else
        {
            ArticleLists.AddRange(command, facets[0], filter, new ListTurn(null, null, 0));
            ArticleLists.AddOthers(command, facets);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most + 1 });
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new ListCount(reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.FreshFor(1));
    }
}
