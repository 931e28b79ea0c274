using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class LostRightsTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_source_that_comes_to_prohibit_does_not_hold_up_the_renaming_of_others()
    {
        var source = await app.Editor.CreateSource("Source that prohibits later");
        var other = await app.Editor.CreateSource("Source that allows");
        var author = await app.Editor.CreateAuthor("Author of both");
        var with = new { authors = new[] { author.Slug } };
        var lost = await app.Editor.PublishArticle(source.Slug, "Loses its rights", with);
        var own = await app.Editor.PublishArticle(source.Slug, "Has rights of its own", new { with.authors, rights = new { redistribution = "allowed" } });
        var kept = await app.Editor.PublishArticle(other.Slug, "Keeps its rights", with);
        var before = await app.Reader.GetStringAsync($"/api/v1/articles/{lost.Id}");

        source = await app.Editor.Patch("sources", source, new { rights = new { redistribution = "prohibited" } });
        await app.Editor.Patch("authors", author, new { name = "Renamed after that" });

        foreach (var article in new[] { kept, own })
        {
            await Newsroom.Eventually(
                async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{article.Id}")).Contains("Renamed after that", StringComparison.Ordinal),
                "the author's new name reaches the article");
        }
        // What is live stays as it was published until an editor withdraws it.
        Assert.Equal(before, await app.Reader.GetStringAsync($"/api/v1/articles/{lost.Id}"));
        Assert.DoesNotContain("article.rerendered", await app.Events(lost.Id));

        await app.Editor.Patch("sources", source, new { rights = new { redistribution = "attribution" } });
        await Newsroom.Eventually(
            async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{lost.Id}")) is var text
                && text.Contains("Renamed after that", StringComparison.Ordinal) && text.Contains("\"redistribution\":\"attribution\"", StringComparison.Ordinal),
            "the article follows once its rights are back");
    }
}
