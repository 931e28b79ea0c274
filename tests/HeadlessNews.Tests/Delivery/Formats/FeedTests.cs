using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Formats;

public sealed class FeedTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Content = "http://purl.org/rss/1.0/modules/content/";
    private static readonly XNamespace Dc = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace Media = "http://search.yahoo.com/mrss/";

    public static TheoryData<string> Formats => ["rss", "atom", "json"];

    [Fact]
    public async Task RSS_has_what_news_readers_look_for()
    {
        var (article, document) = await FullArticle("rss");

        var channel = XDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/feeds/rss?source={Source(document)}")).Root!.Element("channel")!;

        Assert.Equal($"HeadlessNews: {Source(document)}", channel.Element("title")!.Value);
        Assert.Equal("http://localhost:5080/", channel.Element("link")!.Value);
        Assert.NotEmpty(channel.Element("description")!.Value);
        var self = channel.Element(Atom + "link")!;
        Assert.Equal(("self", "application/rss+xml", $"http://localhost:5080/api/v1/feeds/rss?source={Source(document)}"),
            (self.Attribute("rel")!.Value, self.Attribute("type")!.Value, self.Attribute("href")!.Value));
        var item = Assert.Single(channel.Elements("item"));
        Assert.Equal(Text(document, "headline"), item.Element("title")!.Value);
        Assert.Equal($"http://localhost:5080/articles/{article.Slug}", item.Element("link")!.Value);
        Assert.Equal(($"urn:uuid:{article.Id}", "false"), (item.Element("guid")!.Value, item.Element("guid")!.Attribute("isPermaLink")!.Value));
        Assert.Equal(Second(Time(document, "publishedAt")), DateTimeOffset.ParseExact(item.Element("pubDate")!.Value, "r", CultureInfo.InvariantCulture));
        Assert.Equal(["Maren Tolliver", "The staff"], item.Elements(Dc + "creator").Select(creator => creator.Value));
        Assert.Equal(Text(document["rights"]!, "copyrightNotice"), item.Element(Dc + "rights")!.Value);
        Assert.Equal(document["tags"]!.AsArray().Select(tag => Text(tag!, "name")), item.Elements("category").Select(category => category.Value));
        Assert.Equal(Lines(Text(document, "summary")), Lines(WebUtility.HtmlDecode(item.Element("description")!.Value)));
        Assert.Equal(Lines(Text(document["body"]!, "html")), Lines(item.Element(Content + "encoded")!.Value));
        var media = item.Element(Media + "content")!;
        Assert.Equal(("https://media.example/a.jpg?w=1&h=2", "image"), (media.Attribute("url")!.Value, media.Attribute("medium")!.Value));
        Assert.Equal(Samples.Quotes, media.Element(Media + "credit")!.Value);
    }

    [Fact]
    public async Task Atom_has_what_RFC_4287_demands()
    {
        var (article, document) = await FullArticle("atom");

        var feed = XDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/feeds/atom?source={Source(document)}")).Root!;

        Assert.Equal(Atom + "feed", feed.Name);
        Assert.Equal($"http://localhost:5080/api/v1/feeds/atom?source={Source(document)}", feed.Element(Atom + "id")!.Value);
        Assert.Equal(Text(document, "updatedAt"), feed.Element(Atom + "updated")!.Value);
        Assert.NotEmpty(feed.Element(Atom + "author")!.Element(Atom + "name")!.Value);
        Assert.Equal(feed.Element(Atom + "id")!.Value, feed.Elements(Atom + "link").Single(link => link.Attribute("rel")!.Value == "self").Attribute("href")!.Value);
        var entry = Assert.Single(feed.Elements(Atom + "entry"));
        Assert.Equal("fa-IR", entry.Attribute(XNamespace.Xml + "lang")!.Value);
        Assert.Equal(
            ($"urn:uuid:{article.Id}", Text(document, "headline"), Text(document, "publishedAt"), Text(document, "updatedAt")),
            (entry.Element(Atom + "id")!.Value, entry.Element(Atom + "title")!.Value, entry.Element(Atom + "published")!.Value, entry.Element(Atom + "updated")!.Value));
        Assert.Equal(["Maren Tolliver", "The staff"], entry.Elements(Atom + "author").Select(author => author.Element(Atom + "name")!.Value));
        Assert.Equal(
            [("alternate", $"http://localhost:5080/articles/{article.Slug}"), ("via", "https://harbour-wire.example/2026/05/04/night-ferry?a=1&b=%D9%85#top")],
            entry.Elements(Atom + "link").Select(link => (link.Attribute("rel")!.Value, link.Attribute("href")!.Value)));
        Assert.Equal("html", entry.Element(Atom + "content")!.Attribute("type")!.Value);
        Assert.Equal(Lines(Text(document["body"]!, "html")), Lines(entry.Element(Atom + "content")!.Value));
        Assert.Equal(Lines(Text(document, "summary")), Lines(entry.Element(Atom + "summary")!.Value));
        Assert.Equal(document["tags"]!.AsArray().Select(tag => Text(tag!, "slug")), entry.Elements(Atom + "category").Select(category => category.Attribute("term")!.Value));
    }

    [Fact]
    public async Task JSON_Feed_has_what_version_1_1_demands()
    {
        var (article, document) = await FullArticle("json");

        var feed = await app.Reader.GetJson($"/api/v1/feeds/json?source={Source(document)}");

        Assert.Equal(("https://jsonfeed.org/version/1.1", $"http://localhost:5080/api/v1/feeds/json?source={Source(document)}"), (Text(feed, "version"), Text(feed, "feed_url")));
        var item = Assert.Single(feed["items"]!.AsArray())!;
        Assert.Equal(
            ($"urn:uuid:{article.Id}", $"http://localhost:5080/articles/{article.Slug}", Text(document, "headline"), Text(document["body"]!, "html"), Text(document, "summary"), "fa-IR"),
            (Text(item, "id"), Text(item, "url"), Text(item, "title"), Text(item, "content_html"), Text(item, "summary"), Text(item, "language")));
        Assert.Equal((Text(document, "publishedAt"), Text(document, "updatedAt")), (Text(item, "date_published"), Text(item, "date_modified")));
        Assert.Equal(["Maren Tolliver", "The staff"], item["authors"]!.AsArray().Select(author => Text(author!, "name")));
        Assert.Equal(Text(document["rights"]!, "copyrightNotice"), Text(item["_rights"]!, "notice"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_feed_takes_the_lists_filters_and_has_the_lists_order(string format)
    {
        var source = await app.Editor.CreateSource($"Source of lists in {format}");
        var author = await app.Editor.CreateAuthor($"Author of lists in {format}");
        var tag = await app.Editor.CreateTag($"Tag of lists in {format}");
        await app.Editor.PublishArticle(source.Slug, "None of it");
        foreach (var n in Enumerable.Range(1, 4))
        {
            await app.Editor.PublishArticle(source.Slug, $"Article {n}", new
            {
                authors = n > 1 ? new[] { author.Slug } : [],
                tags = n < 4 ? new[] { tag.Slug } : [],
                language = "fr-CA",
                publishedAt = $"2026-01-0{n}T00:00:00Z",
            });
        }
        foreach (var query in new[]
        {
            $"source={source.Slug}", $"source={source.Slug}&limit=2", $"author={author.Slug}", $"tag={tag.Slug}", $"tag={tag.Slug}&author={author.Id}", $"source={source.Slug}&language=fr",
            $"source={source.Slug}&language=de",
        })
        {
            var list = await app.Reader.GetJson($"/api/v1/articles?{query}");

            Assert.Equal(list["items"]!.AsArray().Select(item => $"urn:uuid:{item!["id"]}"), await Ids(format, query));
        }
        using var bad = await app.Reader.GetAsync($"/api/v1/feeds/{format}?limit=101");
        await bad.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        using var unknown = await app.Reader.GetAsync($"/api/v1/feeds/{format}?tags=x");
        await unknown.Problem(HttpStatusCode.BadRequest, "unknown-parameter");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_may_not_be_passed_on_takes_no_place_in_a_feed(string format)
    {
        var source = await app.Editor.CreateSource($"Source of mixed rights in {format}");
        var free = await app.Editor.PublishArticle(source.Slug, "The oldest, for all", new { publishedAt = "2026-01-01T00:00:00Z" });
        var kept = new List<Saved>();
        for (var n = 0; n < 3; n++)
        {
            var article = await app.Editor.CreateArticle(source.Slug, $"For the site {n}", new { rights = new { redistribution = "prohibited" } });
            await app.Editor.Clear(article);
            kept.Add(await app.Editor.Publish(article));
        }
        Assert.Equal(4, (await app.Reader.GetJson($"/api/v1/articles?source={source.Slug}"))["items"]!.AsArray().Count);

        Assert.Equal([$"urn:uuid:{free.Id}"], await Ids(format, $"source={source.Slug}&limit=1"));

        await app.Editor.Clear(kept[0], "syndication");
        Assert.Equal([$"urn:uuid:{kept[0].Id}", $"urn:uuid:{free.Id}"], await Ids(format, $"source={source.Slug}"));
        await app.Editor.Withdraw(await app.Editor.Reload(kept[0]));
        Assert.Equal([$"urn:uuid:{free.Id}"], await Ids(format, $"source={source.Slug}"));
    }

    [Theory]
    [InlineData("rss", "application/rss+xml")]
    [InlineData("atom", "application/atom+xml")]
    [InlineData("json", "application/feed+json")]
    public async Task Who_has_a_feed_is_told_so_until_there_is_something_new(string format, string type)
    {
        var source = await app.Editor.CreateSource($"Source of news in {format}");
        await app.Editor.PublishArticle(source.Slug, "First");
        var address = $"/api/v1/feeds/{format}?source={source.Slug}";
        using var first = await app.Reader.GetAsync(address);
        Assert.Equal(type, first.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"source:{source.Id:N}", first.Headers.GetValues("Cache-Tag").Single());

        using var known = await Get(address, first.Headers.ETag!.ToString());
        await app.Editor.PublishArticle(source.Slug, "Second");
        using var fresh = await Get(address, first.Headers.ETag.ToString());

        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        Assert.Contains("Second", await fresh.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_is_not_free_to_read_has_its_summary_alone(string format)
    {
        var source = await app.Editor.CreateSource($"Source with a paywall in {format}");
        await app.Editor.PublishArticle(source.Slug, "Behind the wall", new { summary = "For all.", isAccessibleForFree = false });

        var feed = await app.Reader.GetStringAsync($"/api/v1/feeds/{format}?source={source.Slug}");

        Assert.Contains("For all.", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("The ferry left", feed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rss")]
    [InlineData("atom")]
    public async Task Text_that_XML_cannot_hold_goes_out_without_what_it_cannot(string format)
    {
        var source = await app.Editor.CreateSource($"Source of odd text in {format}");
        await app.Editor.PublishArticle(source.Slug, $"]]> <b> & {Samples.Emoji}", new { summary = "a\u0001b\uFFFEc\td]]>", });

        var feed = XDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/feeds/{format}?source={source.Slug}"));

        var texts = feed.Descendants().Select(element => WebUtility.HtmlDecode(element.Value)).ToList();
        Assert.Contains($"]]> <b> & {Samples.Emoji}", texts);
        Assert.Contains("abc\td]]>", texts);
    }

    private async Task<(Saved Article, JsonObject Document)> FullArticle(string name)
    {
        var source = await app.Editor.CreateSource($"Source {name}");
        var person = await app.Editor.CreateAuthor("Maren Tolliver");
        var staff = await app.Editor.CreateAuthor("The staff", new { kind = "organization" });
        var tag = await app.Editor.CreateTag($"Tag {name} & more");
        var beside = await app.Editor.CreateArticle(source.Slug, "Beside feeds");
        var request = Samples.FullArticle(source.Slug, [person.Slug, staff.Slug], [tag.Slug], beside.Slug);
        request["slug"] = $"full-{name}";
        request["isAccessibleForFree"] = true;
        var article = await app.Editor.Publish(await app.Editor.Create("articles", request));
        return (article, await app.Reader.GetJson($"/api/v1/articles/{article.Id}"));
    }

    [Fact]
    public async Task An_empty_feed_gives_no_time_where_none_is_needed_and_else_that_of_the_newest_news()
    {
        var source = await app.Editor.CreateSource("Feeds of nothing", new { rights = new { redistribution = "prohibited" } });
        var other = await app.Editor.CreateSource("Feeds of news");
        var newest = await app.Editor.PublishArticle(other.Slug, "The newest there is", new { publishedAt = DateTimeOffset.UtcNow });
        var rss = XDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/feeds/rss?source={source.Slug}")).Root!.Element("channel")!;
        Assert.Empty(rss.Elements("lastBuildDate").Concat(rss.Elements("item")));
        Assert.Single(XDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/feeds/rss?source={other.Slug}")).Descendants("lastBuildDate"));
        var atom = $"/api/v1/feeds/atom?source={source.Slug}";

        using var first = await app.Reader.GetAsync(atom);
        using var again = await Get(atom, first.Headers.ETag!.ToString());

        Assert.Equal(await Updated(newest), XDocument.Parse(await first.Content.ReadAsStringAsync()).Root!.Element(Atom + "updated")!.Value);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        var newer = await app.Editor.PublishArticle(other.Slug, "Newer still", new { publishedAt = DateTimeOffset.UtcNow });
        Assert.Equal(await Updated(newer), XDocument.Parse(await app.Reader.GetStringAsync(atom)).Root!.Element(Atom + "updated")!.Value);

        async Task<string> Updated(Saved article) => Text(await app.Reader.GetJson($"/api/v1/articles/{article.Id}"), "updatedAt");
    }

    private async Task<IEnumerable<string>> Ids(string format, string query)
    {
        var text = await app.Reader.GetStringAsync($"/api/v1/feeds/{format}?{query}");
        return format switch
        {
            "rss" => XDocument.Parse(text).Descendants("guid").Select(guid => guid.Value),
            "atom" => XDocument.Parse(text).Descendants(Atom + "entry").Select(entry => entry.Element(Atom + "id")!.Value),
            _ => JsonNode.Parse(text)!["items"]!.AsArray().Select(item => Text(item!, "id")),
        };
    }

    private async Task<HttpResponseMessage> Get(string address, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await app.Reader.SendAsync(request);
    }

    private static string Source(JsonNode document) => Text(document["source"]!, "slug");

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private static DateTimeOffset Time(JsonNode node, string member) => node[member]!.GetValue<DateTimeOffset>();

    private static DateTimeOffset Second(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>XML makes one kind of line break of all.</summary>
    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
}

/// <summary>A service whose feeds carry summaries.</summary>
public sealed class WithSummaries(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Feeds:Content", "summary"), new("Site:Name", "The Ledger"), new("Site:PublicUrl", "https://ledger.example"), new("Site:ApiUrl", "https://api.ledger.example/"),
    ];
}

public sealed class NothingPublishedTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Where_nothing_was_ever_published_feeds_are_of_today()
    {
        var before = DateTimeOffset.UtcNow.Date;
        var feed = XDocument.Parse(await app.Reader.GetStringAsync("/api/v1/feeds/atom")).Root!;

        var updated = DateTimeOffset.Parse(feed.Element(XName.Get("updated", "http://www.w3.org/2005/Atom"))!.Value, CultureInfo.InvariantCulture);
        Assert.InRange(updated.UtcDateTime, before, DateTimeOffset.UtcNow.Date);
        Assert.Equal(TimeSpan.Zero, updated.TimeOfDay);
    }
}

public sealed class SummaryFeedTests(WithSummaries app) : IClassFixture<WithSummaries>
{
    [Theory]
    [InlineData("rss")]
    [InlineData("atom")]
    [InlineData("json")]
    public async Task Feeds_keep_the_text_to_the_site_where_the_settings_say_so_and_name_the_site(string format)
    {
        var source = await app.Editor.CreateSource($"Source in {format}");
        var article = await app.Editor.PublishArticle(source.Slug, "In short", new { summary = "For all." });

        var feed = await app.Reader.GetStringAsync($"/api/v1/feeds/{format}?source={source.Slug}");

        Assert.Contains("For all.", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("The ferry left", feed, StringComparison.Ordinal);
        Assert.Contains("The Ledger", feed, StringComparison.Ordinal);
        Assert.Contains($"https://ledger.example/articles/{article.Slug}", feed, StringComparison.Ordinal);
        Assert.Contains($"https://api.ledger.example/api/v1/feeds/{format}?source={source.Slug}", feed, StringComparison.Ordinal);
    }
}
