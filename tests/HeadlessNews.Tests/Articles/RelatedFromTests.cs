using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class RelatedFromTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Editors_see_both_directions_of_the_working_copies()
    {
        var source = await app.Editor.CreateSource("Source of relations");
        var named = await app.Editor.CreateArticle(source.Slug, "Named by others");
        var draft = await app.Editor.CreateArticle(source.Slug, "A draft that names it", new { related = new[] { new { article = named.Slug, kind = "background" } } });
        var live = await app.Editor.PublishArticle(source.Slug, "A live one that names it", new { related = new[] { new { article = named.Slug, kind = "sameStory" } } });
        var trashed = await app.Editor.CreateArticle(source.Slug, "Thrown away", new { related = new[] { new { article = named.Slug } } });
        await app.Editor.Act(trashed, "trash");

        Assert.Equal([$"{live.Id} {live.Slug} A live one that names it sameStory", $"{draft.Id} {draft.Slug} A draft that names it background"], await RelatedFrom(named));
        Assert.Empty(await RelatedFrom(draft));

        // The working copy counts, not what is live.
        await app.Editor.Patch("articles", live, new { related = Array.Empty<object>() });
        Assert.Equal([$"{draft.Id} {draft.Slug} A draft that names it background"], await RelatedFrom(named));
    }

    [Fact]
    public async Task At_most_fifty_are_told_the_newest_first()
    {
        var source = await app.Editor.CreateSource("Source of many relations");
        var named = await app.Editor.CreateArticle(source.Slug, "Named by many");
        var naming = new List<Guid>();
        for (var nth = 0; nth < 52; nth++)
        {
            naming.Insert(0, (await app.Editor.CreateArticle(source.Slug, $"Naming {nth}", new { related = new[] { new { article = $"{named.Id}" } } })).Id);
        }

        Assert.Equal(naming.OrderDescending().Take(50).Select(id => $"{id}"), (await RelatedFrom(named)).Select(line => line.Split(' ')[0]));
    }

    private async Task<List<string>> RelatedFrom(Saved article) =>
    [
        .. (await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["relatedFrom"]!.AsArray()
            .Select(other => $"{other!["article"]!["id"]} {other["article"]!["slug"]} {other["article"]!["name"]} {other["kind"]}"),
    ];
}
