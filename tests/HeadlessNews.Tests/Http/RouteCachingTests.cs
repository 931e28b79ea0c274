using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>Times of their own for single routes.</summary>
public class OwnTimes(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Delivery:MaxAge", "20"), new("Delivery:Routes:GetArticle:MaxAge", "300"), new("Delivery:Routes:GetArticle:StaleIfError", "0"),
    ];
}

public sealed class RouteCachingTests(OwnTimes app) : IClassFixture<OwnTimes>
{
    [Fact]
    public async Task A_route_has_its_own_times_and_all_others_have_the_common_ones()
    {
        var article = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug);

        Assert.Equal("public, max-age=300, s-maxage=30, stale-while-revalidate=60, stale-if-error=0", await Control($"/api/v1/articles/{article.Slug}"));
        Assert.Equal("public, max-age=20, s-maxage=30, stale-while-revalidate=60, stale-if-error=600", await Control("/api/v1/articles"));
    }

    private async Task<string> Control(string path)
    {
        using var response = await app.Reader.GetAsync(path);
        return response.Headers.GetValues("Cache-Control").Single();
    }
}
