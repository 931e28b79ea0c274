using HeadlessNews.Tests.Data;
using Npgsql;

namespace HeadlessNews.Tests.Articles;

/// <summary>Articles by the thousand, as rows: for what only shows in numbers. Number 1 is the oldest in every order.</summary>
internal static class ArticleRows
{
    public static Task Insert(NpgsqlDataSource door, int many) => door.Do(
        """
        INSERT INTO editorial.sources (id, slug, version, kind, name, created_at, updated_at)
        SELECT gen_random_uuid(), 'row-source-' || nth, 1, 'agency', 'Source ' || nth, now(), now() FROM generate_series(1, 5) AS nth;

        WITH made AS (
            INSERT INTO editorial.articles (
                id, version, revision, last_revision, stage, public_state, live_revision, live_slug, first_published_at, created_by, created_at, updated_at, slug,
                headline, summary, body_format, body_content, body_is_empty, language, genre, urgency, source_id, is_accessible_for_free, seo_no_index)
            SELECT gen_random_uuid(), 1, 1, 1, 'draft', 'live', 1, 'row-' || nth, now() - make_interval(secs => many - nth), 'key:' || nth % 10, now(),
                   now() - make_interval(secs => many - nth), 'row-' || nth, 'A headline of number ' || nth, md5(nth::text), 'markdown', 'Text.', false,
                   CASE WHEN nth % 4 = 0 THEN 'fa' ELSE 'en' END, 'article', 5, source.id, true, false
            FROM (SELECT $1::integer AS many) AS size, generate_series(1, many) AS nth JOIN editorial.sources AS source ON source.slug = 'row-source-' || nth % 5 + 1
            RETURNING id, source_id
        )
        INSERT INTO editorial.article_revisions (article_id, revision, content, saved_by, saved_at, published_at)
        SELECT id, 1, jsonb_build_object('source', source_id, 'related', '[]'::jsonb, 'content', '{}'::jsonb), 'key:1', now(), now() FROM made
        """.Replace("$1", many.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
