using System.Globalization;
using HeadlessNews.Delivery;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>
/// Published articles by the ten thousand, as rows, with the lists they stand in: nobody publishes so many one by one, and no working copies
/// are behind them. Number 1 is the oldest. What is SQL here may name the columns <c>id</c>, <c>nth</c> and <c>at</c>, when it was published.
/// </summary>
internal sealed record PublishedRows
{
    /// <summary>The list of all, as one of <see cref="Lists"/>.</summary>
    public const string All = "('all', '00000000-0000-0000-0000-000000000000'::uuid)";

    /// <summary>The lists' authors, sources and tags, as one of <see cref="Besides"/>.</summary>
    public const string Owners =
        """
        INSERT INTO delivery.directory (id, kind, slug, name, version, document, article_count)
        SELECT facet_id, facet_kind, facet_kind || '-' || facet_id, 'Name', 1, '{"kind":"section","articleCount":0}', count(*)
        FROM delivery.listing WHERE facet_kind IN ('tag', 'source', 'author') GROUP BY facet_id, facet_kind
        """;

    public required int Many { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>The first is published so much later, and each so much after the one before.</summary>
    public required TimeSpan Apart { get; init; }

    /// <summary>SQL.</summary>
    public string Slug { get; init; } = "'large-' || nth";

    /// <summary>SQL.</summary>
    public string ExpiresAt { get; init; } = "NULL";

    /// <summary>SQL.</summary>
    public string Card { get; init; } = "json_build_object('id', id)";

    /// <summary>SQL.</summary>
    public string Document { get; init; } = "json_build_object('id', id)";

    /// <summary>SQL: kind and id of each list that an article stands in.</summary>
    public required IReadOnlyList<string> Lists { get; init; }

    /// <summary>Statements that go on from there, with the rows in the table <c>made</c>.</summary>
    public IReadOnlyList<string> Besides { get; init; } = [];

    /// <summary>The id that PostgreSQL made of a name (<c>md5(...)::uuid</c>).</summary>
    public static Guid IdOf(string name) => Facet.Language(name).Id;

    /// <summary>As the owner of the database.</summary>
    public async Task Insert(string connectionString)
    {
        await using var owner = NpgsqlDataSource.Create(connectionString);
        await using var connection = await owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        string[] statements =
        [
            // No working copies are looked for, and the foreign key is asked once for all rows, not for each.
            "ALTER TABLE delivery.articles DISABLE TRIGGER USER",
            "ALTER TABLE delivery.listing DROP CONSTRAINT listing_article_fkey",
            $"""
            CREATE TEMPORARY TABLE made AS
            SELECT md5('article ' || nth)::uuid AS id, nth, timestamptz '{From:O}' + nth * interval '{Apart.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds' AS at
            FROM generate_series(1, {Many}) AS nth
            """,
            $"""
            INSERT INTO delivery.articles (article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at,
                rendered_at, log_position, expires_at, etag, card, document, is_syndicable)
            SELECT id, {Slug}, 'live', 1, 1, 1000, 'en', 'allowed', at, at, now(), 0, {ExpiresAt}, 'etag', {Card}, {Document}, true
            FROM made
            """,
            $"""
            INSERT INTO delivery.listing (facet_kind, facet_id, published_at, article_id)
            SELECT facet.kind, facet.id, at, made.id
            FROM made CROSS JOIN LATERAL (VALUES {string.Join(", ", Lists)}) AS facet (kind, id)
            ORDER BY 1, 2, 3, 4
            """,
            .. Besides,
            "ALTER TABLE delivery.listing ADD CONSTRAINT listing_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.articles (article_id)",
            "ALTER TABLE delivery.articles ENABLE TRIGGER USER",
            "VACUUM ANALYZE",
        ];
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>A service with an archive of such rows, made once for a class.</summary>
public abstract class PublishedArchive(TestPostgres postgres) : NewsApp(postgres)
{
    private string connectionString = "";

    private protected abstract PublishedRows Rows { get; }

    protected override async Task<IConfiguration> CreateDatabase()
    {
        var settings = await base.CreateDatabase();
        connectionString = settings.GetConnectionString("News")!;
        return settings;
    }

    protected override Task Prepare() => Rows.Insert(connectionString);
}
