using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>A service whose news is for holders of a key.</summary>
public sealed class WithDeliveryKey(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Delivery:RequireKey", "true")];
}

public sealed class DeliveryKeyTests(WithDeliveryKey app) : IClassFixture<WithDeliveryKey>
{
    public static TheoryData<string> Reads => [.. Operations.Delivery.Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Where_a_key_is_demanded_nobody_reads_without_one(string operationId)
    {
        using var response = await app.Reader.GetAsync($"{Operations.Named(operationId).At("night-ferry")}?nonsense=1");

        await response.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_readers_key_is_enough_and_no_shared_cache_keeps_the_answer()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "For subscribers");
        using var reader = app.Client(await app.MakeKey("reader"));

        foreach (var path in new[] { "/api/v1/articles", $"/api/v1/articles/{article.Slug}", "/api/v1/sources" })
        {
            using var response = await reader.GetAsync(path);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl is { Private: true, Public: false, SharedMaxAge: null });
        }
        using var editorial = await reader.GetAsync("/api/v1/editorial/articles");
        await editorial.Problem(HttpStatusCode.Forbidden, "forbidden");
    }
}
