using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class PublishRefusalTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("markdown", "")]
    [InlineData("markdown", " \r\n\t\u200C\u00A0 ")]
    [InlineData("markdown", "<script>alert(1)</script>")]
    [InlineData("html", "")]
    [InlineData("html", "<p> </p><div><br></div><!-- x -->")]
    [InlineData("html", "<script>alert(1)</script><style>p{}</style>")]
    [InlineData("html", "<img src=\"javascript:alert(1)\">")]
    [InlineData("html", "<iframe src=\"https://evil.example/\"></iframe>")]
    public async Task A_body_without_anything_to_read_is_refused(string format, string content)
    {
        var source = await app.Editor.CreateSource("Source of nothing");
        var article = await app.Editor.CreateArticle(source.Slug, "Empty", new { body = new { format, content } });

        Assert.Equal(["The body is empty."], await Refused(article));
    }

    [Fact]
    public async Task Every_reason_is_told_at_once()
    {
        var source = await app.Editor.CreateSource("Prohibiting source", new { rights = new { redistribution = "prohibited" } });
        var embargo = DateTimeOffset.UtcNow.AddDays(1);
        var article = await app.Editor.CreateArticle(source.Slug, "Everything wrong", new
        {
            body = new { format = "markdown", content = "" },
            embargoUntil = embargo.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        });

        var reasons = await Refused(article);

        Assert.Equal(3, reasons.Length);
        Assert.Equal("The body is empty.", reasons[0]);
        Assert.StartsWith($"The embargo lasts until {embargo:yyyy-MM-dd}", reasons[1], StringComparison.Ordinal);
        Assert.Equal("The rights of its source, Prohibiting source, prohibit it, and no clearance for the site lasts at that time.", reasons[2]);
    }

    [Fact]
    public async Task What_has_expired_is_refused()
    {
        var source = await app.Editor.CreateSource("Source of the expired");
        var article = await app.Editor.CreateArticle(source.Slug, "Expired", new { expiresAt = "2020-01-01T00:00:00Z" });

        Assert.Equal(["It expires at 2020-01-01T00:00:00Z."], await Refused(article));
    }

    [Theory]
    [InlineData(null, null, null, "allowed")]
    [InlineData("attribution", null, null, "attribution")]
    [InlineData("attribution", "allowed", null, "allowed")]
    [InlineData("prohibited", "allowed", null, "allowed")]
    [InlineData("prohibited", "attribution", null, "attribution")]
    [InlineData("prohibited", null, "The rights of its source, Rights source, prohibit it, and no clearance for the site lasts at that time.", null)]
    [InlineData("prohibited", "prohibited", "Its rights prohibit it, and no clearance for the site lasts at that time.", null)]
    [InlineData("allowed", "prohibited", "Its rights prohibit it, and no clearance for the site lasts at that time.", null)]
    public async Task An_articles_own_rights_win_over_its_sources(string? ofSource, string? own, string? reason, string? effective)
    {
        var source = await app.Editor.CreateSource("Rights source", new { rights = new { redistribution = ofSource, copyrightHolder = "The source" } });
        var article = await app.Editor.CreateArticle(source.Slug, "Rights", new { rights = new { redistribution = own, usageTerms = "The article's" } });

        if (reason is not null)
        {
            Assert.Equal([reason], await Refused(article));
            return;
        }
        await app.Editor.Publish(article);
        var rights = (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["rights"]!;
        Assert.Equal(effective, rights["redistribution"]!.GetValue<string>());
        Assert.Equal("The source", rights["copyrightHolder"]!.GetValue<string>());
        Assert.Equal("The article's", rights["usageTerms"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refused_update_leaves_the_live_article_as_it_is()
    {
        var source = await app.Editor.CreateSource("Source of a refused update");
        var live = await app.Editor.PublishArticle(source.Slug, "Stays live");
        var before = await app.Reader.GetStringAsync($"/api/v1/articles/{live.Id}");
        var changed = await app.Editor.Patch("articles", live, new { headline = "Never seen", embargoUntil = "2126-01-01T00:00:00Z" });

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{live.Id}/publish", ifMatch: changed.ETag);

        await response.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
        Assert.Equal(before, await app.Reader.GetStringAsync($"/api/v1/articles/{live.Id}"));
        Assert.Equal(["article.created", "article.published", "article.saved"], await app.Events(live.Id));
    }

    [Fact]
    public async Task Published_in_the_past_sorts_there_and_in_the_future_is_refused()
    {
        var source = await app.Editor.CreateSource("Source of dates");
        var now = await app.Editor.PublishArticle(source.Slug, "Of now");
        var old = await app.Editor.PublishArticle(source.Slug, "Of old", new { publishedAt = "1999-12-31T23:59:59Z" });
        var older = await app.Editor.PublishArticle(source.Slug, "Older", new { publishedAt = "1999-12-31T23:59:58.999999+00:00" });

        var page = await app.Reader.GetJson($"/api/v1/articles?source={source.Slug}");
        Assert.Equal([now.Id, old.Id, older.Id], page["items"]!.AsArray().Select(card => card!["id"]!.GetValue<Guid>()));
        Assert.Equal("1999-12-31T23:59:58.999999Z", page["items"]![2]!["publishedAt"]!.GetValue<string>());

        var future = DateTimeOffset.UtcNow.AddHours(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{now.Id}", new { publishedAt = future }, now.ETag);
        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal("publishedAt", Assert.Single(problem["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task What_expires_leaves_its_address_and_every_list_by_itself()
    {
        var source = await app.Editor.CreateSource("Source of the ephemeral");
        var tag = await app.Editor.CreateTag("Ephemeral");
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(4);
        var article = await app.Editor.PublishArticle(source.Slug, "Ephemeral", new
        {
            tags = new[] { tag.Slug },
            expiresAt = expiresAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        });
        var addresses = new[] { $"/api/v1/articles/{article.Id}", $"/api/v1/articles/{article.Slug}" };
        var lists = new[] { "", $"?source={source.Slug}", $"?tag={tag.Slug}", $"?tag={tag.Slug}&language=en" };
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync(addresses[0])).StatusCode);
        var events = await app.Events(article.Id);

        await Newsroom.Eventually(async () => (await app.Reader.GetAsync(addresses[0])).StatusCode == HttpStatusCode.Gone, "the article expires");

        Assert.True(DateTimeOffset.UtcNow >= expiresAt.AddSeconds(-1), "It went too early.");
        foreach (var address in addresses)
        {
            var problem = await (await app.Reader.GetAsync(address)).Problem(HttpStatusCode.Gone, "withdrawn");
            Assert.Null(problem["notice"]);
        }
        foreach (var list in lists)
        {
            var page = await app.Reader.GetJson("/api/v1/articles" + list);
            Assert.DoesNotContain(page["items"]!.AsArray(), card => card!["id"]!.GetValue<Guid>() == article.Id);
        }
        await Newsroom.Eventually(async () => (await app.Events(article.Id)).Count > events.Count, "it is withdrawn");
        Assert.Equal([.. events, "article.withdrawn"], await app.Events(article.Id));
        var because = await app.Query(
            "SELECT actor || ' ' || data FROM log.events WHERE resource_id = $1 ORDER BY position DESC LIMIT 1", row => row.GetString(0), article.Id);
        Assert.Equal(["""system {"because": "expired"}"""], because);
        Assert.Equal("withdrawn", (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["status"]!.GetValue<string>());
    }

    private async Task<string[]> Refused(Saved article)
    {
        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);
        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/articles/{article.Id}")).StatusCode);
        Assert.Equal(["article.created"], await app.Events(article.Id));
        Assert.Empty(await app.Query("SELECT 1 FROM delivery.articles WHERE article_id = $1", row => row.GetInt32(0), article.Id));
        Assert.Equal([false], await app.Query("SELECT was_public FROM editorial.slugs WHERE owner_id = $1", row => row.GetBoolean(0), article.Id));
        var now = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}");
        Assert.Equal(("draft", 1), (now["status"]!.GetValue<string>(), now["version"]!.GetValue<int>()));
        return [.. problem["reasons"]!.AsArray().Select(reason => reason!.GetValue<string>())];
    }
}
