using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>IPTC ninjs in, member by member; in a database where nothing else has made tags of the same topics.</summary>
public sealed class NinjsMemberTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Every_member_finds_its_place()
    {
        var economy = await app.Editor.CreateTag("Economy", new { mediaTopic = "medtop:04000000" });

        var result = Assert.Single(await app.ImportNinjs(NinjsItem.Text, "publish=true&create=authors,tags,sources"));

        Assert.True(result.Status() == "created", result.ToJsonString());
        var article = await app.Editor.GetJson($"/api/v1/editorial/articles/{result.Id()}");
        foreach (var (path, value) in new Dictionary<string, string>
        {
            ["headline"] = "Harbour & tide meet",
            ["externalId"] = "http://agency.example/item/2026-01-20/4711",
            ["kicker"] = "Ports",
            ["summary"] = "What the tide brought.",
            ["language"] = "en-GB",
            ["genre"] = "interview",
            ["urgency"] = "3",
            ["sourceUrl"] = "https://agency.example/4711",
            ["bylineOverride"] = "By Ines Calloway",
            ["internalNote"] = "Quotes translated.",
            ["publishedAt"] = "2026-01-20T07:55:00Z",
            ["status"] = "published",
        })
        {
            Assert.Equal(value, article[path]!.ToString());
        }
        Assert.Equal("Agency desk", article["source"]!["name"]!.GetValue<string>());
        Assert.Equal("MARROW BAY", article["dateline"]!["place"]!.GetValue<string>());
        Assert.Equal(["Agency Ltd", "© 2026 Agency", "Until further notice."], new[] { "copyrightHolder", "copyrightNotice", "usageTerms" }.Select(member => article["rights"]![member]!.GetValue<string>()));
        Assert.Equal(["https://agency.example/o.jpg", "The tide", "Photo: Dray"], new[] { "url", "alt", "credit" }.Select(member => article["leadMedia"]![member]!.GetValue<string>()));
        Assert.Equal(["Inès Calloway", "Agency staff"], Names(article["authors"]));
        Assert.Equal(["Economy", "Tides", "Marrow Bay", "Mayor Lindqvist", "Port Authority"], Names(article["tags"]));
        Assert.Equal(economy.Id, article["tags"]![0]!["id"]!.GetValue<Guid>());
        Assert.Equal(["organization", "person"], await app.Query("SELECT kind FROM editorial.authors WHERE name IN ('Inès Calloway', 'Agency staff') ORDER BY kind", row => row.GetString(0)));
        Assert.Equal(["Marrow Bay place", "Mayor Lindqvist person", "Port Authority organization", "Tides topic"],
            await app.Query("SELECT name || ' ' || kind FROM editorial.tags WHERE name IN ('Marrow Bay', 'Mayor Lindqvist', 'Port Authority', 'Tides', 'economy') ORDER BY name", row => row.GetString(0)));
        var live = await app.Reader.GetJson($"/api/v1/articles/{result.Id()}");
        Assert.Equal("<p>The tide <strong>came in</strong>.</p>", live["body"]!["html"]!.GetValue<string>().Trim());
        Assert.Equal("unchanged", Assert.Single(await app.ImportNinjs(NinjsItem.Text, "publish=true&create=authors,tags,sources")).Status());
    }

    private static IEnumerable<string> Names(JsonNode? records) => records!.AsArray().Select(record => record!["name"]!.GetValue<string>());
}
