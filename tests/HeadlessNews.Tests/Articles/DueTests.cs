using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>Two services on one database, and neither knows the time: one is a day behind, the other a day ahead.</summary>
public sealed class TwoNodes(TestPostgres postgres) : NewsApp(postgres)
{
    protected override TimeProvider Clock { get; } = new WrongClock(TimeSpan.FromDays(-1));

    protected override Task Prepare()
    {
        StartAnotherNode(new WrongClock(TimeSpan.FromDays(1)));
        return Task.CompletedTask;
    }

    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}

/// <summary>What falls due happens once, at its time by the database's clock, whatever the services' own clocks say.</summary>
public abstract class DueTests(NewsApp app)
{
    [Fact]
    public async Task What_is_scheduled_goes_live_at_its_time_once()
    {
        var source = await app.Editor.CreateSource();
        var articles = new List<Saved>();
        foreach (var seconds in new[] { 6, 5, 4, 4 })
        {
            articles.Add(await app.Editor.Schedule(await app.Editor.CreateArticle(source.Slug, $"Due in {seconds}"), DateTimeOffset.UtcNow.AddSeconds(seconds)));
            Assert.Equal("NotFound ", await app.Reader.Seen(articles[^1]));
        }

        foreach (var article in articles)
        {
            await Newsroom.Eventually(async () => (await app.Reader.Seen(article)).StartsWith("OK", StringComparison.Ordinal), "it is live");

            Assert.Equal(["article.created", "article.scheduled", "article.published"], await app.Events(article.Id));
            var due = article.Json["scheduled"]!["dueAt"]!.GetValue<DateTimeOffset>();
            var at = (await app.Query("SELECT at FROM log.events WHERE resource_id = $1 AND type = 'article.published'", row => row.GetFieldValue<DateTimeOffset>(0), article.Id)).Single();
            // Never too early; within a second on a machine that has time for it, which a test must not count on.
            Assert.InRange(at, due, due.AddSeconds(30));
            var after = await app.Editor.Reload(article);
            Assert.Equal(("published", true), (after.Status(), after.Json["scheduled"] is null));
            Assert.InRange(after.Json["publishedAt"]!.GetValue<DateTimeOffset>(), due, at);
            Assert.InRange(after.Json["updatedAt"]!.GetValue<DateTimeOffset>(), due, at);
        }
    }

