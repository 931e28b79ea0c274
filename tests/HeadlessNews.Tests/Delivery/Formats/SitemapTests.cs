using System.Net;
using System.Xml.Linq;
using HeadlessNews.Delivery.Formats;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>A service for each test: a sitemap holds everything that is published.</summary>
public sealed class SitemapTests(TestPostgres postgres) : NewsApp(postgres)
{
    private static readonly XNamespace Ns = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace News = "http://www.google.com/schemas/sitemap-news/0.9";

    [Fact]
    public async Task Every_published_article_stands_in_exactly_one_part_whatever_comes_and_goes_meanwhile()
    {
        Services.GetRequiredService<SitemapReads>().InPart = 3;
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
}
