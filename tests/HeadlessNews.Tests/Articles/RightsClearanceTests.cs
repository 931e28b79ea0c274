using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>What the rights prohibit, let through for one article, for the site or for passing on, for a time.</summary>
public sealed class RightsClearanceTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Cleared_for_the_site_it_is_published_with_its_effective_rights_and_not_passed_on()
    {
        var article = await Prohibited(new { copyrightHolder = "The source", copyrightYear = 2026 }, new { usageTerms = "The article's own" });
        using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);
        await refused.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
        await app.Editor.Clear(article, "syndication", DateTimeOffset.UtcNow.AddDays(1));
        using var still = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);
        await still.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");

        article = await Prohibited(new { copyrightHolder = "The source", copyrightYear = 2026 }, new { usageTerms = "The article's own" });
        var clearance = await app.Editor.Clear(article);
        // Appended: the version that was read before is still the version.
        var live = await app.Editor.Publish(article);

        Assert.Equal(2, live.Json["version"]!.GetValue<int>());
        Assert.Equal(clearance.ToJsonString(), Assert.Single(live.Json["rightsClearances"]!.AsArray())!.ToJsonString());
        var rights = (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["rights"]!;
        Assert.Equal(("The source", 2026, "The article's own", "prohibited"), (rights["copyrightHolder"]!.GetValue<string>(), rights["copyrightYear"]!.GetValue<int>(),
            rights["usageTerms"]!.GetValue<string>(), rights["redistribution"]!.GetValue<string>()));
        Assert.False(await IsSyndicable(article));
        Assert.DoesNotContain("Agreed", await app.Reader.GetStringAsync($"/api/v1/articles/{article.Id}"), StringComparison.Ordinal);
        Assert.Equal(["article.created", "article.clearanceGiven", "article.published"], await app.Events(article.Id));
    }

    [Fact]
    public async Task Cleared_for_syndication_as_well_it_is_passed_on_until_that_ends_and_stays_on_the_site()
    {
        var article = await Prohibited();
        await app.Editor.Clear(article);
        var live = await app.Editor.Publish(article);

        await app.Editor.Clear(live, "syndication", DateTimeOffset.UtcNow.AddSeconds(4));

        Assert.True(await IsSyndicable(article));
        Assert.Equal("article.syndicated", (await app.Events(article.Id))[^1]);
        Assert.Equal(live.ETag, (await app.Editor.Reload(live)).ETag);
        await Newsroom.Eventually(async () => !await IsSyndicable(article), "it is passed on no more");
        Assert.Equal(["article.rerendered", "article.unsyndicated"], (await app.Events(article.Id)).TakeLast(2));
        Assert.StartsWith("OK", await app.Reader.Seen(article), StringComparison.Ordinal);
        Assert.Single(await app.Events(article.Id), happened => happened == "article.unsyndicated");
        Assert.DoesNotContain("article.withdrawn", await app.Events(article.Id));
    }

    [Fact]
    public async Task When_the_last_one_for_the_site_ends_it_is_withdrawn_at_that_time()
    {
        var article = await Prohibited();
        await app.Editor.Clear(article, until: DateTimeOffset.UtcNow.AddSeconds(5));
        await app.Editor.Publish(article);
        var last = DateTimeOffset.UtcNow.AddSeconds(7);
        // The later end counts, in whichever order they were given, and an extension comes into the live document at once.
        await app.Editor.Clear(article, until: last);
        await app.Editor.Clear(article, until: last.AddSeconds(-1));
        Assert.Equal([last], (await app.Query("SELECT site_until FROM delivery.articles WHERE article_id = $1", row => row.GetFieldValue<DateTimeOffset>(0), article.Id))
            .Select(until => until.AddTicks(last.Ticks % 10)));
        using (var read = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}"))
        {
            var control = read.Headers.CacheControl!;
            Assert.InRange(control.SharedMaxAge!.Value.TotalSeconds, 0, 7);
            Assert.InRange(control.MaxAge!.Value.TotalSeconds, 0, 7);
        }

        await Newsroom.Eventually(async () => (await app.Reader.Seen(article)).StartsWith("Gone", StringComparison.Ordinal), "it is gone");
        await Newsroom.Eventually(async () => (await app.Events(article.Id)).Contains("article.withdrawn"), "it is withdrawn");

        var (at, because) = (await app.Query(
            "SELECT at, data ->> 'because' FROM log.events WHERE resource_id = $1 AND type = 'article.withdrawn'",
            row => (row.GetFieldValue<DateTimeOffset>(0), row.GetString(1)), article.Id)).Single();
        Assert.InRange(at, last.AddMilliseconds(-1), last.AddSeconds(30));
        Assert.Equal("clearanceEnded", because);
        Assert.Equal("withdrawn", (await app.Editor.Reload(article)).Status());
    }

    [Theory]
    [InlineData("site")]
    [InlineData("syndication")]
    public async Task Ended_by_hand_it_ends_at_once_and_only_once(string scope)
    {
        var article = await Prohibited();
        var site = await app.Editor.Clear(article);
        await app.Editor.Publish(article);
        var syndication = await app.Editor.Clear(article, "syndication");
        var address = $"/api/v1/editorial/articles/{article.Id}/rights-clearances/{(scope == "site" ? site : syndication)["id"]}";

        using var ended = await app.Editor.Send(HttpMethod.Delete, address);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.StartsWith(scope == "site" ? "Gone" : "OK", await app.Reader.Seen(article), StringComparison.Ordinal);
        var events = await app.Events(article.Id);
        Assert.Contains("article.clearanceEnded", events);
        Assert.Equal(scope == "site" ? "article.withdrawn" : "article.unsyndicated", events[^1]);
        Assert.False(scope == "syndication" && await IsSyndicable(article));
        using var again = await app.Editor.Send(HttpMethod.Delete, address);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(events, await app.Events(article.Id));
        var kept = (await app.Editor.Reload(article)).Json["rightsClearances"]!.AsArray().Single(one => one!["scope"]!.GetValue<string>() == scope);
        Assert.NotNull(kept!["until"]);
    }

    [Fact]
    public async Task Of_two_that_overlap_the_end_of_one_changes_nothing_for_readers()
    {
        var article = await Prohibited();
        var first = await app.Editor.Clear(article);
        await app.Editor.Clear(article);
        await app.Editor.Publish(article);
        var before = await app.Reader.Seen(article);

        await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}/rights-clearances/{first["id"]}");

        Assert.Equal(before, await app.Reader.Seen(article));
        Assert.DoesNotContain("article.withdrawn", await app.Events(article.Id));
    }

    [Theory]
    [InlineData("""{ "scope": "site" }""", "reason")]
    [InlineData("""{ "reason": "x" }""", "scope")]
    [InlineData("""{ "scope": "site", "reason": " " }""", "reason")]
    [InlineData("""{ "scope": "site", "reason": "x", "until": "2020-01-01T00:00:00Z" }""", "until")]
    public async Task One_that_clears_nothing_is_refused(string request, string member)
    {
        var article = await Prohibited();

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/rights-clearances", request);

        Assert.Equal(member, Assert.Single((await response.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]!.AsObject()).Key);
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Fact]
    public async Task Editors_alone_clear_and_a_clearance_is_ended_at_its_own_article()
    {
        var (article, other) = (await Prohibited(), await Prohibited());
        var clearance = await app.Editor.Clear(other);
        var path = $"/api/v1/editorial/articles/{article.Id}/rights-clearances";

        await (await app.Contributor.Send(HttpMethod.Post, path, new { scope = "site", reason = "x" })).Problem(HttpStatusCode.Forbidden, "forbidden");
        await (await app.Reader.Send(HttpMethod.Post, path, new { scope = "site", reason = "x" })).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await (await app.Editor.Send(HttpMethod.Delete, $"{path}/{clearance["id"]}")).Problem(HttpStatusCode.NotFound, "not-found");
        await (await app.Editor.Send(HttpMethod.Delete, $"{path}/{Guid.NewGuid()}")).Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(["article.created"], await app.Events(article.Id));
        Assert.Equal(["article.created", "article.clearanceGiven"], await app.Events(other.Id));
    }

    private async Task<Saved> Prohibited(object? ofSource = null, object? own = null)
    {
        var source = await app.Editor.CreateSource(with: new { rights = ofSource });
        return await app.Editor.CreateArticle(source.Slug, with: new { rights = With(own) });
    }

    private static System.Text.Json.Nodes.JsonObject With(object? own)
    {
        var rights = own is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(own)!.AsObject();
        rights["redistribution"] = "prohibited";
        return rights;
    }

    private async Task<bool> IsSyndicable(Saved article) =>
        (await app.Query("SELECT is_syndicable FROM delivery.articles WHERE article_id = $1", row => row.GetBoolean(0), article.Id)).Single();
}
