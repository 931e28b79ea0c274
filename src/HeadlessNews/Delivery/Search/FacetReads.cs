using System.Globalization;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>What some articles have in common, counted.</summary>
internal sealed class FacetReads(Databases databases)
{
    public static readonly string[] Names = ["tags", "sources", "authors", "months"];

    private const int Most = 10;
    private const int MostMonths = 12;

    private const string Counts =
        """
        SELECT kind, id, slug, name, many
        FROM (
            SELECT entry.kind, entry.id, entry.slug, entry.name, counted.many,
                   row_number() OVER (PARTITION BY entry.kind ORDER BY counted.many DESC, entry.slug) AS nth
            FROM (
                SELECT facet_kind, facet_id, count(*)::integer AS many
                FROM delivery.listing
                WHERE article_id = ANY ($1) AND facet_kind = ANY ($2)
                GROUP BY facet_kind, facet_id
            ) AS counted
            JOIN delivery.directory AS entry ON entry.id = counted.facet_id
        ) AS ranked
        WHERE nth <= $3
        ORDER BY kind, nth
        """;

    public async Task<SearchFacets> Of(Matches matches, IReadOnlySet<string> names, CancellationToken cancel)
    {
        var counts = new List<(string Kind, FacetCount Count)>();
        var kinds = Names[..3].Where(names.Contains).Select(name => name.TrimEnd('s')).ToArray();
        if (kinds.Length > 0)
        {
            await using var command = databases.Delivery.CreateCommand(Counts);
            command.CommandTimeout = SearchReads.Patience;
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. matches.Positions.Select(position => position.ArticleId)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = kinds });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                counts.Add((reader.GetString(0), new FacetCount { Id = reader.GetGuid(1), Slug = reader.GetString(2), Name = reader.GetString(3), Count = reader.GetInt32(4) }));
            }
        }
        return new SearchFacets
        {
            Tags = CountsOf("tag"),
            Sources = CountsOf("source"),
            Authors = CountsOf("author"),
            Months = names.Contains("months") ? [.. Months(matches)] : null,
            IsComplete = matches.More is null,
        };

        List<FacetCount>? CountsOf(string kind) => kinds.Contains(kind) ? [.. counts.Where(count => count.Kind == kind).Select(count => count.Count)] : null;
    }

    private static IEnumerable<MonthCount> Months(Matches matches) => matches.Positions
        .GroupBy(position => position.PublishedAt.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture))
        .OrderByDescending(month => month.Key, StringComparer.Ordinal)
        .Take(MostMonths)
        .Select(month => new MonthCount { Month = month.Key, Count = month.Count() });
}
