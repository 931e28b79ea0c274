using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>Names and headlines by what is typed of them.</summary>
internal sealed class SuggestionReads(Databases databases)
{
    public const int Longest = 100;

    public static readonly string[] Kinds = ["author", "source", "tag", "article"];

    /// <summary>So many that begin alike are looked at, in the order of the alphabet: who types one more letter sees the others.</summary>
    private const int MostLookedAt = 1_000;

    /// <summary>A range of the index for each kind. The highest letter that there is ends it.</summary>
    private const string ByPrefix =
        """
        (SELECT entry.kind, entry.id, entry.slug, entry.name
         FROM (
             SELECT DISTINCT typed.id
             FROM unnest($1) AS asked (kind)
             CROSS JOIN LATERAL (
                 SELECT id
                 FROM delivery.suggestions
                 WHERE kind = asked.kind AND asked.kind <> 'article' AND typed >= $2 AND typed < $2 || chr(1114111)
                 ORDER BY typed
                 LIMIT $4
             ) AS typed
         ) AS found
         JOIN delivery.directory AS entry ON entry.id = found.id
         WHERE entry.article_count > 0
         ORDER BY entry.article_count DESC, entry.slug
         LIMIT $3)
        UNION ALL
        (SELECT 'article', article.article_id, article.slug, article.card ->> 'headline'
         FROM (
             SELECT id, max(published_at) AS published_at
             FROM (
                 SELECT id, published_at
                 FROM delivery.suggestions
                 WHERE kind = 'article' AND 'article' = ANY ($1) AND typed >= $2 AND typed < $2 || chr(1114111)
                 ORDER BY typed
                 LIMIT $4
             ) AS typed
             GROUP BY id
             ORDER BY 2 DESC, 1 DESC
             LIMIT $3
         ) AS found
         JOIN delivery.articles AS article ON article.article_id = found.id
         WHERE article.state = 'live' AND (article.shown_until IS NULL OR article.shown_until > now())
         ORDER BY found.published_at DESC, found.id DESC)
        LIMIT $3
        """;

    public async Task<Suggestions> Of(string typed, IReadOnlySet<string> kinds, int limit, CancellationToken cancel)
    {
        var items = new List<Suggestion>(limit);
        await using var command = databases.Delivery.CreateCommand(ByPrefix);
        command.CommandTimeout = SearchReads.Patience;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. kinds] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = typed });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostLookedAt });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            items.Add(new Suggestion
            {
                Kind = EnumNames.Parse<SuggestionKind>(reader.GetString(0)),
                Id = reader.GetGuid(1),
                Slug = reader.GetString(2),
                Name = reader.GetString(3),
            });
        }
        return new Suggestions { Items = items };
    }
}
