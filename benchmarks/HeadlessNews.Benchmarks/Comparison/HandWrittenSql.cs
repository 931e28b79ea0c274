namespace HeadlessNews.Benchmarks.Comparison;

/// <summary>
/// The usual joins over the normalised tables, as well as we know how: cut to the page before anything is joined, aggregated to JSON in
/// the database, no column that a card does not show.
/// </summary>
internal static class HandWrittenSql
{
    private const int PageSize = 20;

    /// <summary>What a sensible developer adds to the indexes that are there, for the list of a tag.</summary>
    public const string Index = "CREATE INDEX IF NOT EXISTS comparison_article_tags ON editorial.article_tags (tag_id, article_id)";

    private const string Named =
        """
        json_build_object('id', source.id, 'slug', source.slug, 'name', source.name) AS source,
        (SELECT coalesce(json_agg(json_build_object('id', author.id, 'slug', author.slug, 'name', author.name) ORDER BY written.position), '[]')
         FROM editorial.article_authors AS written JOIN editorial.authors AS author ON author.id = written.author_id
         WHERE written.article_id = article.id) AS authors,
        (SELECT coalesce(json_agg(json_build_object('id', tag.id, 'slug', tag.slug, 'name', tag.name, 'kind', tag.kind) ORDER BY tagged.position), '[]')
         FROM editorial.article_tags AS tagged JOIN editorial.tags AS tag ON tag.id = tagged.tag_id
         WHERE tagged.article_id = article.id) AS tags
        """;

    private const string Card =
        """
        article.id, article.slug, article.headline, article.kicker, article.summary, article.language, article.genre, article.urgency,
        coalesce(article.published_at, article.first_published_at) AS "publishedAt", article.updated_at AS "updatedAt",
        article.is_accessible_for_free AS "isAccessibleForFree", article.lead_media_url AS "leadMediaUrl", article.lead_media_alt AS "leadMediaAlt"
        """;

    private const string NewestFirst = "ORDER BY coalesce(article.published_at, article.first_published_at) DESC, article.id DESC";

    public static readonly string Home = List("WHERE article.public_state = 'live'", "");

    public static readonly string Page = List("WHERE article.public_state = 'live'", "OFFSET $1");

    public static readonly string ByTag = List(
        """
        JOIN editorial.article_tags AS wanted ON wanted.article_id = article.id
        WHERE article.public_state = 'live' AND wanted.tag_id = (SELECT id FROM editorial.tags WHERE slug = $1)
        """, "");

    public static readonly string BySlug =
        $"""
        SELECT row_to_json(found)
        FROM (
            SELECT {Card}, article.body_format AS "bodyFormat", article.body_content AS body, article.dateline_place AS "datelinePlace",
                   article.dateline_date AS "datelineDate", article.byline_override AS byline, article.seo_title AS "seoTitle",
                   article.seo_description AS "seoDescription", {Named}
            FROM editorial.articles AS article
            JOIN editorial.sources AS source ON source.id = article.source_id
            WHERE article.slug = $1 AND article.public_state = 'live'
        ) AS found
        """;

    public static long Offset(int page) => (page - 1L) * PageSize;

    private static string List(string which, string from) =>
        $"""
        SELECT json_build_object('items', coalesce(json_agg(row_to_json(item)), '[]'))
        FROM (
            SELECT {Card}, {Named}
            FROM (
                SELECT article.*
                FROM editorial.articles AS article
                {which}
                {NewestFirst}
                LIMIT {PageSize} {from}
            ) AS article
            JOIN editorial.sources AS source ON source.id = article.source_id
            {NewestFirst}
        ) AS item
        """;
}
