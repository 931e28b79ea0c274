using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>
/// How much a word or a tag says: the fewer articles have it, the more. Words are counted in the newest few thousand articles, which bounds
/// the cost and follows the news: an event's own names are common words while it lasts.
/// </summary>
internal sealed class WordRarity
{
    /// <summary>Articles that are counted in.</summary>
    public const int Sample = 4_000;

    /// <summary>Fewer than these say little.</summary>
    public const int Young = 200;

    /// <summary>Articles that are assumed beside the counted ones, so that a few say little.</summary>
    private const double Assumed = 20;

    private readonly Dictionary<(string Configuration, string Word), int> counts = [];
    private readonly Dictionary<string, int> articles = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> tags = [];
    private long published;

    /// <summary>How many articles all counts are of.</summary>
    public int Articles => articles.Values.Sum();

    public static async Task<WordRarity> Count(NpgsqlConnection connection, CancellationToken cancel)
    {
        var rarity = new WordRarity();
        await using (var command = new NpgsqlCommand(
            """
            SELECT configuration::text, count(*)::integer
            FROM (SELECT configuration FROM delivery.search ORDER BY article_id DESC LIMIT $1) AS newest
            GROUP BY configuration
            """, connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = Sample });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rarity.articles[reader.GetString(0)] = reader.GetInt32(1);
            }
        }
        foreach (var configuration in rarity.articles.Keys)
        {
            // The names of stemmers are PostgreSQL's own and hold no quotes.
            await using var command = new NpgsqlCommand(
                $"""
                SELECT word, ndoc FROM ts_stat($$
                    SELECT words FROM (SELECT words, configuration FROM delivery.search ORDER BY article_id DESC LIMIT {Sample}) AS newest
                    WHERE configuration = '{configuration}'::regconfig
                $$)
                WHERE ndoc > 1 AND NOT starts_with(word, '#')
                """, connection);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rarity.counts[(configuration, reader.GetString(0))] = reader.GetInt32(1);
            }
        }
        await using (var command = new NpgsqlCommand(
            """
            SELECT id, article_count, coalesce(sum(article_count) FILTER (WHERE kind = 'source') OVER (), 0)
            FROM delivery.directory
            WHERE kind IN ('tag', 'source')
            """, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rarity.tags[reader.GetGuid(0)] = reader.GetInt32(1);
                rarity.published = reader.GetInt64(2);
            }
        }
        return rarity;
    }

    /// <summary>Too few articles to say what is common.</summary>
    public bool IsYoung(string configuration) => articles.GetValueOrDefault(configuration) < Young;

    /// <summary>How little the counts say, 1 where there are none and near 0 where there are thousands: everyday words count as rare ones then.</summary>
    public double Doubt(string configuration) => Assumed / (articles.GetValueOrDefault(configuration) + Assumed);

    public int ArticlesOf(Guid tag) => tags.GetValueOrDefault(tag);

    /// <summary>Of the counted articles that have the word.</summary>
    public double ShareOf(string word, string configuration) =>
        (double)counts.GetValueOrDefault((configuration, word), 1) / Math.Max(1, articles.GetValueOrDefault(configuration));

    /// <summary>Its logarithm, as usual: smoothed, since a word is not rarer in a young newsroom for having few articles to stand in.</summary>
    public double Of(string word, string configuration) =>
        Math.Log((articles.GetValueOrDefault(configuration) + Assumed) / (counts.GetValueOrDefault((configuration, word), 1) + 0.5));

    /// <summary>What the tags that two articles share say, 0 to 1: what few articles have says most.</summary>
    public double OfShared(IReadOnlyList<Guid> some, IReadOnlyList<Guid> others)
    {
        var shared = some.Intersect(others).Sum(Of);
        return shared / (shared + 4);

        double Of(Guid tag) => Math.Max(0, Math.Log((published + 1.0) / (tags.GetValueOrDefault(tag) + 1.0)));
    }
}
