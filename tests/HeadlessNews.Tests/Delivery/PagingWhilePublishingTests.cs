using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class PagingWhilePublishingTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Who_turns_pages_while_others_publish_and_withdraw_sees_no_article_twice_and_misses_none_in_either_direction()
    {
        var source = await app.Editor.CreateSource("Source of turning pages");
        var tag = await app.Editor.CreateTag("Turning");
        var before = new List<Guid>();
        for (var number = 0; number < 30; number++)
        {
            before.Add((await app.Editor.PublishArticle(source.Slug, $"There before {number}", new { tags = new[] { tag.Slug } })).Id);
        }
        using var done = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (var number = 0; !done.IsCancellationRequested; number++)
            {
                var article = await app.Editor.PublishArticle(source.Slug, $"Meanwhile {number}", new
                {
                    tags = new[] { tag.Slug },
                    publishedAt = number % 2 == 0 ? "2026-01-01T00:00:00Z" : null,
                });
                if (number % 3 == 0)
                {
                    await app.Editor.Withdraw(article);
                }
            }
        });

        var lists = new List<List<Guid>>();
        for (var round = 0; round < 3; round++)
        {
            lists.Add((await app.Reader.ReadAll("/api/v1/articles?limit=4")).Ids);
            lists.Add((await app.Reader.ReadAll($"/api/v1/articles?limit=4&tag={tag.Slug}&source={source.Slug}")).Ids);
            lists.Add(await app.Reader.ReadBack("/api/v1/articles?limit=4"));
            lists.Add(await app.Reader.ReadBack($"/api/v1/articles?limit=4&tag={tag.Slug}&source={source.Slug}&fields=slug"));
        }
        await done.CancelAsync();
        await publishing;

        foreach (var list in lists)
        {
            Assert.Equal(list.Count, list.Distinct().Count());
            Assert.Equal(Enumerable.Reverse(before), list.Where(before.Contains));
        }
    }
}
