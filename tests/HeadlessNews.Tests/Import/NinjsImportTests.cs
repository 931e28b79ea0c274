using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>IPTC ninjs in.</summary>
public sealed class NinjsImportTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Item =
        """
        {
          "uri": "http://agency.example/item/2026-01-20/4711", "standard": { "name": "ninjs", "version": "3.1" }, "type": "text", "representationType": "full",
          "version": "2", "firstCreated": "2026-01-20T08:00:00Z", "versionCreated": "2026-01-20T09:30:00+01:00", "contentCreated": "2026-01-20T07:55:00Z",
          "pubStatus": "usable", "urgency": 3, "copyrightHolder": "Agency Ltd", "copyrightNotice": "© 2026 Agency", "usageTerms": "Until further notice.",
          "edNote": "Quotes translated.", "language": "en-GB", "located": "MARROW BAY", "by": "By Ines Calloway", "title": "Not this",
          "headlines": [{ "role": "kicker", "value": "Ports" }, { "role": "main", "contentType": "text/html", "value": "Harbour &amp; <i>tide</i>\nmeet" }],
          "descriptions": [{ "role": "correction", "value": "Not this." }, { "role": "summary", "contentType": "text/plain", "value": "What the tide brought." }],
          "bodies": [
            { "role": "main", "contentType": "text/plain", "charCount": 9, "value": "In plain." },
            { "role": "main", "contentType": "text/html", "value": "<p>The tide <strong>came in</strong>.</p><script>alert(1)</script>" }],
          "people": [{ "name": "Inès Calloway", "rel": "http://cv.example/rel/author" }, { "name": "Mayor Lindqvist", "rel": "about" }],
          "organisations": [{ "name": "Port Authority", "rel": "about", "symbols": [{ "symbol": "PORT" }] }, { "name": "Agency staff", "rel": "creator" }],
          "places": [{ "name": "Marrow Bay", "geoJSON": { "type": "Point", "coordinates": [1, 2] } }],
          "subjects": [{ "name": "Wirtschaft", "uri": "http://cv.iptc.org/newscodes/mediatopic/04000000", "relevance": 90 }, { "name": "economy", "uri": "medtop:04000000" }, { "name": "Tides" }],
          "infoSources": [{ "name": "Agency desk", "role": "supplier" }],
          "genres": [{ "name": "Interview", "uri": "http://cv.example/genre/interview" }],
          "altIds": [{ "role": "sourceUrl", "value": "https://agency.example/4711" }],
          "associations": [{ "name": "main", "uri": "http://agency.example/p/1", "type": "picture", "by": "Photo: Dray", "descriptions": [{ "role": "alt", "value": "The tide" }],
            "renditions": [{ "name": "thumb", "href": "https://agency.example/t.jpg" }, { "name": "original", "href": "https://agency.example/o.jpg" }] }],
          "trustIndicators": [{ "role": "x", "title": "y", "href": "https://agency.example/trust" }], "somethingNew": { "a": [1, null] }
        }
        """;

    [Fact]
    public async Task What_this_service_gives_out_comes_back_the_same()
    {
        var source = await app.Editor.CreateSource("Round Trip");
        var author = await app.Editor.CreateAuthor("Round Author");
        var tags = new[] { await app.Editor.CreateTag("Round Topic", new { mediaTopic = "medtop:15000000" }), await app.Editor.Create("tags", new { name = "Round Place", kind = "place" }) };
        var given = await app.Editor.PublishArticle(source.Slug, "Round and round", new
        {
            kicker = "Trips",
            summary = "And back.",
            authors = new[] { author.Slug },
            tags = tags.Select(tag => tag.Slug),
            urgency = 2,
            genre = "analysis",
            sourceUrl = "https://round.example/1",
            leadMedia = new { url = "https://round.example/1.jpg", alt = "A circle", credit = "Photo: Compass" },
            dateline = new { place = "ROUND" },
            publishedAt = "2026-01-02T03:04:05Z",
            expiresAt = "2126-01-01T00:00:00Z",
        });
        var ninjs = await app.Reader.GetStringAsync($"/api/v1/articles/{given.Id}/ninjs");

        var result = Assert.Single(await Import(ninjs, "publish=true"));

        Assert.True(result.Status() == "created", result.ToJsonString());
        var (before, after) = (await app.Reader.GetJson($"/api/v1/articles/{given.Id}"), await app.Reader.GetJson($"/api/v1/articles/{result.Id()}"));
        foreach (var member in new[] { "headline", "kicker", "summary", "byline", "dateline", "language", "genre", "urgency", "source", "sourceUrl", "authors", "tags", "leadMedia", "rights", "publishedAt", "expiresAt", "wordCount" })
        {
            Assert.True(JsonNode.DeepEquals(before[member], after[member]), $"{member}: {before[member]} {after[member]}");
        }
        Assert.Equal(before["body"]!["text"]!.GetValue<string>(), after["body"]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_its_source_cancels_is_withdrawn_and_may_come_back()
    {
        var source = await app.Editor.CreateSource("Canceling Agency");
        // What it names is there before: two names of one topic are two tags only the first time.
        await Import(Changed("BEFORE"), $"create=authors,tags&source={source.Slug}");
        var made = Assert.Single(await Import(Changed("CANCEL"), $"publish=true&create=authors,tags&source={source.Slug}"));
        var canceled = Changed("CANCEL", item =>
        {
            item["pubStatus"] = "canceled";
            item.Remove("bodies");
            item.Remove("headlines");
            item["edNote"] = "KILL. Libel.";
        });

        var kept = Assert.Single(await Import(canceled, $"source={source.Slug}"));
        Assert.Equal(("failed", "urn:headlessnews:problem:canceled"), (kept.Status(), kept["problem"]!["type"]!.GetValue<string>()));
        var withdrawn = Assert.Single(await Import(canceled, $"publish=true&source={source.Slug}"));
        var again = Assert.Single(await Import(canceled, $"publish=true&source={source.Slug}"));
        var unknown = Assert.Single(await Import(Changed("NEVER", item => item["pubStatus"] = "canceled"), $"publish=true&source={source.Slug}"));

        Assert.Equal(("updated", "unchanged", "skipped"), (withdrawn.Status(), again.Status(), unknown.Status()));
        using var gone = await app.Reader.GetAsync($"/api/v1/articles/{made.Id()}");
        Assert.Equal(System.Net.HttpStatusCode.Gone, gone.StatusCode);
        Assert.DoesNotContain("Libel", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var back = Assert.Single(await Import(Changed("CANCEL"), $"publish=true&create=authors,tags&source={source.Slug}"));
        Assert.Equal("updated", back.Status());
        Assert.Equal(["article.created", "article.published", "article.withdrawn", "article.published"], await app.Events(made.Id()));
    }

    [Theory]
    [InlineData("uri", null, "uri")]
    [InlineData("type", "\"picture\"", "type")]
    [InlineData("language", null, "language")]
    [InlineData("headlines", "[null]", "headline")]
    [InlineData("urgency", "\"high\"", "urgency")]
    [InlineData("infoSources", "[]", "infoSources")]
    public async Task What_cannot_become_an_article_says_why(string member, string? value, string path)
    {
        var item = Changed("BAD", one =>
        {
            one.Remove("title");
            one.Remove(member);
            if (value is not null)
            {
                one[member] = JsonNode.Parse(value);
            }
        });

        var result = Assert.Single(await Import(item, "create=authors,tags,sources"));

        Assert.Equal("failed", result.Status());
        Assert.Equal([path], result.Errors());
    }

    [Fact]
    public async Task Plain_text_becomes_paragraphs()
    {
        var item = Changed("PLAIN", one => one["bodies"] = JsonNode.Parse("""[{ "contentType": "text/plain", "value": "First <b>.\n\nSecond & last.\r\n" }]"""));

        var result = Assert.Single(await Import(item, "publish=true&create=authors,tags,sources"));

        Assert.Equal("First <b>.\n\nSecond & last.", (await app.Reader.GetJson($"/api/v1/articles/{result.Id()}"))["body"]!["text"]!.GetValue<string>());
    }

    /// <summary>The content type says what the parameter says: both, by turns.</summary>
    private async Task<List<JsonObject>> Import(string item, string query) =>
        query.Length % 2 == 0
            ? await app.Editor.Import(item.ReplaceLineEndings(" "), query, "application/ninjs+json")
            : await app.Editor.Import(item.ReplaceLineEndings(" "), query + "&format=ninjs");

    private static string Changed(string uri, Action<JsonObject>? change = null)
    {
        var item = JsonNode.Parse(Item)!.AsObject();
        item["uri"] = $"http://agency.example/{uri}";
        change?.Invoke(item);
        return item.ToJsonString();
    }
}
