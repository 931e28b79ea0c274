using System.Text;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>What is related to an article: finished bytes, or what stands at the article's address in their place.</summary>
internal sealed record RelatedFound(ArticleFound Article, JsonPage? Page);

/// <summary>What is related to each of many articles; what does not show is not among the items.</summary>
internal sealed class RelatedOfMany
{
    public Dictionary<Guid, List<byte[]>> Items { get; } = [];
    public HashSet<string> Tags { get; } = [];
    public HashSet<string> UnseenTags { get; } = [];
    public int? FreshFor { get; set; }
}

/// <summary>Which of the lists beside an article.</summary>
internal enum Beside
{
    /// <summary>All that editors chose, then what was found to be related.</summary>
    Related,

    /// <summary>What editors chose as the same story, then what was found to be of the same event.</summary>
    Coverage,
}

/// <summary>
/// What stands beside an article, as the public reads it: first what the live revision's editors chose, then what was found. What is named
/// is looked up when it is read. What is not live now does not show; when it comes back, it does.
/// </summary>
internal sealed class RelatedReads(Databases databases, ArticleReads articles)
{
    /// <summary>What is found fills up to so many, where nobody says how many there shall be; what editors chose is all shown.</summary>
    private const int Usual = Paging.DefaultLimit;

    /// <summary>One row for each, without a card where it does not show; no row when the article itself is not there to be read.</summary>
    private const string Related =
        """
        WITH article AS (
            SELECT article_id, shown_until FROM delivery.articles
            WHERE {key} = $1 AND state = 'live' AND (shown_until IS NULL OR shown_until > now())
        ),
        chosen AS (
            SELECT relation.position, relation.kind, relation.related_id
            FROM article JOIN delivery.relations AS relation ON relation.article_id = article.article_id
            {which}
        ),
        beside AS (
            SELECT 'editor' AS chosen_by, position, kind, related_id FROM chosen
            UNION ALL
            SELECT 'automatic', listed.nth, '{kind}', listed.id
            FROM article JOIN delivery.neighbours AS found ON found.article_id = article.article_id
            CROSS JOIN LATERAL unnest({found}) WITH ORDINALITY AS listed (id, nth)
            WHERE NOT EXISTS (SELECT FROM chosen WHERE chosen.related_id = listed.id)
        )
        SELECT beside.kind, other.card,
               CASE WHEN least(article.shown_until, other.shown_until) IS NOT NULL
                    THEN least(floor(extract(epoch FROM least(article.shown_until, other.shown_until) - now())), 1e9)::integer END,
               article.article_id, beside.related_id, beside.chosen_by
        FROM article
        LEFT JOIN beside ON true
        LEFT JOIN delivery.articles AS other
            ON other.article_id = beside.related_id AND other.state = 'live' AND (other.shown_until IS NULL OR other.shown_until > now())
        ORDER BY beside.chosen_by DESC, beside.position
        """;

    private static readonly Dictionary<(Beside, bool IsId), string> Statements = new()
    {
        [(Beside.Related, true)] = Statement("article_id", "", "found.coverage[found.sure + 1:] || found.related", "related"),
        [(Beside.Related, false)] = Statement("slug", "", "found.coverage[found.sure + 1:] || found.related", "related"),
        [(Beside.Coverage, true)] = Statement("article_id", "WHERE relation.kind = 'sameStory'", "found.coverage[:found.sure]", "sameStory"),
        [(Beside.Coverage, false)] = Statement("slug", "WHERE relation.kind = 'sameStory'", "found.coverage[:found.sure]", "sameStory"),
    };

    private const string OfMany =
        """
        SELECT relation.article_id, relation.kind, other.card,
               CASE WHEN other.shown_until IS NOT NULL THEN least(floor(extract(epoch FROM other.shown_until - now())), 1e9)::integer END,
               relation.related_id
        FROM delivery.relations AS relation
        LEFT JOIN delivery.articles AS other
            ON other.article_id = relation.related_id AND other.state = 'live' AND (other.shown_until IS NULL OR other.shown_until > now())
        WHERE relation.article_id = ANY ($1)
        ORDER BY relation.article_id, relation.position
        """;

