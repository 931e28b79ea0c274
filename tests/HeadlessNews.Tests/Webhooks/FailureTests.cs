using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>Receivers as they are.</summary>
public sealed class FailureTests(WebhookApp app, TestPostgres postgres) : IClassFixture<WebhookApp>
{
    [Fact]
    public async Task A_receiver_that_fails_half_of_the_time_and_answers_late_ends_with_all_in_order()
    {
        var taken = new ConcurrentQueue<Received>();
        await using var receiver = await ReceivingServer.Start(async (nth, request, http) =>
        {
            await Task.Delay(Random.Shared.Next(60));
            if (nth % 2 == 0)
            {
                http.Response.StatusCode = 500;
                return;
            }
            taken.Enqueue(request);
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        var articles = await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            var article = await app.Editor.PublishArticle(app.Source.Slug, $"Half taken {n}");
            for (var nth = 0; nth < 3; nth++)
            {
                article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = $"Change {nth}" }));
            }
            return n % 2 == 0 ? article : await app.Editor.Withdraw(article);
        }));

        await app.Admin.UntilDone(webhook, 6 * 4 + 3);
        foreach (var article in articles)
        {
            var its = taken.Where(request => request.Resource == article.Id).ToList();
            Assert.Equal(its.Select(request => request.Version).Order(), its.Select(request => request.Version));
            Assert.Equal(article.Json["version"]!.GetValue<int>(), its[^1].Version);
            Assert.Equal(article.Status() == "published" ? 4 : 5, its.DistinctBy(request => request.Id).Count());
            Assert.Equal(article.Status() == "withdrawn", its[^1].Json["data"] is null);
        }
        Assert.All(receiver.Requests, request => Assert.True(request.IsSignedWith(webhook.Secret)));
    }

    [Fact]
    public async Task What_was_withdrawn_while_it_waited_comes_as_a_removal_and_not_a_word_of_it_comes()
    {
        var isUp = false;
        await using var receiver = await ReceivingServer.Start((_, _, http) =>
        {
            http.Response.StatusCode = Volatile.Read(ref isUp) ? 204 : 503;
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Withdrawn in time");
        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count > 0), "it was tried");
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = "Behind the first" }));
        article = await app.Editor.Withdraw(article);
        var tried = receiver.Of(article.Id).Count;

        Volatile.Write(ref isUp, true);

        await app.Admin.UntilDone(webhook, 3);
        var since = receiver.Of(article.Id).Skip(tried + 1).ToList();
        Assert.NotEmpty(since);
        // All with the version it went with: who compares versions sees none that is less than what came before.
        var version = article.Json["version"]!.GetValue<int>();
        Assert.All(since, request => Assert.Equal(("article.withdrawn", version, true), (request.Type, request.Version, request.Json["data"] is null)));
        Assert.Equal(3, receiver.Of(article.Id).Select(request => request.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var target = await ReceivingServer.Start();
        await using var receiver = await ReceivingServer.Start((nth, _, http) =>
        {
            if (nth == 1)
            {
                http.Response.Redirect(target.Url);
            }
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        await app.Editor.PublishArticle(app.Source.Slug, "Not to be led astray");

        await app.Admin.UntilDone(webhook, 1);
        Assert.Empty(target.Requests);
        Assert.Equal(2, receiver.Requests.Count);
        var attempts = (await app.Admin.Deliveries(webhook))["items"]![0]!["attempts"]!.AsArray();
        Assert.Equal([200, 302], attempts.Select(attempt => attempt!["status"]!.GetValue<int>()));
        Assert.Equal("The receiver answered 302: redirects are not followed.", attempts[1]!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_that_never_answers_is_given_up_on_and_delays_nobody()
    {
        await using var silent = await ReceivingServer.Start((nth, _, http) => nth == 1 ? Task.Delay(Timeout.Infinite, http.RequestAborted) : Task.CompletedTask);
        await using var lively = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(silent.Url, "article.*");
        await app.Admin.CreateWebhook(lively.Url, "article.*");

        var article = await app.Editor.PublishArticle(app.Source.Slug, "Said to a wall");
        await Newsroom.Eventually(() => Task.FromResult(lively.Of(article.Id).Count == 1), "the other has it");
        var waiting = (await app.Admin.Deliveries(webhook))["items"]![0]!;

        // As yet there is nothing to tell of an attempt: the other had its own meanwhile.
        Assert.Equal(("waiting", 0), (waiting["state"]!.GetValue<string>(), waiting["attemptCount"]!.GetValue<int>()));
        await app.Admin.UntilDone(webhook, 1);
        var attempts = (await app.Admin.Deliveries(webhook))["items"]![0]!["attempts"]!.AsArray();
        Assert.Equal("The receiver did not answer within 2 s.", attempts[1]!["error"]!.GetValue<string>());
        Assert.Null(attempts[1]!["status"]);
    }

    [Fact]
    public async Task An_endless_answer_is_read_no_further_than_it_may_be()
    {
        await using var receiver = await ReceivingServer.Start(async (_, _, http) =>
        {
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)'x');
            for (var sent = 0; sent < 160; sent++)
            {
                await http.Response.Body.WriteAsync(block, http.RequestAborted);
            }
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        await app.Editor.PublishArticle(app.Source.Slug, "Answered at length");

        await app.Admin.UntilDone(webhook, 1);
        var delivery = (await app.Admin.Deliveries(webhook))["items"]![0]!;
        Assert.Equal("delivered", delivery["state"]!.GetValue<string>());
        Assert.Equal(new string('x', 1_000), delivery["attempts"]![0]!["response"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_answer_that_is_no_text_is_shown_as_far_as_it_can_be()
    {
        await using var receiver = await ReceivingServer.Start((_, _, http) => http.Response.Body.WriteAsync(new byte[] { 0, 0xFF, 0xC3, (byte)'a' }).AsTask());
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        await app.Editor.PublishArticle(app.Source.Slug, "Answered in bytes");

        await app.Admin.UntilDone(webhook, 1);
        Assert.Equal("\uFFFD\uFFFD\uFFFDa", (await app.Admin.Deliveries(webhook))["items"]![0]!["attempts"]![0]!["response"]!.GetValue<string>());
    }

    [Fact]
    public async Task Gone_disables_it_with_the_reason_until_an_administrator_brings_it_back()
    {
        var isGone = true;
        await using var receiver = await ReceivingServer.Start((_, _, http) =>
        {
            http.Response.StatusCode = Volatile.Read(ref isGone) ? 410 : 200;
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var first = await app.Editor.PublishArticle(app.Source.Slug, "The last straw");
        await Newsroom.Eventually(async () => !(await app.Admin.GetJson(webhook.Path))["enabled"]!.GetValue<bool>(), "it is disabled");

        var disabled = await app.Admin.GetJson(webhook.Path);
        Assert.Equal("The receiver answered 410 Gone: it wants no more.", disabled["disabledReason"]!.GetValue<string>());
        Assert.Equal(2, disabled["version"]!.GetValue<int>());
        Assert.Equal(["webhook.created", "webhook.disabled"], await app.Events(webhook.Id));
        var unheard = await app.Editor.PublishArticle(app.Source.Slug, "Unheard");
        Volatile.Write(ref isGone, false);
        using var on = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { enabled = true }, "\"2\"");
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);

        await app.Admin.UntilDone(webhook, 1);
        Assert.Null((await app.Admin.GetJson(webhook.Path))["disabledReason"]);
        Assert.Equal(2, receiver.Of(first.Id).Count);
        Assert.Empty(receiver.Of(unheard.Id));
    }

    [Theory]
    [InlineData("7200", 120)]
    [InlineData("a date", 120)]
    [InlineData("9999999999999", 24 * 60)]
    public async Task Retry_After_is_heeded_as_seconds_and_as_a_date_for_a_day_at_most(string sent, int minutes)
    {
        await using var receiver = await ReceivingServer.Start((nth, _, http) =>
        {
            if (nth == 1)
            {
                http.Response.StatusCode = 429;
                http.Response.Headers.RetryAfter = sent == "a date" ? DateTimeOffset.UtcNow.AddHours(2).ToString("R", CultureInfo.InvariantCulture) : sent;
            }
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        await app.Editor.PublishArticle(app.Source.Slug, "Not so soon");
        await Newsroom.Eventually(
            async () => (await app.Admin.Deliveries(webhook))["items"]!.AsArray().Any(item => item!["attemptCount"]!.GetValue<int>() == 1), "it was tried");

        var delivery = (await app.Admin.Deliveries(webhook))["items"]![0]!;
        var wait = delivery["nextAttemptAt"]!.GetValue<DateTimeOffset>() - delivery["attempts"]![0]!["at"]!.GetValue<DateTimeOffset>();

        Assert.InRange(wait, TimeSpan.FromMinutes(minutes - 1), TimeSpan.FromMinutes(minutes + 1));
        // It asked to be left alone altogether.
        await app.Editor.PublishArticle(app.Source.Slug, "Nor anything else");
        await Newsroom.Eventually(async () => (await app.Admin.Deliveries(webhook))["items"]!.AsArray().Count == 2, "the next is queued");
        Assert.Single(receiver.Requests);
        // Unless an administrator knows better.
        using var elsewhere = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { url = receiver.Url + "?anew" }, webhook.ETag);
        await app.Admin.UntilDone(webhook, 2);
    }

    [Fact]
    public async Task A_dead_receiver_is_tried_one_at_a_time_and_delays_no_other()
    {
        var (isUp, underWay, most) = (false, 0, 0);
        await using var dead = await ReceivingServer.Start(async (nth, _, http) =>
        {
            if (Volatile.Read(ref isUp))
            {
                return;
            }
            var now = Interlocked.Increment(ref underWay);
            // The first few come together, before it is known to be dead.
            if (nth > 20)
            {
                InterlockedMax(ref most, now);
            }
            await Task.Delay(20);
            Interlocked.Decrement(ref underWay);
            http.Response.StatusCode = 500;
        });
        await using var lively = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(dead.Url, "article.published");
        var other = await app.Admin.CreateWebhook(lively.Url, "article.published");

        for (var nth = 0; nth < 30; nth++)
        {
            await app.Editor.PublishArticle(app.Source.Slug, $"Unheard {nth}");
        }
        await app.Admin.UntilDone(other, 30);
        await Newsroom.Eventually(() => Task.FromResult(dead.Requests.Count > 25), "the dead one is probed");
        Assert.InRange(Volatile.Read(ref most), 0, 1);
        Volatile.Write(ref isUp, true);

        await app.Admin.UntilDone(webhook, 30);
        Assert.All(lively.Requests, request => Assert.Single(lively.Of(request.Resource)));
    }

    [Fact]
    public async Task An_inside_address_behind_a_name_is_not_sent_to()
    {
        await using var receiver = await ReceivingServer.Start();
        await using var closed = new NewsApp(postgres);
        await closed.InitializeAsync();
        // As it is run, without anything that is allowed. The name is harmless to look at; what it means is not.
        var webhook = await closed.Admin.CreateWebhook(receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), "article.*");

        using var response = await closed.Admin.PostAsync($"{webhook.Path}/test", null);

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("localhost has no address that may be sent to", text, StringComparison.Ordinal);
        Assert.Contains("\"delivered\":false", text, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}

/// <summary>What is given up.</summary>
public sealed class GivingUpTests(GivingUpTests.Impatient app) : IClassFixture<GivingUpTests.Impatient>
{
    public sealed class Impatient(TestPostgres postgres) : WebhookApp(postgres)
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Webhooks:AllowedAddresses:0", "127.0.0.1"),
            new("Webhooks:RetrySeconds:0", "0.05"),
            new("Webhooks:RetrySeconds:1", "0.05"),
            new("Webhooks:MaxProbeSeconds", "0.1"),
        ];
    }

    [Fact]
    public async Task After_the_last_attempt_it_has_failed_the_next_has_its_turn_and_it_can_be_replayed()
    {
        await using var receiver = await ReceivingServer.Start((_, request, http) =>
        {
            http.Response.StatusCode = request.Version == 2 ? 500 : 200;
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Given up");
        await app.Admin.UntilDone(webhook, 1);

        var failed = Assert.Single((await app.Admin.Deliveries(webhook, "&state=failed"))["items"]!.AsArray())!;
        Assert.Equal("The receiver answered 500.", failed["error"]!.GetValue<string>());
        Assert.NotNull(failed["finishedAt"]);
        Assert.Equal(3, receiver.Of(article.Id).Count);
        await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = "Taken" }));
        await app.Admin.UntilDone(webhook, 2);
        using var replayed = await app.Admin.Send(HttpMethod.Post, $"{webhook.Path}/replay", new { delivery = failed["id"]!.GetValue<Guid>() });

        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        await app.Admin.UntilDone(webhook, 2);
        Assert.Empty((await app.Admin.Deliveries(webhook, "&state=failed"))["items"]!.AsArray());
        Assert.Equal([2, 2, 2, 4, 4], receiver.Of(article.Id).Select(request => request.Version));
        Assert.Equal(receiver.Of(article.Id)[0].Id, receiver.Of(article.Id)[^1].Id);
    }
}
