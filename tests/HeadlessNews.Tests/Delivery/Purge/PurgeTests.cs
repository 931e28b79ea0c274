using HeadlessNews.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>What the public sees changes, and the CDN lets go of it.</summary>
public sealed class PurgeTests(GenericCdnApp app) : IClassFixture<GenericCdnApp>, IAsyncLifetime
{
    private Saved source = null!;

    public async ValueTask InitializeAsync()
    {
        app.Cdn.Answer = 200;
        source = await app.Editor.CreateSource();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whatever_shows_a_publication_is_purged_by_the_names_it_was_sent_with()
    {
        var tag = await app.Editor.CreateTag("Behind a CDN");
        var earlier = await app.Editor.PublishArticle(source.Slug, "Already out", new { tags = new[] { tag.Slug } });
        string[] addresses = ["/api/v1/articles", $"/api/v1/articles?tag={tag.Slug}", $"/api/v1/tags/{tag.Slug}", "/api/v1/tags", "/api/v1/sources", "/api/v1/feeds/rss"];
        var names = await Task.WhenAll(addresses.Select(CacheTags));

        var article = await app.Editor.PublishArticle(source.Slug, "Just out", new { tags = new[] { tag.Slug } });

        await Newsroom.Eventually(() => Task.FromResult(names.All(app.Cdn.Purged.Overlaps)), "all that shows it is purged");
        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Purged.Contains($"article:{article.Id:N}")), "it is purged itself");
        Assert.All(app.Cdn.Got, purge =>
        {
            Assert.Equal(("POST", "/purge", "a secret of the CDN"), (purge.Method, purge.Path, purge.Headers["X-Purge-Token"]));
            Assert.StartsWith("application/json", purge.Headers["Content-Type"], StringComparison.Ordinal);
            Assert.InRange(purge.Tags.Count, 1, 100);
        });
        Assert.Contains($"article:{earlier.Id:N}", await CacheTags($"/api/v1/articles/{earlier.Id}"));
    }

    [Fact]
    public async Task What_an_answer_would_show_if_it_were_published_is_purged_without_being_named()
    {
        var draft = await app.Editor.CreateArticle(source.Slug, "Pinned before it is out");
        var front = await app.Editor.Create("fronts", new { name = "With a draft on it", slots = new[] { new { article = draft.Slug } } });
        var names = await CacheTags($"/api/v1/fronts/{front.Slug}");
        Assert.DoesNotContain(names, name => name.Contains($"{draft.Id:N}", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(CdnPurge.Hidden($"article:{draft.Id:N}"), names);
        Assert.DoesNotContain(CdnPurge.Hidden($"article:{draft.Id:N}"), app.Cdn.Purged);

        await app.Editor.Publish(draft);

        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Purged.Contains(CdnPurge.Hidden($"article:{draft.Id:N}"))), "the front is purged");
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    [InlineData(403)]
    [InlineData(302)]
    public async Task What_the_CDN_does_not_take_it_is_asked_again_until_it_does(int answer)
    {
        await UntilAllIsPurged();
        app.Cdn.Answer = answer;
        var article = await app.Editor.PublishArticle(source.Slug, $"Not purged at first: {answer}");
        var tag = $"article:{article.Id:N}";
        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Got.Count(purge => purge.Answered == answer && purge.Tags.Contains(tag)) >= 2), "it is asked twice");
        Assert.DoesNotContain(tag, app.Cdn.Purged);
        Assert.Equal([true], await app.Query(
            "SELECT reader.position < event.position FROM log.readers AS reader, log.events AS event WHERE reader.name = 'cdn' AND resource_id = $1 AND type = 'article.published'",
            row => row.GetBoolean(0), article.Id));

        app.Cdn.Answer = 200;

        await Newsroom.Eventually(() => Task.FromResult(app.Cdn.Purged.Contains(tag)), "it is purged");
        await UntilAllIsPurged();
        // No redirect was followed.
        Assert.All(app.Cdn.Got, purge => Assert.Equal("/purge", purge.Path));
    }

    [Fact]
    public async Task What_readers_do_not_see_is_no_reason_to_purge()
    {
        await UntilAllIsPurged();
        var before = app.Cdn.Got.Count;

        await app.Editor.CreateArticle(source.Slug, "A draft behind the CDN");

        await UntilAllIsPurged();
        Assert.Equal(before, app.Cdn.Got.Count);
    }

    private async Task<HashSet<string>> CacheTags(string address)
    {
        using var response = await app.Reader.GetAsync(address);
        response.EnsureSuccessStatusCode();
        Assert.False(response.Headers.Contains("Surrogate-Key"));
        return [.. response.Headers.GetValues("Cache-Tag").Single().Split(',')];
    }

    private Task UntilAllIsPurged() => Newsroom.Eventually(
        async () => (await app.Query("SELECT reader.position = head.position FROM log.readers AS reader, log.head WHERE reader.name = 'cdn'", row => row.GetBoolean(0))) is [true],
        "all is purged");
}
