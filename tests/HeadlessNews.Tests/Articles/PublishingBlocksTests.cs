using System.Diagnostics;
using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>What a card and an article say would refuse a publication is what refuses it.</summary>
public sealed class PublishingBlocksTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly string?[] Clearances = [null, "site", "ended", "syndication"];
    private static readonly (string? Embargo, string? Expiry)[] Times =
        [(null, null), ("2020-01-01T00:00:00Z", null), ("2126-01-01T00:00:00Z", null), (null, "2021-01-01T00:00:00Z"), ("2020-01-01T00:00:00Z", "2126-01-01T00:00:00Z")];

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "allowed")]
    [InlineData(null, "prohibited")]
    [InlineData("attribution", null)]
    [InlineData("prohibited", null)]
    [InlineData("prohibited", "attribution")]
    [InlineData("prohibited", "prohibited")]
    public async Task Blocked_by_is_empty_exactly_when_publishing_is_allowed(string? ofSource, string? own)
    {
        var source = await app.Editor.CreateSource("Source of blocks", new { rights = new { redistribution = ofSource, copyrightHolder = "The source" } });
        foreach (var clearance in Clearances)
        {
            foreach (var (embargoUntil, expiresAt) in Times)
            {
                foreach (var content in new[] { "Text.", " ", "<script>alert(1)</script>" })
                {
                    var article = await app.Editor.CreateArticle(source.Slug, "Blocked or not", new
                    {
                        rights = new { redistribution = own },
                        embargoUntil,
                        expiresAt,
                        body = new { format = "markdown", content },
                    });
                    await Clear(article, clearance);
                }
            }
        }

        foreach (var card in await app.Contributor.Cards($"source={source.Slug}"))
        {
            var id = card["id"]!.GetValue<Guid>();
            var article = await app.Contributor.GetJson($"{EditorCards.List}/{id}");
            var blocks = card.Texts("blockedBy");
            using var response = await app.Editor.Send(HttpMethod.Post, $"{EditorCards.List}/{id}/publish", ifMatch: "*");

            Assert.Equal(blocks, article.Texts("blockedBy"));
            Assert.Equal(own ?? ofSource ?? "allowed", article["effectiveRights"]!["redistribution"]!.GetValue<string>());
            Assert.Equal("The source", article["effectiveRights"]!["copyrightHolder"]!.GetValue<string>());
            Assert.Null(article["rights"]!["copyrightHolder"]);
            if (blocks.Count == 0)
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
            else
            {
                var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
                Assert.Equal(blocks, problem.Texts("reasons").Select(Block));
            }
        }
    }

    [Fact]
    public async Task A_card_tells_the_state_at_a_glance()
    {
        var source = await app.Editor.CreateSource("Source at a glance");
        var live = await app.Editor.PublishArticle(source.Slug, "At a glance", new { internalNote = "Ring the harbour.", expiresAt = "2126-01-01T00:00:00Z" });
        var changed = await app.Editor.Patch("articles", live, new { kicker = "Changed" });
        var at = EditorCards.In(TimeSpan.FromDays(1));
        await app.Editor.Act(changed, "schedule", new { at });

        var card = Assert.Single(await app.Contributor.Cards($"source={source.Slug}"));

        Assert.Equal("scheduled", card["status"]!.GetValue<string>());
        Assert.True(card["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.Equal(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), card["scheduledFor"]!.GetValue<DateTimeOffset>());
        Assert.False(card["scheduleFailed"]!.GetValue<bool>());
        Assert.Equal("2126-01-01T00:00:00Z", card["expiresAt"]!.GetValue<string>());
        Assert.Equal("Ring the harbour.", card["internalNote"]!.GetValue<string>());
        Assert.Empty(card.Texts("blockedBy"));
    }

    [Fact]
    public async Task A_publication_that_failed_is_marked_on_its_card()
    {
        var source = await app.Editor.CreateSource("Source that changes its mind");
        var article = await app.Editor.CreateArticle(source.Slug, "Refused when it is due");
        await app.Editor.Act(article, "schedule", new { at = EditorCards.In(TimeSpan.FromSeconds(1.5)) });
        await app.Editor.Patch("sources", source, new { rights = new { redistribution = "prohibited" } });

        await Newsroom.Eventually(async () => (await Card())["scheduleFailed"]!.GetValue<bool>(), "the card says that it failed");

        Assert.Equal(["rights"], (await Card()).Texts("blockedBy"));
        Assert.Equal("scheduled", (await Card())["status"]!.GetValue<string>());

        async Task<System.Text.Json.Nodes.JsonObject> Card() => Assert.Single(await app.Editor.Cards($"source={source.Slug}"));
    }

    [Fact]
    public async Task A_long_page_asks_the_database_no_more_often_than_a_short_one()
    {
        var source = await app.Editor.CreateSource("Source of long pages", new { rights = new { redistribution = "prohibited" } });
        for (var nth = 0; nth < 12; nth++)
        {
            await Clear(await app.Editor.CreateArticle(source.Slug, $"On a long page {nth}"), "site");
        }
        await Commands(1);

        var (one, many) = (await Commands(1), await Commands(12));

        Assert.InRange(one, 1, 10);
        Assert.Equal(one, many);

        // Npgsql reports each command as an activity, which belongs to the request's trace.
        async Task<int> Commands(int limit)
        {
            var (trace, count) = (ActivityTraceId.CreateRandom(), 0);
            using var listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => _ = activity.Source.Name == "Npgsql" && activity.TraceId == trace ? Interlocked.Increment(ref count) : 0,
            };
            ActivitySource.AddActivityListener(listener);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{EditorCards.List}?source={source.Slug}&limit={limit}");
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var response = await app.Editor.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return count;
        }
    }

    private async Task Clear(Saved article, string? clearance)
    {
        if (clearance is null)
        {
            return;
        }
        using var given = await app.Editor.Send(HttpMethod.Post, $"{EditorCards.List}/{article.Id}/rights-clearances",
            new { scope = clearance == "syndication" ? "syndication" : "site", reason = "Agreed by telephone." });
        var id = (await given.Problem(HttpStatusCode.Created))["id"]!.GetValue<Guid>();
        if (clearance == "ended")
        {
            using var ended = await app.Editor.Send(HttpMethod.Delete, $"{EditorCards.List}/{article.Id}/rights-clearances/{id}");
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }
    }

    /// <summary>The block behind a reason's first words.</summary>
    private static string Block(string reason) => reason.Split(' ') switch
    {
        ["The", "body", ..] => "emptyBody",
        ["The", "embargo", ..] => "embargo",
        ["It", "expires", ..] => "expired",
        _ => "rights",
    };
}
