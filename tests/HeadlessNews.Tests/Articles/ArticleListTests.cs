using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleListTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string List = "/api/v1/editorial/articles";

    [Fact]
    public async Task Each_filter_finds_its_articles_and_filters_combine()
    {
        var (wire, paper) = (await app.Editor.CreateSource("Filter Wire"), await app.Editor.CreateSource("Filter Paper"));
        var author = await app.Editor.CreateAuthor("Filter Author");
        var (parent, child) = (await app.Editor.CreateTag("Filter Parent"), await app.Editor.CreateTag("Filter Child", new { parent = "filter-parent" }));
        var draft = await app.Editor.CreateArticle(wire.Slug, "Filtered 100% draft_one", new { authors = new[] { author.Slug }, tags = new[] { child.Slug } });
        var persian = await app.Editor.CreateArticle(paper.Slug, "مقالهٔ فارسی", new { language = "fa-ir" });
        var live = await app.Editor.PublishArticle(wire.Slug, "Filtered live", new { authors = new[] { author.Slug }, tags = new[] { parent.Slug } });
        var changed = await app.Editor.Patch("articles", await app.Editor.PublishArticle(paper.Slug, "Filtered changed"), new { kicker = "New" });
        var withdrawn = await app.Editor.Withdraw(await app.Editor.PublishArticle(wire.Slug, "Filtered withdrawn"));
        var trashed = await app.Editor.CreateArticle(wire.Slug, "Filtered trashed");
        await app.Editor.Send(HttpMethod.Delete, $"{List}/{trashed.Id}", ifMatch: "*");
        await app.Editor.Patch("authors", author, new { slug = "filter-author-now" });

        foreach (var (query, expected) in new (string, Saved[])[]
        {
            ("", [withdrawn, changed, live, persian, draft]),
            ("?status=draft", [persian, draft]),
            ("?status=published", [changed, live]),
            ("?status=withdrawn", [withdrawn]),
            ("?status=trashed", [trashed]),
            ("?status=inReview", []),
            ("?status=scheduled", []),
            ($"?source={wire.Slug}", [withdrawn, live, draft]),
            ($"?source={paper.Id}&status=published", [changed]),
            ($"?author={author.Slug}", [live, draft]),
            ($"?author=filter-author-now&status=draft", [draft]),
            ($"?tag={parent.Slug}", [live]),
            ($"?tag={child.Id}", [draft]),
            ("?language=FA-ir", [persian]),
            ("?language=fa", []),
            ("?q=FILTERED", [withdrawn, changed, live, draft]),
            ("?q=%25", [draft]),
            ("?q=t_o", [draft]),
            ($"?q={Uri.EscapeDataString("فارسی")}", [persian]),
            ("?source=no-such-source", []),
            ($"?author={Guid.NewGuid()}", []),
            ($"?tag={author.Slug}", []),
        })
        {
            var page = await app.Contributor.GetJson(List + query);
            Assert.True(expected.Select(article => article.Id).SequenceEqual(Ids(page)),
                $"{query}: expected {string.Join(", ", expected.Select(article => article.Slug))}, got {page["items"]!.ToJsonString()}");
        }
        var card = (await app.Editor.GetJson(List + "?q=changed"))["items"]![0]!;
        Assert.Equal("published", card["status"]!.GetValue<string>());
        Assert.True(card["hasUnpublishedChanges"]!.GetValue<bool>());
    }

    private static IEnumerable<Guid> Ids(JsonObject page) => page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>());
}
