using System.Globalization;
using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>What can be scheduled and what cannot, and what calls it off.</summary>
public sealed class ScheduleTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly DateTimeOffset NextYear = new(DateTimeOffset.UtcNow.Year + 1, 6, 1, 6, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string> Impossible => new()
    {
        { "{}", """{ "at": "2020-01-01T00:00:00Z" }""", "at must be in the future" },
        { "{}", "{}", "at must be given: the article has no embargo whose end could be the time" },
        { """{ "embargoUntil": "2020-01-01T00:00:00Z" }""", "{}", "at must be given: the embargo has ended" },
        { """{ "embargoUntil": "2126-06-01T00:00:00Z" }""", """{ "at": "2126-05-31T23:59:59Z" }""", "The embargo lasts until 2126-06-01T00:00:00Z." },
        { """{ "expiresAt": "2126-06-01T00:00:00Z" }""", """{ "at": "2126-06-01T00:00:00Z" }""", "It expires at 2126-06-01T00:00:00Z." },
        { """{ "body": { "format": "markdown", "content": "" } }""", """{ "at": "2126-06-01T00:00:00Z" }""", "The body is empty." },
        {
            """{ "rights": { "redistribution": "prohibited" } }""", """{ "at": "2126-06-01T00:00:00Z" }""",
            "Its rights prohibit it, and no clearance for the site lasts at that time."
        },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task What_would_not_be_published_then_is_refused_now(string article, string request, string reason)
    {
        var draft = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, with: System.Text.Json.Nodes.JsonNode.Parse(article));

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{draft.Id}/schedule", request, draft.ETag);

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(reason, problem["reasons"]?[0]!.GetValue<string>() ?? string.Join(' ', problem["errors"]!.AsObject().Select(error => $"{error.Key} {error.Value![0]}")));
        Assert.Equal(draft.Json.ToJsonString(), (await app.Editor.Reload(draft)).Json.ToJsonString());
        Assert.Equal(["article.created"], await app.Events(draft.Id));
        Assert.Empty(await Pinned(draft));
    }

    [Fact]
    public async Task A_clearance_that_ends_before_the_time_does_not_help_and_one_that_lasts_does()
    {
        var draft = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, with: new { rights = new { redistribution = "prohibited" } });
        await app.Editor.Clear(draft, until: NextYear.AddSeconds(-1));
        using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{draft.Id}/schedule", new { at = NextYear }, draft.ETag);
        await refused.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");

        await app.Editor.Clear(draft, until: NextYear.AddSeconds(1));

        Assert.Equal("scheduled", (await app.Editor.Schedule(draft, NextYear)).Status());
    }

    [Fact]
    public async Task An_embargo_after_the_expiry_is_refused()
    {
        var source = await app.Editor.CreateSource();
        var before = await app.LogPosition();

        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", new
        {
            headline = "Over before it begins",
            language = "en",
            source = source.Slug,
            body = new { format = "markdown", content = "x" },
            embargoUntil = "2126-06-01T00:00:00Z",
            expiresAt = "2126-05-01T00:00:00Z",
        });

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal("expiresAt", Assert.Single(problem["errors"]!.AsObject()).Key);
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task Without_a_time_it_is_the_embargos_end()
    {
        var draft = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, with: new { embargoUntil = NextYear });

        var scheduled = await app.Editor.Schedule(draft, null);

        Assert.Equal(NextYear, scheduled.Json["scheduled"]!["dueAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal([1], await Pinned(draft));
    }

    [Fact]
    public async Task Scheduled_again_it_pins_anew_and_has_one_time()
    {
        var draft = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug);
        var scheduled = await app.Editor.Schedule(draft, NextYear);
        scheduled = await app.Editor.Patch("articles", scheduled, new { kicker = "Saved since" });
        Assert.Equal((1, "scheduled"), (scheduled.Json["scheduled"]!["revision"]!.GetValue<int>(), scheduled.Status()));

        scheduled = await app.Editor.Schedule(scheduled, NextYear.AddDays(1));

        Assert.Equal((2, NextYear.AddDays(1)), (scheduled.Json["scheduled"]!["revision"]!.GetValue<int>(), scheduled.Json["scheduled"]!["dueAt"]!.GetValue<DateTimeOffset>()));
        Assert.Equal([2], await Pinned(draft));
        var data = await app.Query("SELECT data ->> 'at' FROM log.events WHERE resource_id = $1 AND type = 'article.scheduled' ORDER BY position", row => row.GetString(0), draft.Id);
        Assert.Equal([NextYear, NextYear.AddDays(1)], data.Select(at => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("unschedule", "draft")]
    [InlineData("publish", "published")]
    [InlineData("trash", "trashed")]
    public async Task Called_off_by_hand_nothing_is_to_come(string action, string status)
    {
        var scheduled = await app.Editor.Schedule(await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug), NextYear);

        var after = await app.Editor.Act(scheduled, action);

        Assert.Equal((status, true), (after.Status(), after.Json["scheduled"] is null));
        Assert.Empty(await Pinned(scheduled));
    }

    [Fact]
    public async Task Withdrawn_by_an_editor_it_does_not_come_again_by_itself()
    {
        var live = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        var scheduled = await app.Editor.Schedule(await app.Editor.Patch("articles", live, new { kicker = "Later" }), NextYear);

        var withdrawn = await app.Editor.Withdraw(scheduled);

        Assert.Equal(("withdrawn", true), (withdrawn.Status(), withdrawn.Json["scheduled"] is null));
        Assert.Empty(await Pinned(live));
    }

    [Fact]
    public async Task A_pinned_revisions_slug_is_kept_from_others_whatever_is_saved_since()
    {
        var source = await app.Editor.CreateSource();
        var scheduled = await app.Editor.Schedule(await app.Editor.CreateArticle(source.Slug, with: new { slug = "pinned-slug" }), NextYear);
        scheduled = await app.Editor.Patch("articles", scheduled, new { slug = "saved-since" });
        foreach (var slug in new[] { "pinned-slug", "saved-since" })
        {
            using var refused = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles",
                new { slug, headline = "Wants it too", language = "en", source = source.Slug, body = new { format = "markdown", content = "x" } });
            await refused.Problem(HttpStatusCode.Conflict, "slug-taken");
        }

        await app.Editor.Act(scheduled, "unschedule");

        Assert.Equal("pinned-slug", (await app.Editor.CreateArticle(source.Slug, with: new { slug = "pinned-slug" })).Slug);
    }

    private Task<List<int>> Pinned(Saved article) =>
        app.Query("SELECT revision FROM editorial.scheduled_publications WHERE article_id = $1", row => row.GetInt32(0), article.Id);
}
