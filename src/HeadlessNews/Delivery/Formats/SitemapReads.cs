using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery.Formats;

/// <summary>An article's page in a sitemap.</summary>
internal readonly record struct SitemapEntry(Guid Id, string Slug, DateTimeOffset PublishedAt, DateTimeOffset UpdatedAt);

/// <summary>An article's page in the news sitemap.</summary>
internal sealed record NewsEntry(SitemapEntry Page, string Language, string Headline);

/// <summary>What sitemaps are made of: columns alone, in the order of ids, however many there are.</summary>
internal sealed class SitemapReads(Databases databases) : IDisposable
{
    /// <summary>Search engines take 50,000 addresses from one sitemap.</summary>
    public const int MostUrls = 50_000;

    /// <summary>Of the news sitemap they take 1,000 (Google's rule).</summary>
    public const int MostNews = 1_000;

    /// <summary>Seconds to wait for one's turn.</summary>
    private const int Patience = 5;

    private const string Part =
        """
        SELECT article_id, slug, published_at, updated_at,
               CASE WHEN shown_until IS NOT NULL THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END
        FROM delivery.articles
        WHERE state = 'live' AND is_indexable AND article_id >= $1 AND article_id < $2 AND (shown_until IS NULL OR shown_until > now())
        ORDER BY article_id
        LIMIT $3
        """;

    private const string News =
        """
        SELECT article.article_id, article.slug, article.published_at, article.updated_at, article.language, article.card ->> 'headline',
               least(floor(extract(epoch FROM least(article.shown_until, article.published_at + interval '48 hours') - now())), 1e9)::integer
        FROM delivery.listing AS listed
        JOIN delivery.articles AS article ON article.article_id = listed.article_id
        WHERE listed.facet_kind = 'all' AND listed.facet_id = '00000000-0000-0000-0000-000000000000' AND listed.published_at > now() - interval '48 hours'
          AND article.state = 'live' AND article.is_indexable AND (article.shown_until IS NULL OR article.shown_until > now())
        ORDER BY listed.published_at DESC, listed.article_id DESC
        OFFSET $1 LIMIT $2
        """;

    private const string CountNews =
        """
        SELECT count(*)::integer,
               least(floor(extract(epoch FROM min(least(article.shown_until, article.published_at + interval '48 hours')) - now())), 1e9)::integer
        FROM delivery.listing AS listed
        JOIN delivery.articles AS article ON article.article_id = listed.article_id
        WHERE listed.facet_kind = 'all' AND listed.facet_id = '00000000-0000-0000-0000-000000000000' AND listed.published_at > now() - interval '48 hours'
          AND article.state = 'live' AND article.is_indexable AND (article.shown_until IS NULL OR article.shown_until > now())
        """;

    /// <summary>Parts are the longest that anybody can ask for, and no reader waits for one: they leave the connections to others.</summary>
    private readonly SemaphoreSlim turns = new(2);

    public void Dispose() => turns.Dispose();

    /// <summary>One part, and the seconds until a page of it is gone; read to its end before any of it is sent, however slow the client.</summary>
    public async Task<(IReadOnlyList<SitemapEntry> Entries, int? FreshFor)> Read(Guid from, Guid? until, CancellationToken cancel)
    {
        if (!await turns.WaitAsync(TimeSpan.FromSeconds(Patience), cancel))
        {
            throw new ProblemException(Problems.SitemapsBusy());
        }
        try
        {
            var entries = new List<SitemapEntry>();
            int? freshFor = null;
            await using var command = databases.Delivery.CreateCommand(Part);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = from });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = until ?? Guid.AllBitsSet });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostUrls });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                entries.Add(Entry(reader));
                freshFor = Freshness.Sooner(freshFor, reader.FreshFor(4));
            }
            return (entries, freshFor);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>How many articles are news now, and the seconds until the first is no longer; null for none.</summary>
    public async Task<(int Count, int? FreshFor)> NewsNow(CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(CountNews);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1));
    }

    /// <summary>A page of news, newest first, and the seconds until one of it is no longer.</summary>
    public async Task<(IReadOnlyList<NewsEntry> Entries, int? FreshFor)> ReadNews(int page, CancellationToken cancel)
    {
        var entries = new List<NewsEntry>();
        int? freshFor = null;
        await using var command = databases.Delivery.CreateCommand(News);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (page - 1L) * MostNews });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostNews });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            entries.Add(new NewsEntry(Entry(reader), reader.GetString(4), reader.GetString(5)));
            freshFor = Freshness.Sooner(freshFor, reader.GetInt32(6));
        }
        return (entries, freshFor);
    }

    private static SitemapEntry Entry(NpgsqlDataReader reader) =>
        new(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3));
}
