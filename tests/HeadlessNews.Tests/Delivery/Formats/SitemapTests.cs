using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using HeadlessNews.Delivery.Formats;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>A service for each test: a sitemap holds everything that is published.</summary>
public sealed class SitemapTests(TestPostgres postgres) : NewsApp(postgres)
{
    private static readonly XNamespace Ns = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace News = "http://www.google.com/schemas/sitemap-news/0.9";

    private readonly TestPostgres server = postgres;
    private IConfiguration? database;

    protected override async Task<IConfiguration> CreateDatabase() => database = await base.CreateDatabase();

    [Fact]
    public async Task Every_published_article_stands_in_exactly_one_part_whatever_comes_and_goes_meanwhile()
    {
        Services.GetRequiredService<SitemapRanges>().InRange = 3;
        var source = await Editor.CreateSource();
        Assert.Empty(await Parts());
        var articles = new List<Saved>();
        for (var n = 0; n < 8; n++)
        {
            articles.Add(await Editor.PublishArticle(source.Slug, $"Article {n}"));
        }

        var parts = await Parts();
        Assert.Equal(3, parts.Count);
        Assert.Equal(articles.Select(Page), (await Pages(parts)).Order());

        // What the index said still holds all, however the parts' sizes have changed.
        await Editor.Withdraw(articles[1]);
        articles.RemoveAt(1);
        articles.Add(await Editor.PublishArticle(source.Slug, "Article 9"));
        Assert.Equal(articles.Select(Page).Order(), (await Pages(parts)).Order());
        Assert.Equal(articles.Select(Page).Order(), (await Pages(await Parts())).Order());
    }

    [Fact]
    public async Task The_index_follows_what_comes_and_goes_anywhere_and_names_no_part_without_pages()
    {
        Services.GetRequiredService<SitemapRanges>().InRange = 2;
        var source = await Editor.CreateSource();
        var drafts = new List<Saved>();
        for (var n = 0; n < 12; n++)
        {
            drafts.Add(await Editor.CreateArticle(source.Slug, $"Article {n}"));
        }
        var live = new Dictionary<int, Saved>();

        // Those at both ends first, the middle later, so that it has to be divided; then whole parts go, from the middle, the start, the end.
        foreach (var step in new[] { 0, 1, 2, 10, 11, 9, 3, 4, 5, 6, 7, 8, -4, -5, -6, -7, 0, -1, -2, -11, -10, 6, -9, -8, -3, -6 })
        {
            var nth = Math.Abs(step);
            if (live.Remove(nth, out var gone))
            {
                drafts[nth] = await Editor.Withdraw(gone);
            }
            else
            {
                live[nth] = await Editor.Publish(drafts[nth]);
            }
            var parts = await Parts();
            var pages = new List<string>();
            foreach (var part in parts)
            {
                var here = await Pages([part]);
                Assert.InRange(here.Count, 1, 4);
                pages.AddRange(here);
            }
            Assert.Equal(live.OrderBy(one => one.Key).Select(one => Page(one.Value)), pages);
        }
        Assert.Empty(live);
    }

    [Fact]
    public async Task A_part_was_changed_when_the_latest_of_its_articles_was()
    {
        Services.GetRequiredService<SitemapRanges>().InRange = 2;
        var source = await Editor.CreateSource();
        var articles = new List<Saved>();
        for (var n = 0; n < 4; n++)
        {
            articles.Add(await Editor.PublishArticle(source.Slug, $"Article {n}"));
        }
        var before = await Times();

        var changed = await Editor.Publish(await Editor.Patch("articles", articles[0], new { headline = "Article 0, and more" }));
        var after = await Times();

        var updatedAt = (await Reader.GetJson($"/api/v1/articles/{changed.Slug}"))["updatedAt"]!.GetValue<DateTimeOffset>();
        Assert.Equal(2, before.Count);
        Assert.Equal([updatedAt, before[1]], after);
        Assert.True(before[0] < updatedAt);

        async Task<List<DateTimeOffset>> Times() => (await Get("/api/v1/sitemap.xml")).Descendants(Ns + "lastmod")
            .Select(time => DateTimeOffset.Parse(time.Value, CultureInfo.InvariantCulture)).ToList();
    }

    [Fact]
    public async Task Slow_readers_of_long_parts_leave_the_service_to_the_others()
    {
        await MakeArticles(30_000);
        var slow = new List<TcpClient>();
        try
        {
            var deadline = TestContext.Current.CancellationToken;
            for (var n = 0; n < 80; n++)
            {
                var client = new TcpClient { ReceiveBufferSize = 2_000 };
                slow.Add(client);
                await client.ConnectAsync(Address.Host, Address.Port, deadline);
                // Some ask for the same, some each for a part of his own.
                await client.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes($"GET /api/v1/sitemap.xml?from={(n % 10 == 0 ? new Guid(n, 0, 0, new byte[8]) : Guid.Empty)} HTTP/1.1\r\nHost: {Address.Authority}\r\n\r\n"), deadline);
            }
            foreach (var client in slow)
            {
                var begun = new byte[12];
                await client.GetStream().ReadExactlyAsync(begun, deadline);
                Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(begun));
            }

