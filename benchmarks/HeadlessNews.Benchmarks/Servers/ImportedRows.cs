using HeadlessNews.Benchmarks.Stages;
using Npgsql;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>The rows of articles that were imported, as bytes: to be copied into plain tables beside, and to be taken away afterwards.</summary>
internal sealed class ImportedRows
{
    /// <summary>What the service writes for an article, but for its log; and the column that says whose it is.</summary>
    private static readonly (string Table, string Id)[] Tables =
    [
        ("delivery.suggestions", "id"),
        ("delivery.stories", "article_id"),
        ("delivery.search_ranking", "article_id"),
        ("delivery.search", "article_id"),
        ("delivery.listing", "article_id"),
        ("delivery.articles", "article_id"),
        ("editorial.slugs", "owner_id"),
        ("editorial.article_tags", "article_id"),
        ("editorial.article_authors", "article_id"),
        ("editorial.article_revisions", "article_id"),
        ("editorial.articles", "id"),
    ];

    /// <summary>What follows from an article when there is time.</summary>
    private static readonly (string Table, string Id)[] Later = [("delivery.neighbours", "article_id"), ("delivery.neighbours_due", "article_id")];

    private readonly List<(string Table, byte[] Rows)> rows = [];

    public long Bytes => rows.Sum(table => (long)table.Rows.Length);

    /// <summary>How many of the benchmark's articles are live.</summary>
    public static async Task<int> Count(NewsData data, CancellationToken cancel) => (int)(long)(await data.Value(
        $"SELECT count(*) FROM editorial.articles JOIN delivery.articles AS shown ON shown.article_id = id AND shown.state = 'live' WHERE {AreOurs}", cancel))!;

    private const string AreOurs = $"external_id LIKE '{Story.Prefix}%'";

    /// <summary>Of the newest of the benchmark's articles.</summary>
    public static async Task<ImportedRows> Read(NewsData data, int many, CancellationToken cancel)
    {
        var read = new ImportedRows();
        await using var connection = await data.Owner.OpenConnectionAsync(cancel);
        await Run(connection, $"CREATE TEMPORARY TABLE wanted AS SELECT id FROM editorial.articles WHERE {AreOurs} ORDER BY created_at DESC LIMIT {many}; ANALYZE wanted", cancel);
        foreach (var (table, id) in Tables)
        {
            using var bytes = new MemoryStream();
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY (SELECT * FROM {table} WHERE {id} IN (SELECT id FROM wanted)) TO STDOUT (FORMAT binary)", cancel);
            await copy.CopyToAsync(bytes, cancel);
            read.rows.Add((table, bytes.ToArray()));
        }
        return read;
    }

    /// <summary>Empty tables with the same columns and primary keys, and nothing else.</summary>
    public async Task<CopyTarget> Prepare(NewsData data, CancellationToken cancel)
    {
        var connection = await data.Owner.OpenConnectionAsync(cancel);
        await Run(connection, "DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied", cancel);
        foreach (var (table, _) in rows)
        {
            var key = (string)(await new NpgsqlCommand(
                $"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'p'", connection).ExecuteScalarAsync(cancel))!;
            await Run(connection, $"CREATE TABLE {CopyTarget.Of(table)} (LIKE {table} INCLUDING STORAGE INCLUDING COMPRESSION, {key})", cancel);
        }
        return new CopyTarget(connection, rows);
    }

    /// <summary>Takes the benchmark's articles away: the size is the size again.</summary>
    public static async Task Remove(NewsData data, CancellationToken cancel)
    {
        await using var connection = await data.Owner.OpenConnectionAsync(cancel);
        await Run(connection,
            $"""
            BEGIN;
            CREATE TEMPORARY TABLE unwanted ON COMMIT DROP AS SELECT id FROM editorial.articles WHERE {AreOurs};
            ANALYZE unwanted;
            {string.Join('\n', Later.Concat(Tables).Select(table => $"DELETE FROM {table.Table} WHERE {table.Id} IN (SELECT id FROM unwanted);"))}
            UPDATE delivery.directory SET article_count = (SELECT count(*) FROM delivery.listing WHERE facet_kind = directory.kind AND facet_id = directory.id);
            COMMIT;
            """, cancel);
        await data.Tidy(cancel);
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Where the rows go.</summary>
    internal sealed class CopyTarget(NpgsqlConnection connection, IReadOnlyList<(string Table, byte[] Rows)> rows) : IAsyncDisposable
    {
        public static string Of(string table) => $"copied.{table.Replace('.', '_')}";

        /// <summary>All of them in one transaction.</summary>
        public async Task Copy(CancellationToken cancel)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            foreach (var (table, bytes) in rows)
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {Of(table)} FROM STDIN (FORMAT binary)", cancel);
                await copy.WriteAsync(bytes, cancel);
            }
            await transaction.CommitAsync(cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await Run(connection, "DROP SCHEMA copied CASCADE", CancellationToken.None);
            await connection.DisposeAsync();
        }
    }
}
