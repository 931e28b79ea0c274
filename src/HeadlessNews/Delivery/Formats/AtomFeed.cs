using System.Xml;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A feed as Atom (RFC 4287).</summary>
internal static class AtomFeed
{
    public const string ContentType = "application/atom+xml";

    public const string Example =
        """
        <?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>https://ledger.example/api/v1/feeds/atom</id><title>The Marrow Bay Ledger</title><updated>2026-05-04T09:30:00Z</updated><author><name>The Marrow Bay Ledger</name></author><entry><id>urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</id><title>The night ferry to Tarrow returns</title><updated>2026-05-04T09:30:00Z</updated><link rel="alternate" type="text/html" href="https://ledger.example/articles/night-ferry-returns" /></entry></feed>
        """;

    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Media = "http://search.yahoo.com/mrss/";

    public static void Write(Feed feed, XmlWriter xml)
    {
        xml.WriteStartElement("feed", Atom);
        xml.WriteAttributeString("xmlns", "media", null, Media);
        Text(xml, "id", feed.SelfUrl);
        Text(xml, "title", feed.Title);
        Text(xml, "updated", Rfc3339.Format(feed.UpdatedAt));
        // For entries that nobody signs: each must have an author, its own or the feed's (section 4.2.1).
        Author(xml, feed.Title);
        Link(xml, "self", feed.SelfUrl, ContentType);
        Link(xml, "alternate", feed.HomeUrl, "text/html");
        Text(xml, "generator", "HeadlessNews");
        foreach (var item in feed.Items)
        {
            Write(item, xml);
        }
        xml.WriteEndElement();
    }

    private static void Write(FeedItem item, XmlWriter xml)
    {
        var article = item.Article;
        xml.WriteStartElement("entry", Atom);
        xml.WriteAttributeString("xml", "lang", null, article.Language);
        Text(xml, "id", item.Urn);
        Text(xml, "title", article.Headline, ("type", "text"));
        Text(xml, "published", Rfc3339.Format(article.PublishedAt));
        Text(xml, "updated", Rfc3339.Format(article.UpdatedAt));
        foreach (var name in item.Names)
        {
            Author(xml, name);
        }
        Link(xml, "alternate", item.Url, "text/html");
        if (article.SourceUrl is { } source)
        {
            Link(xml, "via", WebAddress.Ascii(source));
        }
        foreach (var tag in article.Tags)
        {
            Text(xml, "category", "", ("term", tag.Slug), ("label", tag.Name));
        }
        Text(xml, "rights", item.Rights, ("type", "text"));
        Text(xml, "summary", article.Summary, ("type", "text"));
        if (item.IsFull)
        {
            Text(xml, "content", article.Body.Html, ("type", "html"));
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

    private static void Author(XmlWriter xml, string name)
    {
        xml.WriteStartElement("author", Atom);
        Text(xml, "name", name);
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string rel, string href, string? type = null)
    {
        (string, string)[] attributes = type is null ? [("rel", rel), ("href", href)] : [("rel", rel), ("type", type), ("href", href)];
        Text(xml, "link", "", attributes);
    }

    private static void Text(XmlWriter xml, string name, string? text, params (string Name, string Value)[] attributes) => xml.Text(name, text, null, Atom, attributes);
}
