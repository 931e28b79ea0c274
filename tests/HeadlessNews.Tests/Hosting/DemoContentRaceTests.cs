using HeadlessNews.Hosting;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Hosting;

public sealed class DemoContentRaceTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Nodes_that_start_together_load_it_once()
    {
        Assert.Equal([0L], await app.Query("SELECT count(*) FROM editorial.articles", row => row.GetInt64(0)));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var scope = app.Services.CreateAsyncScope();
            await DemoContent.Load(scope.ServiceProvider, CancellationToken.None);
        }));

        Assert.Equal([4L], await app.Query("SELECT count(*) FROM editorial.sources", row => row.GetInt64(0)));
        Assert.Equal(
            await app.Query("SELECT count(*) FROM editorial.articles", row => row.GetInt64(0)),
            await app.Query("SELECT count(DISTINCT headline) FROM editorial.articles", row => row.GetInt64(0)));
    }
}