            for (var n = 1; n <= 20; n++)
            {
                Assert.Equal(n, (await Reader.GetJson($"/api/v1/articles?limit={n}&fields=id"))["items"]!.AsArray().Count);
            }
            Assert.Equal(30_000, (await Pages(await Parts())).Distinct().Count());
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task What_search_engines_shall_pass_over_is_in_no_sitemap_and_what_is_the_sites_alone_is()
    {
        var source = await Editor.CreateSource();
        await Editor.PublishArticle(source.Slug, "Not for search engines", new { seo = new { noIndex = true } });
        await Editor.PublishArticle(source.Slug, "From elsewhere", new { seo = new { canonicalUrl = "https://harbour-wire.example/a" } });
        await Editor.CreateArticle(source.Slug, "A draft");
        var own = await Editor.CreateArticle(source.Slug, "On this site alone", new { rights = new { redistribution = "prohibited" } });
        await Editor.Clear(own);
        own = await Editor.Publish(own);

        Assert.Equal([Page(own)], await Pages(await Parts()));
        Assert.Equal([Page(own)], (await Get("/api/v1/sitemap-news.xml")).Descendants(Ns + "loc").Select(loc => loc.Value));
    }

    [Fact]
    public async Task The_news_sitemap_holds_two_days_as_Google_reads_them()
    {
        var source = await Editor.CreateSource();
        Assert.Empty((await Get("/api/v1/sitemap-news.xml")).Elements());
        var now = DateTimeOffset.UtcNow;
        await Editor.PublishArticle(source.Slug, "Too old", new { publishedAt = now.AddHours(-49) });
        var article = await Editor.PublishArticle(source.Slug, "<New> & fresh", new { publishedAt = now.AddHours(-47), language = "fa-IR" });

        using var response = await Reader.GetAsync("/api/v1/sitemap-news.xml");

        var url = Assert.Single(XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!.Elements(Ns + "url"));
        var news = url.Element(News + "news")!;
        Assert.Equal(Page(article), url.Element(Ns + "loc")!.Value);
        Assert.Equal(("HeadlessNews", "fa"), (news.Element(News + "publication")!.Element(News + "name")!.Value, news.Element(News + "publication")!.Element(News + "language")!.Value));
        Assert.Equal("<New> & fresh", news.Element(News + "title")!.Value);
        Assert.Equal(article.Json["publishedAt"]!.GetValue<DateTimeOffset>(), DateTimeOffset.Parse(news.Element(News + "publication_date")!.Value, System.Globalization.CultureInfo.InvariantCulture));
        // In an hour it is no longer news: no cache shows it then.
        Assert.True(response.Headers.CacheControl!.MaxAge <= TimeSpan.FromHours(1));
        using var none = await Reader.GetAsync("/api/v1/sitemap-news.xml?page=2");
        await none.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task More_news_than_one_news_sitemap_may_hold_is_an_index_of_pages()
    {
        await MakeArticles(1_001);

        using var response = await Reader.GetAsync("/api/v1/sitemap-news.xml");
        var pages = XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!;
        var addresses = pages.Elements(Ns + "sitemap").Select(page => new Uri(page.Element(Ns + "loc")!.Value).PathAndQuery).ToList();
        var first = await Pages([addresses[0]]);
        var second = await Pages([addresses[1]]);

        Assert.Equal("sitemapindex", pages.Name.LocalName);
        Assert.Equal(["/api/v1/sitemap-news.xml?page=1", "/api/v1/sitemap-news.xml?page=2"], addresses);
        Assert.Equal((1_000, 1), (first.Count, second.Count));
        Assert.Equal(1_001, first.Concat(second).Distinct().Count());
        using var none = await Reader.GetAsync("/api/v1/sitemap-news.xml?page=3");
        await none.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("/api/v1/sitemap.xml?until=019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/v1/sitemap.xml?from=1", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/sitemap.xml?page=1", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/sitemap-news.xml?page=0", HttpStatusCode.UnprocessableEntity)]
    public async Task Addresses_that_no_index_names_are_refused(string address, HttpStatusCode status)
    {
        using var response = await Reader.GetAsync(address);

        await response.Problem(status);
    }

    [Fact]
    public async Task A_part_that_a_client_has_is_not_sent_again_until_something_changes()
    {
        var source = await Editor.CreateSource();
        await Editor.PublishArticle(source.Slug, "First");
        var part = Assert.Single(await Parts());
        using var first = await Reader.GetAsync(part);

        using var known = await If(part, first.Headers.ETag!.ToString());
        await Editor.PublishArticle(source.Slug, "Second");
        using var fresh = await If(part, first.Headers.ETag.ToString());

        Assert.Equal("application/xml", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        Assert.Equal(2, XDocument.Parse(await fresh.Content.ReadAsStringAsync()).Root!.Elements(Ns + "url").Count());
    }

    [Fact]
    public async Task A_part_whose_bytes_differ_has_another_ETag()
    {
        var source = await Editor.CreateSource();
        await Editor.PublishArticle(source.Slug, "First");
        await using var elsewhere = new Elsewhere(server, database!);
        await elsewhere.InitializeAsync();
        var part = Assert.Single(await Parts());
        using var here = await Reader.GetAsync(part);
        using var request = new HttpRequestMessage(HttpMethod.Get, part);
        request.Headers.TryAddWithoutValidation("If-None-Match", here.Headers.ETag!.ToString());

        using var there = await elsewhere.Reader.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        Assert.NotEqual(here.Headers.ETag, there.Headers.ETag);
        Assert.Contains("https://elsewhere.example/articles/first", await there.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_is_compressed_and_never_fresh_for_longer_than_what_stands_in_it()
    {
        var source = await Editor.CreateSource();
        for (var n = 0; n < 5; n++)
        {
            await Editor.PublishArticle(source.Slug, $"Article {n}");
        }
        var part = Assert.Single(await Parts());
        using var lasting = await Reader.GetAsync(part);
        await Editor.PublishArticle(source.Slug, "Gone in a moment", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(9) });

        using var compressing = new HttpClient { BaseAddress = Address };
        compressing.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using var passing = await compressing.GetAsync(part);

        Assert.Equal((10d, 30d), (lasting.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, lasting.Headers.CacheControl.SharedMaxAge!.Value.TotalSeconds));
        var control = passing.Headers.CacheControl!;
        var revalidate = int.Parse(control.Extensions.Single(one => one.Name == "stale-while-revalidate").Value!, CultureInfo.InvariantCulture);
        Assert.InRange(control.MaxAge!.Value.TotalSeconds, 0, 9);
        Assert.InRange(control.SharedMaxAge!.Value.TotalSeconds + revalidate, 0, 9);
        Assert.Equal(["gzip"], passing.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], passing.Headers.Vary);
        Assert.Equal(["articles"], passing.Headers.GetValues("Cache-Tag"));
        Assert.NotEqual(lasting.Headers.ETag, passing.Headers.ETag);
    }

    /// <summary>Published a second apart, the latest now, as rows: nobody publishes so many one by one.</summary>
    private async Task MakeArticles(int count)
    {
        await using var owner = NpgsqlDataSource.Create(database!.GetConnectionString("News")!);
        foreach (var sql in new[]
        {
            "ALTER TABLE delivery.articles DISABLE TRIGGER USER",
            $"""
            INSERT INTO delivery.articles (article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at,
                rendered_at, log_position, etag, card, document, is_syndicable)
            SELECT md5('article ' || nth)::uuid, 'made-' || nth || repeat('-made', 20), 'live', 1, 1, 1000, 'en', 'allowed', at, at, now(), 0, 'etag',
                   json_build_object('id', md5('article ' || nth)::uuid, 'headline', 'Made'), json_build_object('id', md5('article ' || nth)::uuid), true
            FROM (SELECT nth, now() - make_interval(secs => nth) AS at FROM generate_series(1, {count}) AS nth) AS made
            """,
            "INSERT INTO delivery.listing (facet_kind, facet_id, published_at, article_id) SELECT 'all', '00000000-0000-0000-0000-000000000000'::uuid, published_at, article_id FROM delivery.articles",
            "ALTER TABLE delivery.articles ENABLE TRIGGER USER",
            "ANALYZE delivery.articles, delivery.listing",
        })
        {
            await using var command = owner.CreateCommand(sql);
            command.CommandTimeout = 120;
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<List<string>> Parts() =>
        (await Get("/api/v1/sitemap.xml")).Elements(Ns + "sitemap").Select(part => new Uri(part.Element(Ns + "loc")!.Value).PathAndQuery).ToList();

    private async Task<List<string>> Pages(List<string> parts)
    {
        var pages = new List<string>();
        foreach (var part in parts)
        {
            pages.AddRange((await Get(part)).Elements(Ns + "url").Select(url => url.Element(Ns + "loc")!.Value));
        }
        return pages;
    }

    private async Task<XElement> Get(string address) => XDocument.Parse(await Reader.GetStringAsync(address)).Root!;

    private async Task<HttpResponseMessage> If(string address, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await Reader.SendAsync(request);
    }

    private static string Page(Saved article) => $"http://localhost:5080/articles/{article.Slug}";

    /// <summary>The same database behind another site.</summary>
    private sealed class Elsewhere(TestPostgres postgres, IConfiguration database) : NewsApp(postgres)
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [KeyValuePair.Create("Site:PublicUrl", (string?)"https://elsewhere.example")];

        protected override Task<IConfiguration> CreateDatabase() => Task.FromResult(database);
    }
}
