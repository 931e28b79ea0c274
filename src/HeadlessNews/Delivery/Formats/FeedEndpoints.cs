using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>The lists of articles as feeds: three ways to write the same.</summary>
internal static class FeedEndpoints
{
    private const string JsonFeedType = "application/feed+json";

    public static void MapFeeds(this RouteGroupBuilder api)
    {
        api.MapGet("/feeds/rss", GetRss).WithName("GetRssFeed").WithTags("Feeds").Delivers<string>(RssFeed.ContentType).WithMetadata(new AnswerExample(RssFeed.Example));
        api.MapGet("/feeds/atom", GetAtom).WithName("GetAtomFeed").WithTags("Feeds").Delivers<string>(AtomFeed.ContentType).WithMetadata(new AnswerExample(AtomFeed.Example));
        api.MapGet("/feeds/json", GetJson).WithName("GetJsonFeed").WithTags("Feeds").Delivers<JsonFeed>(JsonFeedType);
    }

    /// <summary>Get the newest articles as RSS 2.0</summary>
    /// <remarks>
    /// Takes the filters of `GET /articles`. Only what may be passed on is in it. Whether an item has the whole text (`content:encoded`) is
    /// a setting; what is not free to read has its summary alone. Ask again with `If-None-Match`: nothing new is an empty 304.
    /// </remarks>
    /// <param name="tag">Only with this tag or one below it (slug or id). Repeat it to ask for several at once.</param>
    /// <param name="section">Only in this section or one below it (slug or id of a tag of that kind).</param>
    /// <param name="author">Only by this author (slug or id).</param>
    /// <param name="source">Only from this source (slug or id).</param>
    /// <param name="language">Only in this language (BCP 47); `en` finds `en-GB` too.</param>
    /// <param name="genre">Only of this sort: `article`, `analysis`, `opinion` and so on.</param>
    /// <param name="from">Only published then or later.</param>
    /// <param name="to">Only published before; later than `from`.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    private static async Task<object> GetRss(
        string[]? tag, string? section, string? author, string? source, string? language, string? genre, QueryTime? from, QueryTime? to, int? limit,
        FeedReads reads, HttpContext http, CancellationToken cancel)
    {
        var feed = await Read(ListFilter.Of(tag, section, author, source, language, genre, from, to).Checked(), limit, reads, http, cancel);
        return Deliver(feed, Xml.Write(xml => RssFeed.Write(feed, xml)), $"{RssFeed.ContentType}; charset=utf-8");
    }

    /// <summary>Get the newest articles as Atom (RFC 4287)</summary>
    /// <remarks>As the RSS feed, in another format: the same filters, the same articles.</remarks>
    /// <param name="tag">Only with this tag or one below it (slug or id). Repeat it to ask for several at once.</param>
    /// <param name="section">Only in this section or one below it (slug or id of a tag of that kind).</param>
    /// <param name="author">Only by this author (slug or id).</param>
    /// <param name="source">Only from this source (slug or id).</param>
    /// <param name="language">Only in this language (BCP 47); `en` finds `en-GB` too.</param>
    /// <param name="genre">Only of this sort: `article`, `analysis`, `opinion` and so on.</param>
    /// <param name="from">Only published then or later.</param>
    /// <param name="to">Only published before; later than `from`.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    private static async Task<object> GetAtom(
        string[]? tag, string? section, string? author, string? source, string? language, string? genre, QueryTime? from, QueryTime? to, int? limit,
        FeedReads reads, HttpContext http, CancellationToken cancel)
    {
        var feed = await Read(ListFilter.Of(tag, section, author, source, language, genre, from, to).Checked(), limit, reads, http, cancel);
        return Deliver(feed, Xml.Write(xml => AtomFeed.Write(feed, xml)), $"{AtomFeed.ContentType}; charset=utf-8");
    }

    /// <summary>Get the newest articles as JSON Feed 1.1</summary>
    /// <remarks>As the RSS feed, in another format: the same filters, the same articles.</remarks>
    /// <param name="tag">Only with this tag or one below it (slug or id). Repeat it to ask for several at once.</param>
    /// <param name="section">Only in this section or one below it (slug or id of a tag of that kind).</param>
    /// <param name="author">Only by this author (slug or id).</param>
    /// <param name="source">Only from this source (slug or id).</param>
    /// <param name="language">Only in this language (BCP 47); `en` finds `en-GB` too.</param>
    /// <param name="genre">Only of this sort: `article`, `analysis`, `opinion` and so on.</param>
    /// <param name="from">Only published then or later.</param>
    /// <param name="to">Only published before; later than `from`.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    private static async Task<object> GetJson(
        string[]? tag, string? section, string? author, string? source, string? language, string? genre, QueryTime? from, QueryTime? to, int? limit,
        FeedReads reads, HttpContext http, CancellationToken cancel)
    {
        var feed = await Read(ListFilter.Of(tag, section, author, source, language, genre, from, to).Checked(), limit, reads, http, cancel);
        return Deliver(feed, JsonSerializer.SerializeToUtf8Bytes(JsonFeed.Of(feed), Formatted.Sparse), JsonFeedType);
    }

    private static Task<Feed> Read(ListFilter filter, int? limit, FeedReads reads, HttpContext http, CancellationToken cancel)
    {
        // In one order, whatever the request's: all spellings of a request share one answer, and that names its own address.
        var parameters = http.Request.Query.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .SelectMany(parameter => parameter.Value.OfType<string>().Order(StringComparer.Ordinal).Select(value => (parameter.Key, Value: value))).ToList();
        var query = QueryString.Create(parameters.Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value)));
        var about = string.Join(", ", parameters.Where(parameter => parameter.Key != "limit").Select(parameter => parameter.Value));
        return reads.Read(filter, Paging.Limit(limit), $"{http.Request.Path.Value!.ToLowerInvariant()}{query}", about, cancel);
    }

    private static Delivered Deliver(Feed feed, byte[] bytes, string contentType) =>
        new(bytes) { ContentType = contentType, FreshFor = feed.FreshFor, Tags = feed.Tags, UnseenTags = feed.UnseenTags };
}
