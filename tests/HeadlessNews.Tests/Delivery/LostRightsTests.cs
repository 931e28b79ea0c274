using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class LostRightsTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_source_that_comes_to_prohibit_takes_back_what_is_live_without_holding_up_the_renaming_of_others()
    {
        var source = await app.Editor.CreateSource("Source that prohibits later");
        var other = await app.Editor.CreateSource("Source that allows");
        var author = await app.Editor.CreateAuthor("Author of both");
        var with = new { authors = new[] { author.Slug } };
        var lost = await app.Editor.PublishArticle(source.Slug, "Loses its rights", with);
        var own = await app.Editor.PublishArticle(source.Slug, "Has rights of its own", new { with.authors, rights = new { redistribution = "allowed" } });
        var cleared = await app.Editor.PublishArticle(source.Slug, "Is cleared", with);
        await app.Editor.Clear(cleared);
        var kept = await app.Editor.PublishArticle(other.Slug, "Keeps its rights", with);

        source = await app.Editor.Patch("sources", source, new { rights = new { redistribution = "prohibited" } });
        await app.Editor.Patch("authors", author, new { name = "Renamed after that" });

        foreach (var article in new[] { kept, own, cleared })
        {
            await Newsroom.Eventually(
                async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{article.Id}")).Contains("Renamed after that", StringComparison.Ordinal),
                "the author's new name reaches the article");
        }
        var problem = await (await app.Reader.GetAsync($"/api/v1/articles/{lost.Id}")).Problem(HttpStatusCode.Gone, "withdrawn");
        Assert.Null(problem["notice"]);
        Assert.Equal(["article.created", "article.published", "article.withdrawn"], await app.Events(lost.Id));
        Assert.Equal(["""system {"because": "rightsLost"}"""], await app.Query(
            "SELECT actor || ' ' || data FROM log.events WHERE resource_id = $1 AND type = 'article.withdrawn'", row => row.GetString(0), lost.Id));
        Assert.DoesNotContain("article.withdrawn", (await app.Events(own.Id)).Concat(await app.Events(cleared.Id)));
        Assert.Equal([false], await app.Query("SELECT is_syndicable FROM delivery.articles WHERE article_id = $1", row => row.GetBoolean(0), cleared.Id));

        // The rights come back; the article does not by itself, which nobody would expect of it.
        await app.Editor.Patch("sources", source, new { rights = new { redistribution = "attribution" } });
        await Newsroom.Eventually(
            async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{cleared.Id}")).Contains("\"redistribution\":\"attribution\"", StringComparison.Ordinal),
            "what is live follows once its rights are back");
        Assert.Equal(HttpStatusCode.Gone, (await app.Reader.GetAsync($"/api/v1/articles/{lost.Id}")).StatusCode);
        Assert.Equal("article.withdrawn", (await app.Events(lost.Id))[^1]);
        Assert.Contains("article.syndicated", await app.Events(cleared.Id));
    }
}
