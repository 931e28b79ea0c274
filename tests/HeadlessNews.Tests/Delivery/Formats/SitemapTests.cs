using System.Globalization;
using System.Net;
using System.Xml.Linq;
using HeadlessNews.Delivery.Formats;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>What stands in sitemaps.</summary>
public sealed class SitemapTests(TestPostgres postgres) : SitemapTest(postgres)
{
    private static readonly XNamespace News = "http://www.google.com/schemas/sitemap-news/0.9";

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
}
