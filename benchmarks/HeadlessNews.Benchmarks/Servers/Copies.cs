using HeadlessNews.Benchmarks.Measuring;
using Npgsql;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>
/// The many articles of the large sizes: the service makes the first 50,000, and what readers read of them is copied as often as need be,
/// each copy with ids, slugs and times of its own, older than all before it. Made by the service one by one, a million would take an hour
/// and be read the same.
/// </summary>
internal static class Copies
{
    /// <summary>How many articles the service itself makes.</summary>
    public const int Originals = 50_000;

    /// <summary>Set-wise, past the trigger that looks each document's revision up: copies have none.</summary>
    private const string CopyArticles =
        """
        CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
        SELECT original.article_id AS of, original.published_at - make_interval(mins => 7 * $1 * $2) AS published_at, NULL::uuid AS id
        FROM delivery.articles AS original JOIN editorial.articles AS made ON made.id = original.article_id
        WHERE original.state = 'live';
        -- As version 7 has it: the time, then the random part.
        UPDATE copied SET id = (
            lpad(to_hex((extract(epoch FROM published_at) * 1000)::bigint), 12, '0') || '7' || substr(md5($1 || of::text), 1, 3)
                || '8' || substr(md5($1 || of::text), 4, 15))::uuid;
        CREATE UNIQUE INDEX ON copied (of);
        ANALYZE copied;
        INSERT INTO delivery.articles (
            article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at, rendered_at,
            log_position, etag, card, document, is_syndicable)
        SELECT copied.id, slug || '-c' || $1, state, version, revision, render_version, language, redistribution, copied.published_at, updated_at, rendered_at,
               log_position, substr(md5($1 || etag), 1, 24),
               replace(replace(card::text, article_id::text, copied.id::text), '"' || slug || '"', '"' || slug || '-c' || $1 || '"')::json,
               replace(replace(document::text, article_id::text, copied.id::text), '"' || slug || '"', '"' || slug || '-c' || $1 || '"')::json,
               is_syndicable
        FROM delivery.articles JOIN copied ON copied.of = article_id;
        INSERT INTO delivery.listing (facet_kind, facet_id, published_at, article_id)
        SELECT facet_kind, facet_id, copied.published_at, copied.id
        FROM delivery.listing JOIN copied ON copied.of = article_id;
        INSERT INTO delivery.search (article_id, published_at, configuration, words, spelled)
        SELECT copied.id, copied.published_at, configuration,
               ts_delete(words, ARRAY (SELECT '#span' || level || ':' || (floor(extract(epoch FROM search.published_at) / 3600)::bigint >> (3 * level)) FROM generate_series(0, 6) AS level))
                   || array_to_tsvector(ARRAY (SELECT '#span' || level || ':' || (floor(extract(epoch FROM copied.published_at) / 3600)::bigint >> (3 * level)) FROM generate_series(0, 6) AS level)),
               spelled
        FROM delivery.search JOIN copied ON copied.of = article_id;
        INSERT INTO delivery.search_ranking (article_id, words)
        SELECT copied.id, words FROM delivery.search_ranking JOIN copied ON copied.of = article_id;
        INSERT INTO delivery.suggestions (kind, typed, published_at, id)
        SELECT kind, typed, copied.published_at, copied.id
        FROM delivery.suggestions JOIN copied ON copied.of = suggestions.id;
        """;

    /// <summary>Up to this many in all, a whole copy at a time; one that was interrupted was never there.</summary>
    public static async Task Make(NpgsqlDataSource owner, int articles, long live, CancellationToken cancel)
    {
        if (articles % Originals != 0)
        {
            throw new BenchmarkException($"More than {Originals:N0} articles are made in whole copies: ask for a multiple.");
        }
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await Run(connection, "ALTER TABLE delivery.articles DISABLE TRIGGER articles_publishable", cancel);
        // Made at once at the end, it takes a tenth of the time.
        await Run(connection, "DROP INDEX IF EXISTS delivery.search_by_words", cancel);
        for (var nth = (int)(live / Originals); nth < articles / Originals; nth++)
        {
            Progress.Say($"{articles:N0} articles: copy {nth} of {articles / Originals - 1}");
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await Run(connection, CopyArticles.Replace("$1", $"{nth}", StringComparison.Ordinal).Replace("$2", $"{Originals}", StringComparison.Ordinal), cancel);
            await transaction.CommitAsync(cancel);
        }
        await Run(connection,
            $"""
            UPDATE delivery.directory SET article_count = (SELECT count(*) FROM delivery.listing WHERE facet_kind = directory.kind AND facet_id = directory.id);
            UPDATE delivery.words SET articles = articles * {articles / Originals};
            """, cancel);
        Progress.Say($"{articles:N0} articles: the index of words");
        await Run(connection, "SET maintenance_work_mem = '2GB'; CREATE INDEX search_by_words ON delivery.search USING gin (words) WITH (gin_pending_list_limit = 2048)", cancel);
        await Run(connection, "ALTER TABLE delivery.articles ENABLE TRIGGER articles_publishable", cancel);
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
