using System.Globalization;
using System.Net;
using System.Xml;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A feed as RSS 2.0, with the modules that news readers know.</summary>
internal static class RssFeed
{
    public const string ContentType = "application/rss+xml";

    public const string Example =
        """
        <?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Marrow Bay Ledger</title><link>https://ledger.example/</link><description>The Marrow Bay Ledger</description><atom:link rel="self" type="application/rss+xml" href="https://ledger.example/api/v1/feeds/rss" /><item><title>The night ferry to Tarrow returns</title><link>https://ledger.example/articles/night-ferry-returns</link><guid isPermaLink="false">urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</guid><pubDate>Mon, 04 May 2026 09:30:00 GMT</pubDate><dc:creator>Maren Tolliver</dc:creator></item></channel></rss>
        """;

    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Content = "http://purl.org/rss/1.0/modules/content/";
    private const string Dc = "http://purl.org/dc/elements/1.1/";
    private const string Media = "http://search.yahoo.com/mrss/";

    public static void Write(Feed feed, XmlWriter xml)
    {
        xml.WriteStartElement("rss");
        xml.WriteAttributeString("version", "2.0");
        xml.WriteAttributeString("xmlns", "atom", null, Atom);
        xml.WriteAttributeString("xmlns", "content", null, Content);
        xml.WriteAttributeString("xmlns", "dc", null, Dc);
        xml.WriteAttributeString("xmlns", "media", null, Media);
        xml.WriteStartElement("channel");
        xml.Text("title", feed.Title);
        xml.Text("link", feed.HomeUrl);
        xml.Text("description", feed.Title);
        xml.Text("lastBuildDate", feed.Items.Count == 0 ? null : Time(feed.UpdatedAt));
        xml.Text("generator", "HeadlessNews");
        xml.Text("link", "", "atom", Atom, ("rel", "self"), ("type", ContentType), ("href", feed.SelfUrl));
        foreach (var item in feed.Items)
        {
            Write(item, xml);
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Write(FeedItem item, XmlWriter xml)
    {
        var article = item.Article;
        xml.WriteStartElement("item");
        xml.Text("title", article.Headline);
        xml.Text("link", item.Url);
        xml.Text("guid", item.Urn, attributes: ("isPermaLink", "false"));
        xml.Text("pubDate", Time(article.PublishedAt));
        xml.Text("updated", Http.Rfc3339.Format(article.UpdatedAt), "atom", Atom);
        foreach (var name in item.Names)
        {
            xml.Text("creator", name, "dc", Dc);
        }
        xml.Text("publisher", article.Source.Name, "dc", Dc);
        xml.Text("rights", item.Rights, "dc", Dc);
        xml.Text("language", article.Language, "dc", Dc);
        foreach (var tag in article.Tags)
        {
            xml.Text("category", tag.Name);
        }
        // Readers take it for HTML: plain text must not turn into tags there.
        xml.Text("description", article.Summary is { } summary ? WebUtility.HtmlEncode(summary) : null);
        if (item.IsFull)
        {
            xml.Text("encoded", article.Body.Html, "content", Content);
        }
        if (article.LeadMedia is { Url: { } address } media)
        {
            xml.WriteStartElement("media", "content", Media);
            xml.WriteAttributeString("url", WebAddress.Ascii(address));
            xml.WriteAttributeString("medium", "image");
            xml.Text("description", media.Alt, "media", Media, ("type", "plain"));
            xml.Text("credit", media.Credit, "media", Media);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    /// <summary>RFC 822 with four digits of year, as RSS has it.</summary>
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
}
