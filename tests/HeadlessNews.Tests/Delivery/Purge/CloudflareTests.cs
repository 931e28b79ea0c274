using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>Purges as Cloudflare takes them.</summary>
public sealed class CloudflareTests(CloudflareApp app) : IClassFixture<CloudflareApp>
{
    [Fact]
    public async Task Tags_are_purged_when_it_says_success_and_not_before()
    {
        app.Cdn.Text = """{ "success": false, "errors": [{ "code": 1000, "message": "Not this time." }] }""";
        var source = await app.Editor.CreateSource();
        var tag = $"article:{(await app.Editor.PublishArticle(source.Slug)).Id:N}";
        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Got.Count(purge => purge.Tags.Contains(tag)) >= 2), "it is asked again");
        Assert.False(await AllIsPurged());

        app.Cdn.Text = """{ "success": true }""";

        await Newsroom.Eventually(AllIsPurged, "all is purged");
        Assert.All(app.Cdn.Got, purge =>
        {
            Assert.Equal(["tags"], JsonNode.Parse(purge.Body)!.AsObject().Select(member => member.Key));
            Assert.InRange(purge.Tags.Count, 1, 30);
            Assert.Equal("Bearer a-token", purge.Headers["Authorization"]);
        });
    }

    private async Task<bool> AllIsPurged() => (await app.Query(
        "SELECT reader.position = head.position FROM log.readers AS reader, log.head WHERE reader.name = 'cdn'", row => row.GetBoolean(0))).Single();
}
