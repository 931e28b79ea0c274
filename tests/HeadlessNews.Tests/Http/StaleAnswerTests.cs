using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

public sealed class OnACachedWire(TestPostgres postgres) : OnAWire(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [];
}

/// <summary>While nobody can be asked, what was true a moment ago is given, and said to be that.</summary>
public sealed class StaleAnswerTests(OnACachedWire app) : IClassFixture<OnACachedWire>
{
    [Fact]
    public async Task While_the_database_is_away_readers_get_what_they_had_and_are_told_so_and_afterwards_the_truth()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "Read before the wire was cut");
        string[] paths = [$"/api/v1/articles/{article.Slug}", "/api/v1/articles", $"/api/v1/sources/{source.Slug}"];
        var before = await Task.WhenAll(paths.Select(path => app.Reader.GetStringAsync(path)));

        await app.Cut();

        await Newsroom.Eventually(async () =>
        {
            using var response = await app.Reader.GetAsync(paths[0]);
            return response.Headers.Contains("Cache-Status");
        }, "the service notices that it cannot ask");
        for (var nth = 0; nth < paths.Length; nth++)
        {
            using var response = await app.Reader.GetAsync(paths[nth]);
            Assert.Equal(before[nth], await response.Content.ReadAsStringAsync());
            Assert.Equal("HeadlessNews; hit; detail=stale", response.Headers.GetValues("Cache-Status").Single());
        }
        using var unknown = await app.Reader.GetAsync("/api/v1/articles?language=fa");
        await unknown.Problem(HttpStatusCode.ServiceUnavailable, "database-unavailable");

        app.Mend();

        await Newsroom.Eventually(async () =>
        {
            using var response = await app.Reader.GetAsync(paths[0]);
            return response.IsSuccessStatusCode && !response.Headers.Contains("Cache-Status");
        }, "what is read is fresh again");
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { headline = "Written after it was mended" }));
        Assert.Contains("Written after it was mended", await app.Reader.GetStringAsync(paths[0]), StringComparison.Ordinal);
    }
}
