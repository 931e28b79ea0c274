using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ScheduleListTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Schedule = "/api/v1/editorial/schedule";

    [Fact]
    public async Task What_is_to_come_stands_soonest_first_on_pages_of_any_size()
    {
        var wire = await app.Editor.CreateSource("Prohibiting wire", new { rights = new { redistribution = "prohibited" } });
        var own = await app.Editor.CreateSource("Own paper");
        var soon = await app.Editor.CreateArticle(own.Slug, "Goes live first", new { kicker = "Pinned" });
        soon = await app.Editor.Act(soon, "schedule", new { at = Day(1) });
        soon = await app.Editor.Patch("articles", soon, new { headline = "Saved since" });
        var expires = await app.Editor.PublishArticle(own.Slug, "Expires", new { expiresAt = Day(2) });
        // Both clearances end at one moment, which is also another's time.
        var cleared = await app.Editor.CreateArticle(wire.Slug, "Cleared for a while");
        await Clear(cleared, "site", Day(3));
        await Clear(cleared, "syndication", Day(3));
        cleared = await app.Editor.Publish(cleared);
        var late = await app.Editor.CreateArticle(own.Slug, "Goes live last");
        await app.Editor.Act(late, "schedule", new { at = Day(3) });
        var both = await app.Editor.PublishArticle(own.Slug, "Changes, then expires", new { expiresAt = Day(5) });
        both = await app.Editor.Patch("articles", both, new { kicker = "New" });
        await app.Editor.Act(both, "schedule", new { at = Day(4) });
        var front = await app.Editor.CreateFront("Front to come");
        var third = await app.Editor.ScheduleFront(front, DateTimeOffset.Parse(Day(3), null), new { });
        var sixth = await app.Editor.ScheduleFront(front, DateTimeOffset.Parse(Day(6), null), new { });
        using (var cancelled = await app.Editor.Send(HttpMethod.Delete,
            $"/api/v1/editorial/fronts/{front.Id}/schedule/{(await app.Editor.ScheduleFront(front, DateTimeOffset.Parse(Day(4), null), new { }))["id"]}", ifMatch: "*"))
        {
            Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        }
        await app.Editor.PublishArticle(own.Slug, "Stays for ever");
        await app.Editor.Withdraw(await app.Editor.PublishArticle(own.Slug, "Gone already", new { expiresAt = Day(2) }));
        await app.Editor.Act(await app.Editor.Act(await app.Editor.CreateArticle(own.Slug, "Called off"), "schedule", new { at = Day(2) }), "unschedule");

        var items = await Items("");

        Assert.Equal(
            [
                $"{soon.Id} publish  {Day(1)}", $"{expires.Id} withdraw expiry {Day(2)}", $"{late.Id} publish  {Day(3)}", $"{cleared.Id} withdraw clearanceEnd {Day(3)}",
                $"{cleared.Id} endSyndication  {Day(3)}", $"{front.Id} changeFront  {Day(3)}", $"{both.Id} publish  {Day(4)}", $"{both.Id} withdraw expiry {Day(5)}",
                $"{front.Id} changeFront  {Day(6)}",
            ],
            items.Select(Line));
        Assert.Equal(items.Select(Line), (await Items("", 1)).Select(Line));
        Assert.Equal(items.Select(Line), (await Items("", 2)).Select(Line));
        Assert.Empty(await Items("overdue=true"));
        Assert.Equal(items.Count, (await Items("overdue=false")).Count);
        var publication = items[0];
        Assert.Equal(soon.Slug, publication["article"]!["slug"]!.GetValue<string>());
        Assert.Equal("Saved since", publication["article"]!["name"]!.GetValue<string>());
        Assert.Equal(1, publication["revision"]!.GetValue<int>());
        Assert.StartsWith("key:", publication["scheduledBy"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(publication["at"]!.GetValue<string>(), publication["tryAt"]!.GetValue<string>());
        Assert.All(items, item => Assert.False(item["isOverdue"]!.GetValue<bool>()));
        Assert.All(items.Where(item => item["action"]!.GetValue<string>() is "withdraw" or "endSyndication"), item => Assert.Null(item["revision"] ?? item["scheduledBy"] ?? item["tryAt"]));
        var fronts = items.Where(item => item["front"] is not null).ToList();
        Assert.Equal([third["id"]!.ToString(), sixth["id"]!.ToString()], fronts.Select(item => item["edition"]!.ToString()));
        Assert.All(fronts, item =>
        {
            Assert.Equal((front.Slug, "Front to come"), (item["front"]!["slug"]!.GetValue<string>(), item["front"]!["name"]!.GetValue<string>()));
            Assert.StartsWith("key:", item["scheduledBy"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Null(item["article"] ?? item["because"] ?? item["revision"] ?? item["failedAt"] ?? item["failure"] ?? item["tryAt"]);
        });
        Assert.All(items.Except(fronts), item => Assert.Null(item["edition"]));
    }

    [Fact]
    public async Task An_edition_leaves_the_list_at_its_moment_and_is_never_late()
    {
        var front = await app.Editor.CreateFront("Front in a moment");
        var edition = await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddSeconds(2), new { });
        async Task<bool> IsListed(string query) => (await Items(query)).Exists(item => item["edition"]?.ToString() == edition["id"]!.ToString());
        Assert.True(await IsListed(""));

        await Newsroom.Eventually(async () => !await IsListed(""), "it has taken effect");

        // Nothing was done: the row that it stands in is there until the next save.
        Assert.Equal([1L], await app.Query("SELECT count(*) FROM editorial.front_editions WHERE front_id = $1", row => row.GetInt64(0), front.Id));
        Assert.False(await IsListed("overdue=true"));
        Assert.Equal("\"2\"", (await app.Editor.ReloadFront(front)).ETag);
    }

    [Fact]
    public async Task What_its_rules_refused_stays_as_overdue_with_every_reason_until_an_editor_acts()
    {
        var source = await app.Editor.CreateSource("Source that turns");
        var article = await app.Editor.CreateArticle(source.Slug, "Refused in time");
        article = await app.Editor.Act(article, "schedule", new { at = EditorCards.In(TimeSpan.FromSeconds(1.5)) });
        await app.Editor.Patch("sources", source, new { rights = new { redistribution = "prohibited" } });

        await Newsroom.Eventually(async () => (await Of(article)) is { } due && due["failedAt"] is not null, "the failure is listed");

        var item = (await Of(article))!;
        Assert.True(item["isOverdue"]!.GetValue<bool>());
        Assert.Null(item["tryAt"]);
        Assert.Contains("Source that turns", Assert.Single(item.Texts("failure")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/articles/{article.Id}", TestContext.Current.CancellationToken)).StatusCode);

        await app.Editor.Act(article, "unschedule");

        Assert.Null(await Of(article));
    }

    [Fact]
    public async Task What_is_late_because_another_holds_it_is_listed_as_late_until_it_is_done()
    {
        var source = await app.Editor.CreateSource("Source of the held");
        var article = await app.Editor.PublishArticle(source.Slug, "Held past its end", new { expiresAt = EditorCards.In(TimeSpan.FromSeconds(2)) });
        await using (var holder = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await holder.Do("SELECT FROM editorial.articles WHERE id = $1 FOR UPDATE", article.Id);
            await Newsroom.Eventually(async () => await Of(article) is not null, "it is late", seconds: 12);

            var item = (await Of(article))!;
            Assert.Equal("withdraw", item["action"]!.GetValue<string>());
            Assert.True(item["isOverdue"]!.GetValue<bool>());
        }

        await Newsroom.Eventually(async () => await Of(article) is null, "it is done");
        Assert.Equal("article.withdrawn", (await app.Events(article.Id))[^1]);
    }

    [Theory]
    [InlineData("overdue=1", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("limit=0", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("after=AAAA", HttpStatusCode.BadRequest, "bad-cursor")]
    [InlineData("due=true", HttpStatusCode.BadRequest, "unknown-parameter")]
    public async Task What_cannot_be_asked_is_refused(string query, HttpStatusCode status, string type)
    {
        using var response = await app.Editor.GetAsync($"{Schedule}?{query}");

        await response.Problem(status, type);
    }

    [Fact]
    public async Task It_is_for_the_newsroom()
    {
        using var reader = app.Client(await app.MakeKey("reader"));

        await (await app.Reader.GetAsync(Schedule, TestContext.Current.CancellationToken)).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await (await reader.GetAsync(Schedule, TestContext.Current.CancellationToken)).Problem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, (await app.Contributor.GetAsync(Schedule, TestContext.Current.CancellationToken)).StatusCode);
    }

    private async Task<JsonObject?> Of(Saved article) => (await Items("overdue=true")).SingleOrDefault(item => item["article"]!["id"]!.GetValue<Guid>() == article.Id);

    private async Task<List<JsonObject>> Items(string query, int limit = 100)
    {
        var items = new List<JsonObject>();
        for (string? cursor = null; ;)
        {
            var page = await app.Contributor.GetJson($"{Schedule}?{query}&limit={limit}{(cursor is null ? "" : $"&after={cursor}")}".Replace("?&", "?", StringComparison.Ordinal));
            items.AddRange(page["items"]!.AsArray().Select(item => item!.AsObject()));
            cursor = page["nextCursor"]?.GetValue<string>();
            if (cursor is null)
            {
                return items;
            }
        }
    }

    private static string Line(JsonObject item) =>
        $"{(item["article"] ?? item["front"])!["id"]} {item["action"]} {item["because"]} {item["at"]}";

    private static string Day(int number) => $"2126-01-0{number}T00:00:00Z";

    private async Task Clear(Saved article, string scope, string until)
    {
        using var response = await app.Editor.Send(
            HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/rights-clearances", new { scope, reason = "Agreed by telephone.", until });
        await response.Problem(HttpStatusCode.Created);
    }
}
