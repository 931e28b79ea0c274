using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Articles;

/// <summary>Many articles scheduled at once: copies of one that was saved and scheduled over HTTP, made in the database.</summary>
internal static class ScheduledInBulk
{
    /// <summary>Every column of the rows copied, whatever columns there come to be, but for what makes each article itself.</summary>
    private const string Copy =
        """
        CREATE TEMPORARY TABLE copies ON COMMIT DROP AS
        SELECT gen_random_uuid() AS id, nth, article.slug || '-copy-' || nth AS slug
        FROM editorial.articles AS article CROSS JOIN generate_series(1, $2) AS nth
        WHERE article.id = $1;
        INSERT INTO editorial.articles ($3)
        SELECT $3
        FROM (
            SELECT (jsonb_populate_record(article, jsonb_build_object('id', copies.id, 'slug', copies.slug))).*
            FROM editorial.articles AS article CROSS JOIN copies
            WHERE article.id = $1
        ) AS copy;
        INSERT INTO editorial.article_revisions
        SELECT (jsonb_populate_record(kept, jsonb_build_object(
            'article_id', copies.id, 'content', jsonb_set(kept.content, '{content,slug}', to_jsonb(copies.slug))))).*
        FROM editorial.article_revisions AS kept CROSS JOIN copies
        WHERE kept.article_id = $1;
        INSERT INTO editorial.article_authors
        SELECT (jsonb_populate_record(row, jsonb_build_object('article_id', copies.id))).*
        FROM editorial.article_authors AS row CROSS JOIN copies
        WHERE row.article_id = $1;
        INSERT INTO editorial.article_tags
        SELECT (jsonb_populate_record(row, jsonb_build_object('article_id', copies.id))).*
        FROM editorial.article_tags AS row CROSS JOIN copies
        WHERE row.article_id = $1;
        INSERT INTO editorial.slugs (kind, slug, owner_id, was_public)
        SELECT 'article', slug, id, false FROM copies;
        INSERT INTO editorial.scheduled_publications
        SELECT (jsonb_populate_record(due, jsonb_build_object('article_id', copies.id, 'slug', copies.slug))).*
        FROM editorial.scheduled_publications AS due CROSS JOIN copies
        WHERE due.article_id = $1;
        """;

    /// <param name="owner">The database.</param>
    /// <param name="article">What to copy; scheduled, it goes live with its copies.</param>
    /// <param name="copies">How many.</param>
    /// <param name="due">When each is due, in SQL: of <c>nth</c>, and of <c>now()</c>, which is when all is there.</param>
    public static async Task Make(NpgsqlDataSource owner, Saved article, int copies, string due)
    {
        await using var connection = await owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var written = await owner.Ask<string>(
            """
            SELECT string_agg(quote_ident(column_name), ', ')
            FROM information_schema.columns
            WHERE table_schema = 'editorial' AND table_name = 'articles' AND is_generated = 'NEVER'
            """);
        // One at a time: only the first of several statements could have parameters otherwise.
        foreach (var statement in Copy.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var text = statement.Replace("$1", $"'{article.Id}'", StringComparison.Ordinal)
                .Replace("$2", copies.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("$3", written, StringComparison.Ordinal);
            await connection.Do(text);
        }
        await connection.Do(
            $"""
            UPDATE editorial.scheduled_publications AS present SET due_at = times.due, try_at = times.due
            FROM (
                SELECT id, {due.Replace("now()", "clock_timestamp()", StringComparison.Ordinal)} AS due
                FROM (SELECT id, nth FROM copies UNION ALL SELECT '{article.Id}', 0) AS all_of_them
            ) AS times
            WHERE present.article_id = times.id
            """);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
    }
}
