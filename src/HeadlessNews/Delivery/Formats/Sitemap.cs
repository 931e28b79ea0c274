using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>Sitemaps (sitemaps.org 0.9) and Google's news in them.</summary>
internal static class Sitemap
{
    public const string ContentType = "application/xml";

    public const string Example =
        """
        <?xml version="1.0" encoding="utf-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://ledger.example/api/v1/sitemap.xml?from=00000000-0000-0000-0000-000000000000</loc><lastmod>2026-05-04T09:30:00Z</lastmod></sitemap></sitemapindex>
        """;

    public const string NewsExample =
        """
        <?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://ledger.example/articles/night-ferry-returns</loc><news:news><news:publication><news:name>The Marrow Bay Ledger</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-05-04T09:30:00Z</news:publication_date><news:title>The night ferry to Tarrow returns</news:title></news:news></url></urlset>
        """;

    private const string Ns = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string News = "http://www.google.com/schemas/sitemap-news/0.9";

    public static byte[] Index(IEnumerable<(string Url, DateTimeOffset? LastModified)> parts) => Xml.Write(xml =>
    {
        xml.WriteStartElement("sitemapindex", Ns);
        foreach (var (url, lastModified) in parts)
        {
            xml.WriteStartElement("sitemap", Ns);
            xml.Text("loc", url, null, Ns);
            xml.Text("lastmod", lastModified is { } time ? Rfc3339.Format(time) : null, null, Ns);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    });

    public static byte[] OfNews(IEnumerable<NewsEntry> entries, Site site) => Xml.Write(xml =>
    {
        xml.WriteStartElement("urlset", Ns);
        xml.WriteAttributeString("xmlns", "news", null, News);
        foreach (var entry in entries)
        {
            xml.WriteStartElement("url", Ns);
            xml.Text("loc", site.UrlOf(entry.Page.Slug, entry.Page.Id, entry.Page.PublishedAt), null, Ns);
            xml.WriteStartElement("news", "news", News);
            xml.WriteStartElement("news", "publication", News);
            xml.Text("name", site.Name, "news", News);
            // Two or three letters, Google says; Chinese alone is told apart.
            xml.Text("language", entry.Language.ToLowerInvariant() is "zh-cn" or "zh-tw" ? entry.Language.ToLowerInvariant() : entry.Language.Split('-')[0].ToLowerInvariant(), "news", News);
            xml.WriteEndElement();
            xml.Text("publication_date", Rfc3339.Format(entry.Page.PublishedAt), "news", News);
            xml.Text("title", entry.Headline, "news", News);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    });

    public static byte[] OfPages(IEnumerable<SitemapEntry> entries, Site site) => Xml.Write(xml =>
    {
        xml.WriteStartElement("urlset", Ns);
        foreach (var entry in entries)
        {
            xml.WriteStartElement("url", Ns);
            xml.Text("loc", site.UrlOf(entry.Slug, entry.Id, entry.PublishedAt), null, Ns);
            xml.Text("lastmod", Rfc3339.Format(entry.UpdatedAt), null, Ns);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    });
}
