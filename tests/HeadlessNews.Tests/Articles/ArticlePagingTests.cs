using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticlePagingTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string List = "/api/v1/editorial/articles";

    [Fact]
    public async Task Pages_hold_every_article_once_while_others_are_written()
    {
        var source = await app.Editor.CreateSource("Source of pages");
        var made = new List<Guid>();
        for (var number = 0; number < 23; number++)
        {
            made.Insert(0, (await app.Editor.CreateArticle(source.Slug, $"Page item {number}")).Id);
        }

        var read = new List<Guid>();
        var pages = 0;
        for (var next = $"{List}?source={source.Slug}&limit=5"; next is not null; pages++)
        {
            using var response = await app.Editor.GetAsync(next);
            var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
            read.AddRange(Ids(page));
            var cursor = page["nextCursor"]?.GetValue<string>();
            var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
            Assert.Equal(cursor is null ? null : $"<{List}?source={source.Slug}&limit=5&after={cursor}>; rel=\"next\"", link);
            next = cursor is null ? null : $"{List}?source={source.Slug}&limit=5&after={cursor}";
            await app.Editor.CreateArticle(source.Slug, $"Written between pages {pages}");
        }

        Assert.Equal(made, read);
        Assert.Equal(5, pages);
    }

    private static IEnumerable<Guid> Ids(JsonObject page) => page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>());
}
