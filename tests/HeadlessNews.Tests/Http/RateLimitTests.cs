using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>A service that lets each caller ask only a few times a minute.</summary>
public sealed class WithLowLimits(TestPostgres postgres) : NewsApp(postgres)
{
    public const int PerKey = 8;
    public const int WithoutKey = 4;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [new("Limits:RequestsPerMinutePerKey", $"{PerKey}"), new("Limits:RequestsPerMinuteWithoutKey", $"{WithoutKey}")];
}

public sealed class RateLimitTests(WithLowLimits app) : IClassFixture<WithLowLimits>
{
    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await Allowed(app.Editor, WithLowLimits.PerKey, HttpStatusCode.OK);

        using var write = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/tags", new { name = "Too much", kind = "topic" });

        await TooMany(write);
        Assert.DoesNotContain("tag.changed", await app.Events());
        using var other = await app.Contributor.GetAsync("/api/v1/editorial/articles");
        using var news = await app.Editor.GetAsync("/api/v1/articles");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, news.StatusCode);
    }

    [Fact]
    public async Task Guessing_keys_is_slow()
    {
        using var guess = app.Client($"hn_{Guid.CreateVersion7():N}_{new string('0', 64)}");
        await Allowed(guess, WithLowLimits.WithoutKey, HttpStatusCode.Unauthorized);

        using var another = app.Client($"hn_{Guid.CreateVersion7():N}_{new string('1', 64)}");

        using var response = await another.GetAsync("/api/v1/editorial/articles");
        await TooMany(response);
    }

    private static async Task Allowed(HttpClient client, int times, HttpStatusCode status)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await client.GetAsync("/api/v1/editorial/articles");
            Assert.Equal(status, response.StatusCode);
        }
    }

    private static async Task TooMany(HttpResponseMessage response)
    {
        await response.Problem(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }
}
