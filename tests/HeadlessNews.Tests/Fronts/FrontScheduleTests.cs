using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Fronts;

/// <summary>Editions to come: they take effect at their moment, on every node, without anybody doing anything.</summary>
public sealed class FrontScheduleTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly object Empty = new { };

    [Fact]
    public async Task An_edition_takes_effect_at_its_moment_for_readers_caches_and_editors_alike()
    {
        var (front, article) = await Front("Effect");
        var at = DateTimeOffset.UtcNow.AddSeconds(3);
        Assert.Equal("Effect before", await app.Reader.Page(front));

        var edition = await app.Editor.ScheduleFront(front, at, new { lead = new { article = article.Slug, headline = "Effect after" } });

        // What is cached already knows of it too.
        using (var before = await app.Reader.GetAsync($"/api/v1/fronts/{front.Slug}"))
        {
            Assert.InRange(before.Headers.CacheControl!.SharedMaxAge!.Value.TotalSeconds, 0, 3);
        }
        var present = await app.Editor.ReloadFront(front);
        Assert.Equal(("\"1\"", at.ToString("O")[..23]), (present.ETag, present.Json["nextEditionAt"]!.GetValue<DateTimeOffset>().ToString("O")[..23]));
        Assert.Equal("Effect before", await app.Reader.Page(front));
        await Newsroom.Eventually(async () => await app.Reader.Page(front) == "Effect after", "the edition takes effect");

        Assert.True(DateTimeOffset.UtcNow >= at - TimeSpan.FromMilliseconds(50));
        var after = await app.Editor.ReloadFront(front);
        Assert.Equal(("\"2\"", null, "Effect after"), (after.ETag, after.Json["nextEditionAt"], after.Json["lead"]!["headline"]!.GetValue<string>()));
        Assert.Equal("Effect before", after.Json["lead"]!["article"]!["headline"]!.GetValue<string>());
        Assert.Equal("Effect before", after.Shown());
        Assert.Empty((await app.Editor.GetJson($"/api/v1/editorial/fronts/{front.Id}/schedule"))["items"]!.AsArray());
        using (var gone = await app.Editor.GetAsync($"/api/v1/editorial/fronts/{front.Id}/schedule/{edition["id"]}"))
        {
            await gone.Problem(HttpStatusCode.NotFound, "not-found");
        }
        // Nothing was done for it.
        Assert.Equal(["front.changed", "front.scheduled"], await app.Events(front.Id));
        // Who read the front before cannot undo it unseen.
        using var stale = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/fronts/{front.Id}", new { name = "Stale" }, front.ETag);
        await stale.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
        var saved = await app.Editor.Patch("fronts", after, new { name = "Effective" });
        Assert.Equal("\"3\"", saved.ETag);
        Assert.Equal("Effect after", await app.Reader.Page(front));
        var card = Assert.Single((await app.Editor.GetJson("/api/v1/editorial/fronts?q=Effective"))["items"]!.AsArray())!;
        Assert.Equal(3, card["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_save_leaves_editions_to_come_as_they_are_and_of_several_due_ones_the_latest_is_in_force()
    {
        var (front, article) = await Front("Several");
        var first = DateTimeOffset.UtcNow.AddSeconds(2);
        foreach (var n in new[] { 2, 1 })
        {
            await app.Editor.ScheduleFront(front, first.AddMilliseconds(n), new { lead = new { article = article.Slug, headline = $"Several {n}" } });
        }
        await app.Editor.ScheduleFront(front, first.AddYears(1), Empty);
        var scheduled = (await app.Editor.GetJson($"/api/v1/editorial/fronts/{front.Id}/schedule"))["items"]!.AsArray();
        Assert.Equal(["Several 1", "Several 2", null], scheduled.Select(edition => edition!["lead"]?["headline"]?.GetValue<string>()));

        var saved = await app.Editor.Patch("fronts", front, new { lead = new { headline = "Several 0" } });

        Assert.Equal("Several 0", saved.Json["lead"]!["headline"]!.GetValue<string>());
        await Newsroom.Eventually(async () => await app.Reader.Page(front) == "Several 2", "both take effect");
        var after = await app.Editor.ReloadFront(front);
        Assert.Equal("\"4\"", after.ETag);
        Assert.Single((await app.Editor.GetJson($"/api/v1/editorial/fronts/{front.Id}/schedule"))["items"]!.AsArray());
        var card = Assert.Single((await app.Editor.GetJson("/api/v1/editorial/fronts?q=Several"))["items"]!.AsArray())!;
        Assert.Equal((4, first.AddYears(1).Year), (card["version"]!.GetValue<int>(), card["nextEditionAt"]!.GetValue<DateTimeOffset>().Year));
    }

    [Fact]
    public async Task A_cancelled_edition_never_comes_and_a_changed_one_comes_as_it_is_then()
    {
        var (front, article) = await Front("Cancelled");
        var at = DateTimeOffset.UtcNow.AddSeconds(3);
        var cancelled = await app.Editor.ScheduleFront(front, at, new { lead = new { article = article.Slug, headline = "Never" } });
        var changed = await app.Editor.ScheduleFront(front, at.AddYears(1), Empty);
        var schedule = $"/api/v1/editorial/fronts/{front.Id}/schedule";

        using (var done = await app.Editor.Send(HttpMethod.Delete, $"{schedule}/{cancelled["id"]}", ifMatch: "\"1\""))
        {
            Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        }
        using (var done = await app.Editor.Send(HttpMethod.Put, $"{schedule}/{changed["id"]}", new { at, lead = new { article = article.Slug, headline = "Changed" } }, "\"1\""))
        {
            Assert.Equal("\"2\"", done.Headers.ETag!.ToString());
        }

        await Newsroom.Eventually(async () => await app.Reader.Page(front) == "Changed", "the changed one takes effect");
        Assert.Equal(["front.changed", "front.scheduled", "front.scheduled", "front.scheduleCancelled", "front.scheduleChanged"], await app.Events(front.Id));
        foreach (var gone in new[] { cancelled, changed })
        {
            using var put = await app.Editor.Send(HttpMethod.Put, $"{schedule}/{gone["id"]}", new { at = at.AddYears(2) }, "\"2\"");
            await put.Problem(HttpStatusCode.NotFound, "not-found");
            using var delete = await app.Editor.Send(HttpMethod.Delete, $"{schedule}/{gone["id"]}", ifMatch: "*");
            await delete.Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task A_time_that_is_past_taken_or_missing_is_refused_and_so_is_what_breaks_a_fronts_rules()
    {
        var (front, _) = await Front("Refused");
        var at = DateTimeOffset.UtcNow.AddYears(1);
        await app.Editor.ScheduleFront(front, at, Empty);
        var before = await app.LogPosition();

        foreach (var (body, member) in new (object, string)[]
        {
            (new { at = DateTimeOffset.UtcNow.AddSeconds(-1) }, "at"),
            (new { }, "at"),
            (new { at = at.AddDays(1), slots = new[] { new { article = "is-not-there" } } }, "slots[0].article"),
            (new { at = at.AddDays(1), lead = new { } }, "lead.article"),
        })
        {
            using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{front.Id}/schedule", body);
            var problem = await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Contains(member, problem["errors"]!.AsObject().Select(error => error.Key));
        }
        using (var twice = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{front.Id}/schedule", new { at }))
        {
            await twice.Problem(HttpStatusCode.Conflict, "conflict");
        }
        using (var unknown = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{front.Id}/schedule", new { at, name = "Not here" }))
        {
            await unknown.Problem(HttpStatusCode.BadRequest, "unknown-member");
        }
        using (var nowhere = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{Guid.CreateVersion7()}/schedule", new { at }))
        {
            await nowhere.Problem(HttpStatusCode.NotFound, "not-found");
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task What_only_the_layout_before_an_edition_named_is_in_use_no_longer()
    {
        var tag = await app.Editor.CreateTag("Replaced");
        var front = await app.Editor.CreateFront("Replaced front", new { lead = new { fill = new { tags = new[] { tag.Slug } } } });
        await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddSeconds(2), Empty);
        using (var refused = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/tags/{tag.Id}", ifMatch: tag.ETag))
        {
            await refused.Problem(HttpStatusCode.Conflict, "in-use");
        }

        await Newsroom.Eventually(async () =>
        {
            using var deleted = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/tags/{tag.Id}", ifMatch: tag.ETag);
            return deleted.StatusCode == HttpStatusCode.NoContent;
        }, "the tag can be deleted");

        Assert.Null((await app.Editor.ReloadFront(front)).Json["lead"]);
    }

    [Fact]
    public async Task No_more_than_twenty_are_to_come()
    {
        var (front, _) = await Front("Many");
        for (var n = 1; n <= 20; n++)
        {
            await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddDays(n), Empty);
        }

        using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{front.Id}/schedule", new { at = DateTimeOffset.UtcNow.AddYears(1) });

        await refused.Problem(HttpStatusCode.Conflict, "conflict");
    }

    private async Task<(Saved Front, Saved Article)> Front(string name)
    {
        var source = await app.Editor.CreateSource($"{name} wire");
        var article = await app.Editor.PublishArticle(source.Slug, $"{name} before");
        return (await app.Editor.CreateFront($"{name} front", new { lead = new { article = article.Slug } }), article);
    }
}
