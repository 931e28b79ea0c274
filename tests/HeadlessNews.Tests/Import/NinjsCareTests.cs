using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>What withdraws or holds back an item must not be passed over, however older releases and other hands write it.</summary>
public sealed class NinjsCareTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("urgency", "3", "created", 1)]
    [InlineData("pubStatus", "\"Canceled\"", "skipped", 0)]
    [InlineData("pubstatus", "\"withheld\"", "skipped", 0)]
    [InlineData("pubStatus", "\"zzz\"", "failed", 0)]
    [InlineData("embargoed", "\"2126-01-01T00:00:00Z\"", "failed", 0)]
    [InlineData("bodies", """[{ "contentType": "application/pdf", "value": "JVBERi0=" }]""", "failed", 0)]
    public async Task What_is_not_to_be_published_is_not(string member, string json, string status, int published)
    {
        var source = await app.Editor.CreateSource($"Careful Agency {Guid.NewGuid()}");
        var item = new JsonObject
        {
            ["uri"] = $"http://agency.example/{Guid.NewGuid()}",
            ["type"] = "text",
            ["language"] = "en",
            ["headlines"] = JsonNode.Parse("""[{ "value": "With care" }]"""),
            ["bodies"] = JsonNode.Parse("""[{ "contentType": "text/plain", "value": "It was." }]"""),
        };
        item[member] = JsonNode.Parse(json);

        var result = Assert.Single(await app.Editor.Import(item.ToJsonString(), $"publish=true&source={source.Slug}", "application/ninjs+json"));

        Assert.True(result.Status() == status, result.ToJsonString());
        Assert.Equal(published, (await app.Reader.GetJson($"/api/v1/articles?source={source.Slug}"))["items"]!.AsArray().Count);
    }
}
