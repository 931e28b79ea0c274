using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class DiscardChangesTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task The_working_copy_goes_back_to_what_is_live_and_numbers_go_on()
    {
        var source = await app.Editor.CreateSource("Source of discards");
        var article = await app.Editor.PublishArticle(source.Slug, "Discarded", new { kicker = "Live" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two", comment = "To be discarded." });
        article = await app.Editor.Patch("articles", article, new { kicker = "Three" });
        var live = (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString();

        article = await app.Editor.Act(article, "discard-changes");

        Assert.Equal(("Live", 1, 1, false, "\"5\""), (article.Json["kicker"]!.GetValue<string>(), article.Json["revision"]!.GetValue<int>(),
            article.Json["liveRevision"]!.GetValue<int>(), article.Json["hasUnpublishedChanges"]!.GetValue<bool>(), article.ETag));
        Assert.Equal(live, (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString());
        Assert.Equal("article.changesDiscarded", (await app.Events(article.Id))[^1]);

        article = await app.Editor.Patch("articles", article, new { kicker = "Four" });
        Assert.Equal((4, 1), (article.Json["revision"]!.GetValue<int>(), article.Json["liveRevision"]!.GetValue<int>()));
        Assert.Equal([4, 3, 2, 1], (await app.Editor.Revisions(article)).Select(item => item["revision"]!.GetValue<int>()));
    }

    [Fact]
    public async Task What_was_discarded_stays_readable_comparable_and_restorable()
    {
        var source = await app.Editor.CreateSource("Source of discarded revisions");
        var article = await app.Editor.PublishArticle(source.Slug, "Still there", new { kicker = "Live" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Discarded" });
        article = await app.Editor.Act(article, "discard-changes");
        var path = $"/api/v1/editorial/articles/{article.Id}/revisions";

        var revision = await app.Editor.GetJson($"{path}/2");
        Assert.Equal("Discarded", revision["content"]!["kicker"]!.GetValue<string>());
        Assert.False(revision["isWorkingCopy"]!.GetValue<bool>());
        var change = (await app.Editor.GetJson($"{path}/diff?to=2"))["changes"]!.AsArray().Single()!;
        Assert.Equal(("kicker", "Live", "Discarded"), (change["path"]!.GetValue<string>(), change["before"]!.GetValue<string>(), change["after"]!.GetValue<string>()));
        Assert.Empty((await app.Editor.GetJson($"{path}/diff"))["changes"]!.AsArray());

        article = await app.Editor.Act(article, "revisions/2/restore");
        Assert.Equal(("Discarded", 3), (article.Json["kicker"]!.GetValue<string>(), article.Json["revision"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_slug_that_was_never_public_is_free_again_and_the_live_one_is_kept()
    {
        var source = await app.Editor.CreateSource("Source of discarded slugs");
        var article = await app.Editor.PublishArticle(source.Slug, "Slugs", new { slug = "slug-first" });
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "slug-live" }));
        article = await app.Editor.Patch("articles", article, new { slug = "slug-discarded" });
        Assert.Equal(["slug-discarded", "slug-first", "slug-live"], await Slugs(article));

        article = await app.Editor.Act(article, "discard-changes");

        Assert.Equal("slug-live", article.Slug);
        Assert.Equal(["slug-first", "slug-live"], await Slugs(article));
        using var live = await app.Reader.GetAsync("/api/v1/articles/slug-live");
        using var former = await app.Reader.GetAsync("/api/v1/articles/slug-first");
        using var never = await app.Reader.GetAsync("/api/v1/articles/slug-discarded");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PermanentRedirect, HttpStatusCode.NotFound), (live.StatusCode, former.StatusCode, never.StatusCode));
        await app.Editor.CreateArticle(source.Slug, "Takes the slug", new { slug = "slug-discarded" });
        // The discarded revision comes back without the slug that is another's now.
        var restored = await app.Editor.Act(article, "revisions/3/restore");
        Assert.Equal("slug-live", restored.Slug);
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("unchanged")]
    [InlineData("discarded")]
    [InlineData("scheduled")]
    [InlineData("withdrawn")]
    [InlineData("trashed")]
    public async Task Where_there_is_nothing_to_go_back_to_it_is_refused(string state)
    {
        var source = await app.Editor.CreateSource("Source of refused discards");
        var article = await app.Editor.CreateArticle(source.Slug, $"Not to be discarded: {state}", new { kicker = "One" });
        article = state switch
        {
            "draft" => await app.Editor.Patch("articles", article, new { kicker = "Two" }),
            "unchanged" => await app.Editor.Publish(article),
            "discarded" => await app.Editor.Act(await Changed(article), "discard-changes"),
            "scheduled" => await app.Editor.Act(await Changed(article), "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) }),
            "withdrawn" => await app.Editor.Withdraw(await Changed(article)),
            _ => await app.Editor.Act(article, "trash"),
        };
        var (position, before) = (await app.LogPosition(), (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}")).ToJsonString());

        using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/discard-changes", ifMatch: article.ETag);

        var problem = await refused.Problem(HttpStatusCode.Conflict, "action-not-allowed");
        Assert.DoesNotContain("discardChanges", problem["allowedActions"]!.AsArray().Select(action => action!.GetValue<string>()));
        Assert.Equal(position, await app.LogPosition());
        Assert.Equal(before, (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}")).ToJsonString());
    }

    [Fact]
    public async Task From_review_it_leads_back_to_the_draft_stage_and_stale_or_unauthorized_it_leads_nowhere()
    {
        var source = await app.Editor.CreateSource("Source of reviewed discards");
        var article = await Changed(await app.Editor.CreateArticle(source.Slug, "Reviewed and discarded"));
        article = await app.Editor.Act(article, "submit");
        var path = $"/api/v1/editorial/articles/{article.Id}/discard-changes";

        using var without = await app.Editor.Send(HttpMethod.Post, path);
        using var any = await app.Editor.Send(HttpMethod.Post, path, ifMatch: "*");
        using var stale = await app.Editor.Send(HttpMethod.Post, path, ifMatch: "\"1\"");
        using var contributor = await app.Contributor.Send(HttpMethod.Post, path, ifMatch: article.ETag);
        using var anonymous = await app.Reader.Send(HttpMethod.Post, path, ifMatch: article.ETag);

        await without.Problem(HttpStatusCode.PreconditionRequired);
        await any.Problem(HttpStatusCode.PreconditionRequired);
        await stale.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
        await contributor.Problem(HttpStatusCode.Forbidden);
        await anonymous.Problem(HttpStatusCode.Unauthorized);
        Assert.DoesNotContain("article.changesDiscarded", await app.Events(article.Id));
        article = await app.Editor.Act(article, "discard-changes");
        Assert.Equal("published", article.Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Nothing_of_what_is_saved_discarded_or_restored_reaches_readers()
    {
        var source = await app.Editor.CreateSource("Source of secrets");
        var article = await app.Editor.PublishArticle(source.Slug, "No secrets", new { slug = "no-secrets" });
        var before = await Public();
        article = await app.Editor.Patch("articles", article, new { headline = "SECRET headline", slug = "secret-slug", summary = "SECRET", comment = "SECRET comment", body = new { content = "SECRET" } });
        Assert.Equal(before, await Public());
        article = await app.Editor.Act(article, "discard-changes");
        Assert.Equal(before, await Public());
        article = await app.Editor.Act(article, "revisions/2/restore");
        Assert.Equal(before, await Public());
        await app.Editor.Act(article, "discard-changes");

        Assert.Equal(before, await Public());
        Assert.Empty(await app.Query("SELECT article_id FROM delivery.articles AS document WHERE document::text LIKE '%SECRET%'", row => row.GetGuid(0)));

        async Task<string> Public()
        {
            using var document = await app.Reader.GetAsync("/api/v1/articles/no-secrets");
            using var list = await app.Reader.GetAsync($"/api/v1/articles?source={source.Slug}");
            using var secret = await app.Reader.GetAsync("/api/v1/articles/secret-slug");
            return $"{document.Headers.ETag} {await document.Content.ReadAsStringAsync()} {await list.Content.ReadAsStringAsync()} {secret.StatusCode}";
        }
    }

    private async Task<Saved> Changed(Saved article) => await app.Editor.Patch("articles", await app.Editor.Publish(article), new { kicker = "Changed since" });

    private Task<List<string>> Slugs(Saved article) =>
        app.Query("SELECT slug FROM editorial.slugs WHERE owner_id = $1 ORDER BY slug", row => row.GetString(0), article.Id);
}
