using System.Text;
using HeadlessNews.Data;
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

/// <summary>
/// The related articles that editors chose, as the public reads them: the choice is the live revision's, what it names is looked up
/// when it is read. What is not live now does not show; when it comes back, it does.
/// </summary>
internal sealed class RelatedReads(Databases databases, ArticleReads articles)
{
    /// <summary>One row for each that was chosen, without a card where it does not show; no row when the article itself is not there to be read.</summary>
    private const string Related =
        """
        SELECT relation.kind, other.card,
               CASE WHEN least(article.shown_until, other.shown_until) IS NOT NULL
                    THEN least(floor(extract(epoch FROM least(article.shown_until, other.shown_until) - now())), 1e9)::integer END,
               article.article_id, relation.related_id
        FROM delivery.articles AS article
        LEFT JOIN delivery.relations AS relation ON relation.article_id = article.article_id
        LEFT JOIN delivery.articles AS other
            ON other.article_id = relation.related_id AND other.state = 'live' AND (other.shown_until IS NULL OR other.shown_until > now())
        WHERE article.state = 'live' AND (article.shown_until IS NULL OR article.shown_until > now()) AND
        """;

    private const string ById = $"{Related} article.article_id = $1 ORDER BY relation.position";

    private const string BySlug = $"{Related} article.slug = $1 ORDER BY relation.position";

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
            (found.Items.TryGetValue(id, out var items) ? items : found.Items[id] = []).Add(Item(reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
            found.Tags.Add(tag);
            if (!reader.IsDBNull(3))
            {
                found.FreshFor = Math.Min(found.FreshFor ?? int.MaxValue, reader.GetInt32(3));
            }
        }
        return found;
    }

    public async Task<RelatedFound> Get(string idOrSlug, CancellationToken cancel)
    {
        var isId = Guid.TryParseExact(idOrSlug, "D", out var id);
        var items = new List<byte[]>();
        var (tags, unseen) = (new List<string>(), new List<string>());
        int? freshFor = null;
        await using (var command = databases.Delivery.CreateCommand(isId ? ById : BySlug))
        {
            command.Parameters.Add(isId ? new NpgsqlParameter<Guid> { TypedValue = id } : new NpgsqlParameter<string> { TypedValue = idOrSlug });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (tags.Count == 0)
                {
                    tags.Add(CacheTags.Article(reader.GetGuid(3)));
                }
                if (!reader.IsDBNull(1))
                {
                    items.Add(Item(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
                    tags.Add(CacheTags.Article(reader.GetGuid(4)));
                }
                else if (!reader.IsDBNull(4))
                {
                    unseen.Add(CacheTags.Article(reader.GetGuid(4)));
                }
                if (!reader.IsDBNull(2))
                {
                    freshFor = Math.Min(freshFor ?? int.MaxValue, reader.GetInt32(2));
                }
            }
            if (tags.Count > 0)
            {
                return new RelatedFound(new ArticleFound(), ArticleReads.Compose(items, null, freshFor) with { Tags = tags, UnseenTags = unseen });
            }
        }
        return new RelatedFound(await articles.Get(idOrSlug, cancel), null);
    }

    /// <summary>A <see cref="RelatedArticle"/> around a card as it was rendered; kinds are names, nothing in them needs escaping.</summary>
    private static byte[] Item(string kind, byte[] card) => [.. Encoding.ASCII.GetBytes($"{{\"kind\":\"{kind}\",\"article\":"), .. card, (byte)'}'];
}
