using System.Xml.Linq;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>A service for each test: a sitemap holds everything that is published.</summary>
public abstract class SitemapTest(TestPostgres postgres) : NewsApp(postgres)
{
    protected static readonly XNamespace Ns = "http://www.sitemaps.org/schemas/sitemap/0.9";

    protected IConfiguration Database { get; private set; } = null!;

    protected override async Task<IConfiguration> CreateDatabase() => Database = await base.CreateDatabase();

    /// <summary>Published a second apart, the latest now.</summary>
    protected Task MakeArticles(int count) => new PublishedRows
    {
        Many = count,
        From = DateTimeOffset.UtcNow.AddSeconds(-count),
        Apart = TimeSpan.FromSeconds(1),
        Slug = "'made-' || nth || repeat('-made', 20)",
        Card = "json_build_object('id', id, 'headline', 'Made')",
        Lists = [PublishedRows.All],
    }.Insert(Database.GetConnectionString("News")!);

    protected async Task<List<string>> Parts() =>
        (await Get("/api/v1/sitemap.xml")).Elements(Ns + "sitemap").Select(part => new Uri(part.Element(Ns + "loc")!.Value).PathAndQuery).ToList();

    protected async Task<List<string>> Pages(List<string> parts)
    {
        var pages = new List<string>();
        foreach (var part in parts)
        {
            pages.AddRange((await Get(part)).Elements(Ns + "url").Select(url => url.Element(Ns + "loc")!.Value));
        }
        return pages;
    }

    protected async Task<XElement> Get(string address) => XDocument.Parse(await Reader.GetStringAsync(address)).Root!;

    protected static string Page(Saved article) => $"http://localhost:5080/articles/{article.Slug}";
}
