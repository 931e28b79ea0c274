using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class RedirectTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Every_former_slug_of_an_article_points_straight_to_the_present_one()
    {
        var source = await app.Editor.CreateSource("Source of moving articles");
        var article = await app.Editor.PublishArticle(source.Slug, "Moves", new { slug = "moves-first" });
        foreach (var slug in new[] { "moves-second", "جابه-جا-شد", "moves-last" })
        {
            article = await app.Editor.Patch("articles", article, new { slug });
            Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/articles/{Uri.EscapeDataString(slug)}")).StatusCode);
            article = await app.Editor.Publish(article);
        }
        foreach (var former in new[] { "moves-first", "moves-second", "جابه-جا-شد" })
        {
            await AssertMoved($"/api/v1/articles/{Uri.EscapeDataString(former)}", "/api/v1/articles/moves-last");
            await AssertMoved($"/api/v1/articles/{Uri.EscapeDataString(former)}/related?limit=3", "/api/v1/articles/moves-last/related?limit=3");
        }
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "جابه-جا-شد" }));
        await AssertMoved("/api/v1/articles/moves-last", "/api/v1/articles/%D8%AC%D8%A7%D8%A8%D9%87-%D8%AC%D8%A7-%D8%B4%D8%AF");
        var read = await app.Reader.Follow("/api/v1/articles/moves-first");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync($"/api/v1/articles/{Uri.EscapeDataString("جابه-جا-شد")}")).StatusCode);
    }

    [Theory]
    [InlineData("authors", "person")]
    [InlineData("sources", "own")]
    [InlineData("tags", "topic")]
    public async Task Former_slugs_of_authors_sources_and_tags_redirect_and_still_filter(string collection, string kind)
    {
        var filter = collection.TrimEnd('s');
        var record = await app.Editor.Create(collection, new { kind, name = "Moving", slug = $"moving-{collection}" });
        var source = collection == "sources" ? record : await app.Editor.CreateSource("Source of a moving record");
        var article = await app.Editor.PublishArticle(source.Slug, "Names a moving record", collection switch
        {
            "authors" => new { authors = new[] { record.Slug } },
            "tags" => new { tags = new[] { record.Slug } },
            _ => null,
        });
        // Not there yet, and kept in the cache so.
        await app.Reader.GetAsync($"/api/v1/articles?{filter}=moved-{collection}");
        record = await app.Editor.Patch(collection, record, new { slug = $"moved-{collection}" });
        await AssertMoved($"/api/v1/{collection}/moving-{collection}", $"/api/v1/{collection}/moved-{collection}");
        record = await app.Editor.Patch(collection, record, new { slug = $"نو-{collection}", name = "Moved" });
        var present = $"/api/v1/{collection}/{Uri.EscapeDataString(record.Slug)}";

        // As soon as the save has answered: nobody waits for whoever follows the log.
        Assert.Equal("Moved", (await app.Reader.GetJson(present))["name"]!.GetValue<string>());
        foreach (var slug in new[] { $"moving-{collection}", $"moved-{collection}", $"نو-{collection}" })
        {
            if (slug != record.Slug)
            {
                await AssertMoved($"/api/v1/{collection}/{slug}", present);
            }
            var page = await app.Reader.GetJson($"/api/v1/articles?{filter}={Uri.EscapeDataString(slug)}");
            Assert.Equal([article.Id], page["items"]!.AsArray().Select(card => card!["id"]!.GetValue<Guid>()));
        }
        await Newsroom.Eventually(
            async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{article.Id}")).Contains($"نو-{collection}", StringComparison.Ordinal),
            "the article names the new slug");
        Assert.Contains("article.rerendered", await app.Events(article.Id));
        Assert.DoesNotContain("article.updated", await app.Events(article.Id));
        Assert.Equal(2, (await app.Events(record.Id)).Count(type => type == $"{filter}.rerendered"));

        await app.Editor.Withdraw(article);
        foreach (var slug in new[] { $"moving-{collection}", Uri.EscapeDataString(record.Slug) })
        {
            await (await app.Reader.GetAsync($"/api/v1/{collection}/{slug}")).Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    private async Task AssertMoved(string from, string to)
    {
        using var response = await app.Reader.GetAsync(from);
        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal(to, response.Headers.GetValues("Location").Single());
    }
}