    /// <summary>What stands beside each of these articles, for a list that shows it with them.</summary>
    public async Task<RelatedOfMany> Of(Guid[] ids, CancellationToken cancel)
    {
        var found = new RelatedOfMany();
        await using var command = databases.Delivery.CreateCommand(OfMany);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var tag = CacheTags.Article(reader.GetGuid(4));
            if (reader.IsDBNull(2))
            {
                found.UnseenTags.Add(tag);
                continue;
            }
            var id = reader.GetGuid(0);
            (found.Items.TryGetValue(id, out var items) ? items : found.Items[id] = []).Add(Item(reader.GetString(1), "editor", reader.GetFieldValue<byte[]>(2)));
            found.Tags.Add(tag);
            found.FreshFor = Freshness.Sooner(found.FreshFor, reader.FreshFor(3));
        }
        return found;
    }

    /// <param name="idOrSlug">The article.</param>
    /// <param name="beside">Which list.</param>
    /// <param name="limit">How many in all; null for all that were chosen, and what was found up to the usual number.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task<RelatedFound> Get(string idOrSlug, Beside beside, int? limit, CancellationToken cancel)
    {
        var isId = Guid.TryParseExact(idOrSlug, "D", out var id);
        var items = new List<byte[]>();
        var (tags, unseen) = (new List<string>(), new List<string>());
        int? freshFor = null;
        await using (var command = databases.Delivery.CreateCommand(Statements[(beside, isId)]))
        {
            command.Parameters.Add(isId ? new NpgsqlParameter<Guid> { TypedValue = id } : new NpgsqlParameter<string> { TypedValue = idOrSlug });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (tags.Count == 0)
                {
                    var article = reader.GetGuid(3);
                    tags.AddRange(CacheTags.Article(article), beside == Beside.Related ? CacheTags.Related(article) : CacheTags.Coverage(article));
                }
                if (reader.IsDBNull(4))
                {
                    freshFor = Freshness.Sooner(freshFor, reader.FreshFor(2));
                    continue;
                }
                var chosenBy = reader.GetString(5);
                if (items.Count >= (limit ?? (chosenBy == "editor" ? int.MaxValue : Usual)))
                {
                    break;
                }
                freshFor = Freshness.Sooner(freshFor, reader.FreshFor(2));
                var tag = CacheTags.Article(reader.GetGuid(4));
                if (reader.IsDBNull(1))
                {
                    unseen.Add(tag);
                }
                else
                {
                    items.Add(Item(reader.GetString(0), chosenBy, reader.GetFieldValue<byte[]>(1)));
                    tags.Add(tag);
                }
            }
            if (tags.Count > 0)
            {
                return new RelatedFound(new ArticleFound(), ArticleReads.Compose(items, null, freshFor) with { Tags = tags, UnseenTags = unseen });
            }
        }
        return new RelatedFound(await articles.Get(idOrSlug, cancel), null);
    }

    private static string Statement(string key, string chosen, string found, string kind) => Related
        .Replace("{key}", key, StringComparison.Ordinal).Replace("{which}", chosen, StringComparison.Ordinal)
        .Replace("{found}", found, StringComparison.Ordinal).Replace("{kind}", kind, StringComparison.Ordinal);

    /// <summary>A <see cref="RelatedArticle"/> around a card as it was rendered; kinds are names, nothing in them needs escaping.</summary>
    private static byte[] Item(string kind, string chosenBy, byte[] card) =>
        [.. Encoding.ASCII.GetBytes($"{{\"kind\":\"{kind}\",\"chosenBy\":\"{chosenBy}\",\"article\":"), .. card, (byte)'}'];
}
