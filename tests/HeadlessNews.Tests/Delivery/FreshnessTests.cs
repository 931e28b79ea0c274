using System.Net.Http.Headers;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

/// <summary>An answer may be kept in caches, but never past the moment at which what it shows expires.</summary>
public sealed class FreshnessTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task An_article_and_its_lists_are_never_fresh_for_longer_than_the_article_lives()
    {
        var source = await app.Editor.CreateSource("Ledger of short lives");
        var tag = await app.Editor.CreateTag("Short lives");
        var article = await app.Editor.PublishArticle(source.Slug, "Gone in a moment", new
        {
            tags = new[] { tag.Slug },
            expiresAt = DateTimeOffset.UtcNow.AddSeconds(8),
        });

        foreach (var path in new[] { $"/articles/{article.Slug}", "/articles", $"/articles?tag={tag.Slug}", $"/articles?tag={tag.Slug}&source={source.Slug}",
            $"/tags/{tag.Slug}", "/tags", $"/sources/{source.Slug}", "/sources" })
        {
            var control = await CacheControl(path);
            Assert.InRange(control.MaxAge!.Value.TotalSeconds, 0, 8);
            Assert.InRange(control.SharedMaxAge!.Value.TotalSeconds, 0, 8);
            var revalidate = int.Parse(control.Extensions.Single(part => part.Name == "stale-while-revalidate").Value!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(revalidate + control.SharedMaxAge.Value.TotalSeconds, 0, 8);
        }
    }

    [Fact]
    public async Task What_does_not_expire_is_fresh_for_as_long_as_the_settings_say()
    {
        var source = await app.Editor.CreateSource("Ledger of long lives");
        var article = await app.Editor.PublishArticle(source.Slug, "Here to stay");

        var control = await CacheControl($"/articles/{article.Slug}");

        Assert.Equal((10d, 30d), (control.MaxAge!.Value.TotalSeconds, control.SharedMaxAge!.Value.TotalSeconds));
        Assert.Contains(control.Extensions, part => part is { Name: "stale-while-revalidate", Value: "60" });
    }

    [Fact]
    public async Task The_first_key_is_announced_in_the_log()
    {
        var keys = await app.Query("SELECT actor FROM log.events WHERE type = 'key.created' ORDER BY position LIMIT 1", reader => reader.GetString(0));

        Assert.Equal(["system"], keys);
    }

    private async Task<CacheControlHeaderValue> CacheControl(string path)
    {
        using var response = await app.Reader.GetAsync("/api/v1" + path);
        return response.Headers.CacheControl!;
    }
}
