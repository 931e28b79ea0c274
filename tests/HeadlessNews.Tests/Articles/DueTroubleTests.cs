using System.Net;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>What is due and cannot be done, or takes long: it keeps nothing else from its time, and says why.</summary>
public sealed class DueTroubleTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_publication_that_fails_unexpectedly_is_tried_later_and_holds_up_no_other()
    {
        var source = await app.Editor.CreateSource();
        var due = DateTimeOffset.UtcNow.AddDays(1);
        var articles = new List<Saved>();
        for (var nth = 0; nth < 12; nth++)
        {
            articles.Add(await app.Editor.Schedule(await app.Editor.CreateArticle(source.Slug, $"Due {nth}"), due));
        }
        // A revision that cannot be read: nothing that a request could make.
        var broken = articles[3];
        await app.Databases.Editorial.Do("UPDATE editorial.article_revisions SET content = '{}' WHERE article_id = $1", broken.Id);

        await FallDue(articles);

        foreach (var article in articles.Except([broken]))
        {
            await Newsroom.Eventually(async () => (await app.Reader.Seen(article)).StartsWith("OK", StringComparison.Ordinal), $"{article.Slug} is live");
        }
        await Newsroom.Eventually(async () => (await app.Events(broken.Id)).Contains("article.scheduleFailed"), "the failure is noted");
        var overdue = (await app.Editor.GetJson("/api/v1/editorial/schedule?overdue=true"))["items"]!.AsArray();
        var late = Assert.Single(overdue, item => item!["article"]!["id"]!.GetValue<Guid>() == broken.Id)!;
        Assert.NotEmpty(late["failure"]!.AsArray());
        Assert.True(late["tryAt"]!.GetValue<DateTimeOffset>() > late["failedAt"]!.GetValue<DateTimeOffset>());

        // Rescheduled, it waits for its new time whatever was planned for the old one.
        await app.Databases.Editorial.Do(
            "UPDATE editorial.article_revisions AS kept SET content = other.content FROM editorial.article_revisions AS other WHERE kept.article_id = $1 AND other.article_id = $2",
            broken.Id, articles[4].Id);
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        await app.Editor.Schedule(await app.Editor.Reload(broken), tomorrow);
        var times = await app.Query(
            "SELECT due_at, try_at FROM editorial.scheduled_publications WHERE article_id = $1",
            row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)), broken.Id);
        Assert.All(times, time => Assert.Equal(time.Item1, time.Item2));
    }

    [Fact]
    public async Task An_expiry_that_fails_is_tried_later_says_why_and_holds_up_no_other()
    {
        var source = await app.Editor.CreateSource();
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(4);
        var stuck = await app.Editor.PublishArticle(source.Slug, "Cannot be taken back", new { expiresAt });
        var other = await app.Editor.PublishArticle((await app.Editor.CreateSource("Untroubled")).Slug, "Can be taken back", new { expiresAt });
        // A count that cannot be taken down by one: nothing that a request could make.
        await app.Databases.Editorial.Do("UPDATE delivery.directory SET article_count = 0 WHERE id = $1", source.Id);

        await Newsroom.Eventually(async () => (await app.Events(other.Id)).Contains("article.withdrawn"), "the other is withdrawn");
        await Newsroom.Eventually(
            async () => (await app.Query("SELECT action FROM editorial.due_failures", row => row.GetString(0))).Count > 0, "the failure is noted");
        var overdue = (await app.Editor.GetJson("/api/v1/editorial/schedule?overdue=true"))["items"]!.AsArray();
        var late = Assert.Single(overdue, item => item!["article"]!["id"]!.GetValue<Guid>() == stuck.Id)!;
        Assert.Equal(("withdraw", 1), (late["action"]!.GetValue<string>(), late["failure"]!.AsArray().Count));
        using (var response = await app.Reader.GetAsync($"/api/v1/articles/{stuck.Slug}"))
        {
            await response.Problem(HttpStatusCode.Gone);
        }

        await app.Databases.Editorial.Do("UPDATE delivery.directory SET article_count = 1 WHERE id = $1", source.Id);
        await app.Databases.Editorial.Do("UPDATE editorial.due_failures SET try_at = now()");
        await Newsroom.Eventually(async () => (await app.Events(stuck.Id)).Contains("article.withdrawn"), "it is withdrawn");
        Assert.Empty(await app.Query("SELECT action FROM editorial.due_failures", row => row.GetString(0)));
    }

    [Fact]
    public async Task Long_articles_due_together_all_go_live()
    {
        var source = await app.Editor.CreateSource();
        var content = string.Concat(Enumerable.Range(0, 24_000).Select(nth => $"Word {nth} *told*. "));
        var due = DateTimeOffset.UtcNow.AddDays(1);
        var articles = new List<Saved>();
        for (var nth = 0; nth < 6; nth++)
        {
            var article = await app.Editor.CreateArticle(source.Slug, $"Long {nth}", new { body = new { format = "markdown", content } });
            articles.Add(await app.Editor.Schedule(article, due));
        }

        await FallDue(articles);

        foreach (var article in articles)
        {
            await Newsroom.Eventually(async () => (await app.Reader.Seen(article)).StartsWith("OK", StringComparison.Ordinal), $"{article.Slug} is live", seconds: 120);
        }
    }

    /// <summary>All at one moment, however long it took to get there.</summary>
    private Task FallDue(List<Saved> articles) => app.Databases.Editorial.Do(
        "UPDATE editorial.scheduled_publications SET due_at = now(), try_at = now() WHERE article_id = ANY ($1)", articles.Select(article => article.Id).ToArray());
}
