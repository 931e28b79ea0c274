using System.Net;
using System.Text;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>What is published comes to receivers: signed, whole, in order; and nothing else comes.</summary>
public sealed class DeliveryTests(WebhookApp app) : IClassFixture<WebhookApp>
{
    [Fact]
    public async Task What_is_published_comes_signed_with_the_very_document_that_readers_get()
    {
        await using var receiver = await ReceivingServer.Start((_, _, http) => http.Response.WriteAsync("Thank you."));
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        var article = await app.Editor.PublishArticle(app.Source.Slug, "Told at once");

        await app.Admin.UntilDone(webhook, 1);
        var request = Assert.Single(receiver.Of(article.Id));
        Assert.Equal("article.published", request.Type);
        Assert.Equal("article", request.Json["kind"]!.GetValue<string>());
        Assert.Equal(2, request.Version);
        Assert.True(request.IsSignedWith(webhook.Secret));
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal((await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString(), request.Json["data"]!.ToJsonString());
        var delivery = Assert.Single((await app.Admin.Deliveries(webhook))["items"]!.AsArray())!;
        Assert.Equal(request.Id, $"evt_{delivery["id"]!.GetValue<Guid>():N}");
        Assert.Equal("delivered", delivery["state"]!.GetValue<string>());
        Assert.Equal(("article.published", article.Id, 2), (delivery["type"]!.GetValue<string>(), delivery["resourceId"]!.GetValue<Guid>(), delivery["resourceVersion"]!.GetValue<int>()));
        Assert.Null(delivery["error"]);
        Assert.Null(delivery["nextAttemptAt"]);
        var attempt = Assert.Single(delivery["attempts"]!.AsArray())!;
        Assert.Equal((200, "Thank you."), (attempt["status"]!.GetValue<int>(), attempt["response"]!.GetValue<string>()));
        Assert.Equal(new string([.. Encoding.UTF8.GetString(request.Body).Take(1_000)]), attempt["request"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_articles_life_comes_event_by_event_in_its_order()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        var article = await app.Editor.PublishArticle(app.Source.Slug, "A whole life");
        await Came(1);
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = "Changed" }));
        await Came(2);
        await app.Editor.Correct(article, "The ferry was late.");
        await Came(3);
        article = await app.Editor.Withdraw(await app.Editor.Reload(article));
        await Came(4);
        article = await app.Editor.Publish(article);
        await Came(5);
        article = await app.Editor.Trash(await app.Editor.Withdraw(article));
        await Came(6);
        using var ended = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await Came(7);

        var requests = receiver.Of(article.Id);
        Assert.Equal(
            ["article.published", "article.updated", "article.corrected", "article.withdrawn", "article.published", "article.withdrawn", "article.deleted"],
            requests.Select(request => request.Type));
        Assert.Equal(requests.Select(request => request.Version).Order(), requests.Select(request => request.Version));
        Assert.All(requests, request => Assert.Equal(request.Type is "article.withdrawn" or "article.deleted", request.Json["data"] is null));
        Assert.Distinct(requests.Select(request => request.Id));
        await app.Admin.UntilDone(webhook, 7);

        Task Came(int many) => Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count == many), $"event {many} comes");
    }

    [Fact]
    public async Task Authors_sources_and_tags_come_when_they_become_public_change_and_are_public_no_more()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "tag.*", "author.changed");
        var author = await app.Editor.CreateAuthor("Ines Harker", new { email = "ines@example.org" });
        var tag = await app.Editor.CreateTag("Tides");

        var article = await app.Editor.PublishArticle(app.Source.Slug, "High water", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        await Came(tag.Id, "tag.changed", 1);
        await Came(author.Id, "author.changed", 1);
        await app.Editor.Patch("tags", tag, new { name = "Spring tides" });
        await Came(tag.Id, "tag.changed", 2);
        await app.Editor.Withdraw(await app.Editor.Reload(article));
        await Came(tag.Id, "tag.deleted", 1);
        await app.Admin.UntilDone(webhook, 4);

        Assert.Equal("Spring tides", receiver.Of(tag.Id)[1].Json["data"]!["name"]!.GetValue<string>());
        Assert.Null(receiver.Of(tag.Id)[^1].Json["data"]);
        // Only what was asked for: no article, no source, no author's end, and of nobody the address that never leaves.
        Assert.All(receiver.Requests, request => Assert.Matches("^(tag\\..*|author\\.changed)$", request.Type));
        Assert.DoesNotContain(receiver.Requests, request => Encoding.UTF8.GetString(request.Body).Contains("ines@example.org", StringComparison.Ordinal));

        Task Came(Guid id, string type, int many) =>
            Newsroom.Eventually(() => Task.FromResult(receiver.Of(id).Count(request => request.Type == type) >= many), $"{type} comes, {many} in all");
    }

    [Fact]
    public async Task Nothing_of_a_draft_or_of_what_may_not_be_passed_on_ever_comes()
    {
        const string secret = "zqxleak";
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url);
        var prohibited = await app.Editor.CreateSource("Not to be passed on", new { rights = new { redistribution = "prohibited" } });
        var draft = await app.Editor.CreateArticle(app.Source.Slug, $"{secret} draft", new { internalNote = secret });
        await app.Editor.Trash(await app.Editor.Patch("articles", draft, new { kicker = secret }));
        var live = await app.Editor.PublishArticle(app.Source.Slug, "Open", new { internalNote = secret });
        await app.Editor.Patch("articles", live, new { headline = $"{secret} unpublished change" });
        // On the site alone.
        var kept = await app.Editor.CreateArticle(prohibited.Slug, $"{secret} on the site alone");
        await app.Editor.Clear(kept);
        kept = await app.Editor.Publish(await app.Editor.Reload(kept));

        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(kept.Id).Count > 0 && receiver.Of(live.Id).Count > 0), "what happened has come");
        await app.Admin.UntilDone(webhook, 2);

        Assert.All(receiver.Of(kept.Id), request => Assert.Equal(("article.withdrawn", true), (request.Type, request.Json["data"] is null)));
        Assert.DoesNotContain(receiver.Requests, request => Encoding.UTF8.GetString(request.Body).Contains(secret, StringComparison.Ordinal));
        Assert.Empty(receiver.Of(draft.Id));
    }

    [Fact]
    public async Task Losing_and_gaining_the_right_to_be_passed_on_is_a_withdrawal_and_a_publication()
    {
        await using var receiver = await ReceivingServer.Start();
        var prohibited = await app.Editor.CreateSource("By clearance alone", new { rights = new { redistribution = "prohibited" } });
        var article = await app.Editor.CreateArticle(prohibited.Slug, "Cleared twice");
        await app.Editor.Clear(article);
        var clearance = await app.Editor.Clear(article, "syndication");
        article = await app.Editor.Publish(await app.Editor.Reload(article));
        await app.Admin.CreateWebhook(receiver.Url, "article.published", "article.withdrawn");

        using var ended = await app.Editor.DeleteAsync($"/api/v1/editorial/articles/{article.Id}/rights-clearances/{clearance["id"]}");
        Assert.True(ended.IsSuccessStatusCode);
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count == 1), "its right has ended");
        await app.Editor.Clear(article, "syndication");
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count == 2), "it has its right again");

        Assert.Equal(["article.withdrawn", "article.published"], receiver.Of(article.Id).Select(request => request.Type));
        Assert.Equal([true, false], receiver.Of(article.Id).Select(request => request.Json["data"] is null));
    }

    [Fact]
    public async Task What_happened_before_it_was_made_or_while_it_was_off_comes_only_when_it_is_replayed()
    {
        await using var receiver = await ReceivingServer.Start();
        var start = DateTimeOffset.UtcNow.AddSeconds(-1);
        var before = await app.Editor.PublishArticle(app.Source.Slug, "Before there was a webhook");
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        using var off = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { enabled = false }, "\"1\"");
        var meanwhile = await app.Editor.PublishArticle(app.Source.Slug, "While it was off");
        var withdrawn = await app.Editor.Withdraw(await app.Editor.PublishArticle(app.Source.Slug, "Published and withdrawn while it was off"));
        using var on = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { enabled = true }, "\"2\"");
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);
        var after = await app.Editor.PublishArticle(app.Source.Slug, "After it was on again");
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(after.Id).Count == 1), "what happens now comes");
        Assert.Equal(receiver.Of(after.Id), receiver.Requests);

        using var replayed = await app.Admin.Send(HttpMethod.Post, $"{webhook.Path}/replay", new { from = start });

        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(withdrawn.Id).Count == 2 && receiver.Of(after.Id).Count == 2), "all has come");
        await app.Admin.UntilDone(webhook, 5);
        Assert.Equal("article.published", Assert.Single(receiver.Of(before.Id)).Type);
        Assert.Single(receiver.Of(meanwhile.Id));
        // What was published then is not published again.
        Assert.All(receiver.Of(withdrawn.Id), request => Assert.Equal(("article.withdrawn", true), (request.Type, request.Json["data"] is null)));
        Assert.Single(receiver.Of(after.Id).Select(request => request.Id).Distinct());
    }

    [Fact]
    public async Task One_delivery_is_replayed_under_its_own_id_with_what_there_is_to_say_now()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.published");
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Sent twice");
        await app.Admin.UntilDone(webhook, 1);
        await app.Editor.Publish(await app.Editor.Patch("articles", await app.Editor.Reload(article), new { kicker = "Newer" }));
        var id = (await app.Admin.Deliveries(webhook))["items"]![0]!["id"]!.GetValue<Guid>();

        using var replayed = await app.Admin.Send(HttpMethod.Post, $"{webhook.Path}/replay", new { delivery = id });

        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count == 2), "it has come again");
        Assert.Single(receiver.Of(article.Id).Select(request => request.Id).Distinct());
        Assert.Equal("Newer", receiver.Of(article.Id)[1].Json["data"]!["kicker"]!.GetValue<string>());
        await app.Admin.UntilDone(webhook, 1);
        Assert.Equal(2, (await app.Admin.Deliveries(webhook))["items"]![0]!["attempts"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("{}", "from")]
    [InlineData("{\"from\":\"2026-01-01T00:00:00Z\",\"delivery\":\"019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10\"}", "from")]
    [InlineData("{\"delivery\":\"019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10\"}", "delivery")]
    public async Task A_replay_of_nothing_is_refused(string body, string member)
    {
        var webhook = await app.Admin.CreateWebhook("https://www.example.org/hook");

        using var refused = await app.Admin.Send(HttpMethod.Post, $"{webhook.Path}/replay", body);

        var problem = await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(member, problem["errors"]!.AsObject().Single().Key);
        Assert.Equal(["webhook.created"], await app.Events(webhook.Id));
    }

    [Fact]
    public async Task The_delivery_log_is_paged_and_filtered_by_state()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.published");
        var articles = new List<Guid>();
        for (var nth = 0; nth < 3; nth++)
        {
            articles.Add((await app.Editor.PublishArticle(app.Source.Slug, $"Number {nth}")).Id);
        }
        await app.Admin.UntilDone(webhook, 3);

        var read = new List<Guid>();
        for (var next = $"{webhook.Path}/deliveries?state=delivered&limit=1"; next is not null;)
        {
            var page = await app.Admin.GetJson(next);
            read.AddRange(page["items"]!.AsArray().Select(item => item!["resourceId"]!.GetValue<Guid>()));
            next = page["nextCursor"] is { } cursor ? $"{webhook.Path}/deliveries?state=delivered&limit=1&after={cursor}" : null;
        }
        articles.Reverse();
        Assert.Equal(articles, read);
        Assert.Empty((await app.Admin.Deliveries(webhook, "&state=failed"))["items"]!.AsArray());
        var first = (await app.Admin.GetJson($"{webhook.Path}/deliveries?limit=1"))["nextCursor"];
        using var other = await app.Admin.GetAsync($"{webhook.Path}/deliveries?state=failed&after={first}");
        await other.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }
}