    [Fact]
    public async Task The_pinned_revision_goes_live_and_what_was_saved_since_does_not()
    {
        var source = await app.Editor.CreateSource();
        var (pinned, since) = ($"pinned-{Guid.NewGuid():N}", $"since-{Guid.NewGuid():N}");
        var article = await app.Editor.CreateArticle(source.Slug, "Pinned", new { slug = pinned });
        article = await app.Editor.Schedule(article, DateTimeOffset.UtcNow.AddSeconds(4));
        article = await app.Editor.Patch("articles", article, new { headline = "Saved since", slug = since });

        await Newsroom.Eventually(async () => (await app.Reader.GetAsync($"/api/v1/articles/{pinned}")).IsSuccessStatusCode, "it is live at the pinned slug");

        Assert.Equal("Pinned", (await app.Reader.GetJson($"/api/v1/articles/{pinned}"))["headline"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/articles/{since}")).StatusCode);
        var after = await app.Editor.Reload(article);
        Assert.Equal(("published", true, 1, 2), (after.Status(), after.Json["hasUnpublishedChanges"]!.GetValue<bool>(),
            after.Json["liveRevision"]!.GetValue<int>(), after.Json["revision"]!.GetValue<int>()));
        Assert.Equal("Saved since", after.Json["headline"]!.GetValue<string>());
        await app.Editor.Publish(after);
        var moved = await app.Reader.GetAsync($"/api/v1/articles/{pinned}");
        Assert.Equal((HttpStatusCode.PermanentRedirect, $"/api/v1/articles/{since}"), (moved.StatusCode, moved.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task What_lost_its_rights_since_stays_scheduled_and_says_why_and_holds_up_nobody()
    {
        var source = await app.Editor.CreateSource("Loses its rights");
        var author = await app.Editor.CreateAuthor();
        var other = await app.Editor.CreateSource();
        var due = DateTimeOffset.UtcNow.AddSeconds(5);
        var lost = await app.Editor.Schedule(await app.Editor.CreateArticle(source.Slug, "Without rights"), due);
        var fine = await app.Editor.Schedule(await app.Editor.CreateArticle(other.Slug, "With rights", new { authors = new[] { author.Slug } }), due.AddMilliseconds(1));
        await app.Editor.Patch("sources", source, new { rights = new { redistribution = "prohibited" } });

        await Newsroom.Eventually(async () => (await app.Reader.Seen(fine)).StartsWith("OK", StringComparison.Ordinal), "the other is live");
        await Newsroom.Eventually(async () => (await app.Events(lost.Id)).Contains("article.scheduleFailed"), "the failure is told");

        // Whatever falls due after it is done, and it is not tried again.
        var later = await app.Editor.Schedule(await app.Editor.CreateArticle(other.Slug, "Later"), DateTimeOffset.UtcNow.AddSeconds(2));
        await Newsroom.Eventually(async () => (await app.Reader.Seen(later)).StartsWith("OK", StringComparison.Ordinal), "the later one is live");
        var failed = await app.Editor.Reload(lost);
        Assert.Equal(("scheduled", lost.ETag), (failed.Status(), failed.ETag));
        var scheduled = failed.Json["scheduled"]!;
        Assert.Equal("The rights of its source, Loses its rights, prohibit it, and no clearance for the site lasts at that time.", Assert.Single(scheduled["failure"]!.AsArray())!.GetValue<string>());
        Assert.NotNull(scheduled["failedAt"]);
        Assert.Null(scheduled["tryAt"]);
        Assert.Equal(["article.created", "article.scheduled", "article.scheduleFailed"], await app.Events(lost.Id));
        Assert.Equal("NotFound ", await app.Reader.Seen(lost));

        await app.Editor.Clear(lost);
        var again = await app.Editor.Schedule(failed, DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.Null(again.Json["scheduled"]!["failure"]);
        await Newsroom.Eventually(async () => (await app.Reader.Seen(lost)).StartsWith("OK", StringComparison.Ordinal), "cleared and scheduled again, it is live");
        Assert.Equal("article.published", (await app.Events(lost.Id))[^1]);
    }

    [Fact]
    public async Task What_expires_is_withdrawn_at_its_time_once_and_a_publication_to_come_stays()
    {
        var source = await app.Editor.CreateSource();
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(4);
        var live = await app.Editor.PublishArticle(source.Slug, "Ephemeral", new { expiresAt });
        var next = await app.Editor.Patch("articles", live, new { headline = "Back next year", expiresAt = (string?)null });
        await app.Editor.Schedule(next, DateTimeOffset.UtcNow.AddYears(1));

        await Newsroom.Eventually(async () => (await app.Reader.Seen(live)).StartsWith("Gone", StringComparison.Ordinal), "it is gone");
        await Newsroom.Eventually(async () => (await app.Events(live.Id)).Contains("article.withdrawn"), "it is withdrawn");

        var after = await app.Editor.Reload(live);
        Assert.Equal(("scheduled", 2), (after.Status(), after.Json["scheduled"]!["revision"]!.GetValue<int>()));
        Assert.Equal(["article.created", "article.published", "article.saved", "article.scheduled", "article.withdrawn"], await app.Events(live.Id));
        var at = (await app.Query("SELECT withdrawn_at FROM delivery.articles WHERE article_id = $1", row => row.GetFieldValue<DateTimeOffset>(0), live.Id)).Single();
        Assert.InRange(at, expiresAt.AddMilliseconds(-1), expiresAt.AddSeconds(30));
    }
}

public sealed class DueOnOneNodeTests(NewsApp app) : DueTests(app), IClassFixture<NewsApp>;

public sealed class DueOnTwoNodesWithWrongClocksTests(TwoNodes app) : DueTests(app), IClassFixture<TwoNodes>;
