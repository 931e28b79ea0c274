using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>A live article does not change until it is published again.</summary>
public sealed class WorkingCopyTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Whatever_is_done_to_the_working_copy_readers_get_the_same_bytes_until_it_is_published()
    {
        var source = await app.Editor.CreateSource();
        var tag = await app.Editor.CreateTag();
        var other = await app.Editor.CreateTag("Another");
        var live = await app.Editor.PublishArticle(source.Slug, "As it was published", new { tags = new[] { tag.Slug } });
        var before = await Delivered(live, source, tag, other);
        var path = $"/api/v1/editorial/articles/{live.Id}";

        var patched = await app.Editor.Patch("articles", live, new { headline = "Patched", slug = "patched-slug", tags = new[] { other.Slug } });
        Assert.True(patched.Json["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.Equal(before, await Delivered(live, source, tag, other));
        using var put = await app.Editor.Send(HttpMethod.Put, path,
            new { headline = "Replaced", language = "fr", source = source.Slug, body = new { format = "html", content = "<p>Replaced</p>" } }, patched.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var submitted = await app.Editor.Submit(await app.Editor.Reload(live));
        var scheduled = await app.Editor.Schedule(submitted, DateTimeOffset.UtcNow.AddYears(1));
        await app.Editor.Patch("articles", scheduled, new { kicker = "Saved past the pin" });
        Assert.Equal(before, await Delivered(live, source, tag, other));

        var again = await app.Editor.Publish(await app.Editor.Reload(live));
        Assert.False(again.Json["hasUnpublishedChanges"]!.GetValue<bool>());
        var (was, now) = (before.Document, await app.Reader.GetJson($"/api/v1/articles/{live.Id}"));
        Assert.Equal("Replaced", now["headline"]!.GetValue<string>());
        Assert.Contains($"\"publishedAt\":\"{now["publishedAt"]!.GetValue<string>()}\"", was, StringComparison.Ordinal);
        Assert.Equal(live.Json["publishedAt"]!.GetValue<string>(), again.Json["publishedAt"]!.GetValue<string>());
        Assert.Equal(
            ["article.created", "article.published", "article.saved", "article.saved", "article.submitted", "article.scheduled", "article.saved", "article.updated"],
            await app.Events(live.Id));
    }

    [Fact]
    public async Task A_live_articles_edit_is_reviewed_and_scheduled_like_any_other()
    {
        var source = await app.Editor.CreateSource();
        var live = await app.Editor.PublishArticle(source.Slug, "The first edition");
        var before = await app.Reader.Seen(live);
        var edited = await app.Editor.Submit(await app.Editor.Patch("articles", live, new { headline = "The second edition" }));
        Assert.Equal("inReview", edited.Status());

        await app.Editor.Schedule(edited, DateTimeOffset.UtcNow.AddSeconds(3));

        Assert.Equal(before, await app.Reader.Seen(live));
        await Newsroom.Eventually(
            async () => (await app.Reader.GetJson($"/api/v1/articles/{live.Id}"))["headline"]!.GetValue<string>() == "The second edition", "the edit goes live");
        var after = await app.Editor.Reload(live);
        Assert.Equal(("published", false), (after.Status(), after.Json["hasUnpublishedChanges"]!.GetValue<bool>()));
        Assert.Equal(live.Json["publishedAt"]!.GetValue<string>(), after.Json["publishedAt"]!.GetValue<string>());
        Assert.Equal(
            ["article.created", "article.published", "article.saved", "article.submitted", "article.scheduled", "article.updated"], await app.Events(live.Id));
    }

    [Fact]
    public async Task Discarding_changes_goes_back_to_the_live_revision_and_counts_on()
    {
        var source = await app.Editor.CreateSource();
        var live = await app.Editor.PublishArticle(source.Slug, "Kept", new { slug = "kept-slug", tags = new[] { (await app.Editor.CreateTag()).Slug } });
        var before = await app.Reader.Seen(live);
        var edited = await app.Editor.Patch("articles", live, new { headline = "Discarded", slug = "discarded-slug", tags = Array.Empty<string>() });
        edited = await app.Editor.Submit(edited);

        var back = await app.Editor.Act(edited, "discard-changes");

        Assert.Equal(("published", false), (back.Status(), back.Json["hasUnpublishedChanges"]!.GetValue<bool>()));
        foreach (var member in new[] { "headline", "slug", "tags", "body", "revision", "liveRevision" })
        {
            Assert.Equal(live.Json[member]!.ToJsonString(), back.Json[member]!.ToJsonString());
        }
        Assert.Equal(before, await app.Reader.Seen(live));
        // The slug that was given up is free again; the revision's number is not.
        Assert.Equal("discarded-slug", (await app.Editor.CreateArticle(source.Slug, "Next", new { slug = "discarded-slug" })).Slug);
        var next = await app.Editor.Patch("articles", back, new { kicker = "Later" });
        Assert.Equal(3, next.Json["revision"]!.GetValue<int>());
        Assert.Equal("article.changesDiscarded", (await app.Events(live.Id))[^2]);
    }

    [Theory]
    [InlineData("headline")]
    [InlineData("language")]
    [InlineData("source")]
    [InlineData("body")]
    public async Task A_patch_does_not_null_what_an_article_must_have(string member)
    {
        var article = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug, "Whole");

        using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{article.Id}", $$"""{"{{member}}":null}""", article.ETag);

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(member, Assert.Single(problem["errors"]!.AsObject()).Key);
        Assert.Equal(article.Json.ToJsonString(), (await app.Editor.Reload(article)).Json.ToJsonString());
        Assert.Equal(["article.created", "article.published"], await app.Events(article.Id));
    }

    /// <summary>All that readers could notice: the document byte for byte, its ETag, and the lists it stands in.</summary>
    private async Task<(string Document, string Lists, string? ETag)> Delivered(Saved article, Saved source, Saved tag, Saved other)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        var lists = new List<string>();
        foreach (var query in new[] { $"source={source.Slug}", $"tag={tag.Slug}", $"tag={other.Slug}", $"source={source.Slug}&language=fr" })
        {
            lists.Add(await app.Reader.GetStringAsync($"/api/v1/articles?{query}"));
        }
        return (await response.Content.ReadAsStringAsync(), string.Join('\n', lists), response.Headers.ETag?.ToString());
    }
}
