using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>An address that readers have had leads them to the article for ever, and to no other.</summary>
public sealed class FormerSlugTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Every_former_slug_leads_straight_to_the_present_one_and_back_again()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, with: new { slug = "chain-a" });
        article = await Move(article, "chain-b");
        article = await Move(article, "chain-c");
        await AssertLeads("chain-a", "chain-c");
        await AssertLeads("chain-b", "chain-c");

        article = await Move(article, "chain-a");
        await AssertLeads("chain-b", "chain-a");
        await AssertLeads("chain-c", "chain-a");
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync("/api/v1/articles/chain-a")).StatusCode);

        // Working, and never public: taken as well, but no address.
        await app.Editor.Patch("articles", article, new { slug = "chain-d" });
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync("/api/v1/articles/chain-d")).StatusCode);
        foreach (var slug in new[] { "chain-a", "chain-b", "chain-c", "chain-d" })
        {
            await AssertTaken(slug, source);
        }
    }

    [Fact]
    public async Task Discarded_with_its_changes_a_slug_is_free_and_the_live_one_stays_the_address()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, with: new { slug = "stays-live" });
        article = await app.Editor.Patch("articles", article, new { slug = "given-up" });
        await AssertTaken("given-up", source);

        article = await app.Editor.Act(article, "discard-changes");

        Assert.Equal("stays-live", article.Slug);
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync("/api/v1/articles/stays-live")).StatusCode);
        await AssertTaken("stays-live", source);
        await app.Editor.CreateArticle(source.Slug, "Takes it", new { slug = "given-up" });
    }

    [Fact]
    public async Task A_scheduled_change_of_slug_leaves_the_old_address_until_then_and_a_redirect_from_then_on()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, with: new { slug = "until-then" });
        article = await app.Editor.Schedule(await app.Editor.Patch("articles", article, new { slug = "from-then-on" }), DateTimeOffset.UtcNow.AddSeconds(4));
        article = await app.Editor.Patch("articles", article, new { slug = "later-still" });
        foreach (var slug in new[] { "until-then", "from-then-on", "later-still" })
        {
            await AssertTaken(slug, source);
        }
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync("/api/v1/articles/until-then")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync("/api/v1/articles/from-then-on")).StatusCode);

        await Newsroom.Eventually(async () => (await app.Reader.GetAsync("/api/v1/articles/from-then-on")).IsSuccessStatusCode, "the new address answers");

        await AssertLeads("until-then", "from-then-on");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync("/api/v1/articles/later-still")).StatusCode);
        article = await app.Editor.Publish(await app.Editor.Reload(article));
        Assert.Equal("later-still", article.Slug);
        await AssertLeads("until-then", "later-still");
        await AssertLeads("from-then-on", "later-still");
    }

    private async Task<Saved> Move(Saved article, string slug) => await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug }));

    private async Task AssertLeads(string from, string to)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{from}");
        Assert.Equal((HttpStatusCode.PermanentRedirect, $"/api/v1/articles/{to}"), (response.StatusCode, response.Headers.Location?.ToString()));
    }

    private async Task AssertTaken(string slug, Saved source)
    {
        var before = await app.LogPosition();
        using var made = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles",
            new { slug, headline = "Wants it", language = "en", source = source.Slug, body = new { format = "markdown", content = "x" } });
        await made.Problem(HttpStatusCode.Conflict, "slug-taken");
        Assert.Equal(before, await app.LogPosition());
    }
}
