using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>IPTC ninjs in.</summary>
public sealed class NinjsImportTests(NewsApp app) : IClassFixture<NewsApp>
{
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

        var result = Assert.Single(await app.ImportNinjs(ninjs, "publish=true"));

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
        var made = Assert.Single(await app.ImportNinjs(NinjsItem.Changed("CANCEL"), $"publish=true&create=authors,tags&source={source.Slug}"));
        var canceled = NinjsItem.Changed("CANCEL", item =>
        {
            item["pubStatus"] = "canceled";
            item.Remove("bodies");
            item.Remove("headlines");
            item["edNote"] = "KILL. Libel.";
        });

        var kept = Assert.Single(await app.ImportNinjs(canceled, $"source={source.Slug}"));
        Assert.Equal(("failed", "urn:headlessnews:problem:canceled"), (kept.Status(), kept["problem"]!["type"]!.GetValue<string>()));
        var withdrawn = Assert.Single(await app.ImportNinjs(canceled, $"publish=true&source={source.Slug}"));
        var again = Assert.Single(await app.ImportNinjs(canceled, $"publish=true&source={source.Slug}"));
        var unknown = Assert.Single(await app.ImportNinjs(NinjsItem.Changed("NEVER", item => item["pubStatus"] = "canceled"), $"publish=true&source={source.Slug}"));

        Assert.Equal(("updated", "unchanged", "skipped"), (withdrawn.Status(), again.Status(), unknown.Status()));
        using var gone = await app.Reader.GetAsync($"/api/v1/articles/{made.Id()}");
        Assert.Equal(System.Net.HttpStatusCode.Gone, gone.StatusCode);
        Assert.DoesNotContain("Libel", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var back = Assert.Single(await app.ImportNinjs(NinjsItem.Changed("CANCEL"), $"publish=true&create=authors,tags&source={source.Slug}"));
        Assert.Equal("updated", back.Status());
        Assert.Equal(["article.created", "article.published", "article.withdrawn", "article.published"], await app.Events(made.Id()));
    }

    [Fact]
    public async Task Two_names_of_one_topic_are_one_tag_the_first_time_too()
    {
        var item = NinjsItem.Changed("TOPIC", one => one["subjects"] = JsonNode.Parse(
            """[{ "name": "Same name" }, { "name": "Raumfahrt", "uri": "medtop:13000000" }, { "name": "same name", "uri": "medtop:13000000" }, { "name": "Raumfahrt", "uri": "medtop:16000000" }]"""));

        var result = Assert.Single(await app.ImportNinjs(item, "create=authors,tags,sources"));
        var tags = (await app.Editor.GetJson($"/api/v1/editorial/articles/{result.Id()}"))["tags"]!.ToJsonString();
        var again = Assert.Single(await app.ImportNinjs(item, "create=authors,tags,sources"));

        Assert.Equal(("created", "unchanged"), (result.Status(), again.Status()));
        Assert.Equal(tags, (await app.Editor.GetJson($"/api/v1/editorial/articles/{result.Id()}"))["tags"]!.ToJsonString());
        Assert.Equal(["Raumfahrt", "Same name"], await app.Query("SELECT name FROM editorial.tags WHERE name IN ('Raumfahrt', 'Same name', 'same name') ORDER BY name", row => row.GetString(0)));
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
        var item = NinjsItem.Changed("BAD", one =>
        {
            one.Remove("title");
            one.Remove(member);
            if (value is not null)
            {
                one[member] = JsonNode.Parse(value);
            }
        });

        var result = Assert.Single(await app.ImportNinjs(item, "create=authors,tags,sources"));

        Assert.Equal("failed", result.Status());
        Assert.Equal([path], result.Errors());
    }

    [Fact]
    public async Task Plain_text_becomes_paragraphs()
    {
        var item = NinjsItem.Changed("PLAIN", one => one["bodies"] = JsonNode.Parse("""[{ "contentType": "text/plain", "value": "First <b>.\n\nSecond & last.\r\n" }]"""));

        var result = Assert.Single(await app.ImportNinjs(item, "publish=true&create=authors,tags,sources"));

        Assert.Equal("First <b>.\n\nSecond & last.", (await app.Reader.GetJson($"/api/v1/articles/{result.Id()}"))["body"]!["text"]!.GetValue<string>());
    }
}
