using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>Purges and answers as Fastly takes them.</summary>
public sealed class FastlyTests(FastlyApp app) : IClassFixture<FastlyApp>
{
    [Fact]
    public async Task Surrogate_keys_are_purged_softly_and_few_at_a_time()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug);
        using var published = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        var keys = published.Headers.GetValues("Surrogate-Key").Single().Split(' ');

        Assert.Equal(published.Headers.GetValues("Cache-Tag").Single().Split(','), keys);
        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Purged.Contains($"article:{article.Id:N}") && app.Cdn.Purged.Overlaps(keys)), "it is purged");
        Assert.All(app.Cdn.Got, purge =>
        {
            Assert.Equal(["surrogate_keys"], JsonNode.Parse(purge.Body)!.AsObject().Select(member => member.Key));
            Assert.InRange(purge.Tags.Count, 1, 3);
            Assert.Equal(("a token", "1"), (purge.Headers["Fastly-Key"], purge.Headers["Fastly-Soft-Purge"]));
        });
    }

    [Fact]
    public async Task A_redirect_has_its_surrogate_key_too()
    {
        var source = await app.Editor.CreateSource("Renamed Wire");
        var article = await app.Editor.PublishArticle(source.Slug, "First name of it");
        await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "second-name-of-it" }));

        using var moved = await app.Reader.GetAsync($"/api/v1/articles/{article.Slug}");

        Assert.Equal($"article:{article.Id:N}", moved.Headers.GetValues("Surrogate-Key").Single());
    }
}
