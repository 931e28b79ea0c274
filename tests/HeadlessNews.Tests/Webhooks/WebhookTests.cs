using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>Keeping webhooks. Roles, If-Match, bad bodies and ids that name nothing are tested with every other route.</summary>
public sealed class WebhookTests(WebhookApp app) : IClassFixture<WebhookApp>
{
    private const string Address = "https://www.example.org/hooks/news";

    [Fact]
    public async Task A_new_webhooks_secret_is_shown_once_and_stands_in_no_answer_after()
    {
        using var made = await app.Admin.PostAsJsonAsync("/api/v1/editorial/webhooks", new { url = Address, description = "The cache", events = new[] { "article.*", "tag.changed" } });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var json = (await made.Content.ReadFromJsonAsync<JsonObject>())!;
        var (secret, id) = (json["secret"]!.GetValue<string>(), json["webhook"]!["id"]!.GetValue<Guid>());

        var read = await app.Admin.GetJson(made.Headers.Location!.ToString());
        using var patched = await app.Admin.Send(HttpMethod.Patch, $"/api/v1/editorial/webhooks/{id}", new { description = "The front end's cache" }, "\"1\"");
        var list = await app.Admin.GetJson("/api/v1/editorial/webhooks?limit=100");
        var audit = await app.Admin.GetJson($"/api/v1/editorial/audit?resource={id}");

        Assert.Equal(json["webhook"]!.ToJsonString(), read.ToJsonString());
        Assert.Equal(Address, read["url"]!.GetValue<string>());
        Assert.Equal(["article.*", "tag.changed"], read["events"]!.AsArray().Select(pattern => pattern!.GetValue<string>()));
        Assert.True(read["enabled"]!.GetValue<bool>());
        Assert.Null(read["disabledReason"]);
        Assert.Contains(list["items"]!.AsArray(), item => item!["id"]!.GetValue<Guid>() == id);
        foreach (var answer in new[] { read.ToJsonString(), await patched.Content.ReadAsStringAsync(), list.ToJsonString(), audit.ToJsonString() })
        {
            Assert.DoesNotContain(secret["whsec_".Length..], answer, StringComparison.Ordinal);
            Assert.DoesNotContain("whsec_", answer, StringComparison.Ordinal);
        }
        Assert.Equal(["webhook.created", "webhook.changed"], await app.Events(id));
    }

    [Fact]
    public async Task A_save_that_changes_nothing_is_no_new_version()
    {
        var webhook = await app.Admin.CreateWebhook(Address, "article.*");

        using var same = await app.Admin.Send(HttpMethod.Put, webhook.Path, new { url = Address, events = new[] { "article.*" } }, "\"1\"");
        using var other = await app.Admin.Send(HttpMethod.Put, webhook.Path, new { url = Address, events = new[] { "*" }, enabled = false }, "\"1\"");

        Assert.Equal("\"1\"", same.Headers.ETag!.ToString());
        Assert.Equal("\"2\"", other.Headers.ETag!.ToString());
        var read = await app.Admin.GetJson(webhook.Path);
        Assert.False(read["enabled"]!.GetValue<bool>());
        Assert.Equal("*", read["events"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal(["webhook.created", "webhook.changed"], await app.Events(webhook.Id));
    }

    [Fact]
    public async Task A_stale_save_leaves_it_as_it_is()
    {
        var webhook = await app.Admin.CreateWebhook(Address);
        using var first = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { description = "First" }, "\"1\"");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using var second = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { description = "Second" }, "\"1\"");

        await second.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal("First", (await app.Admin.GetJson(webhook.Path))["description"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("url", "\"ftp://example.org/\"")]
    [InlineData("url", "\"www.example.org\"")]
    [InlineData("url", "\"https://user:secret@example.org/\"")]
    [InlineData("url", "\"https://user@example.org/\"")]
    [InlineData("url", "\"https://example.org/#part\"")]
    [InlineData("url", "\"https://10.0.0.1/\"")]
    [InlineData("url", "\"http://127.0.0.2:8080/\"")]
    [InlineData("url", "\"http://[::1]/\"")]
    [InlineData("url", "\"http://169.254.169.254/latest/meta-data/\"")]
    [InlineData("url", "\"http://2130706434/\"")]
    [InlineData("url", "\"http://example.org:99999/\"")]
    [InlineData("events", "[]")]
    [InlineData("events", "[\"*\", \"*\"]")]
    [InlineData("events", "[\"tag.*\", \"article.*\", \"tag.*\"]")]
    [InlineData("events[0]", "[\"article.created\"]")]
    [InlineData("events[0]", "[\"article\"]")]
    [InlineData("events[0]", "[\"art*\"]")]
    [InlineData("events[1]", "[\"*\", \"webhook.test\"]")]
    [InlineData("description", "\"Two\\nlines\"")]
    public async Task What_cannot_be_told_anything_is_refused_by_name_and_nothing_is_kept(string path, string value)
    {
        var webhook = await app.Admin.CreateWebhook(Address);
        var before = await app.LogPosition();
        var member = path.Split('[')[0];
        var body = new JsonObject { ["url"] = Address, ["events"] = new JsonArray("*"), [member] = JsonNode.Parse(value) };

        using var posted = await app.Admin.Send(HttpMethod.Post, "/api/v1/editorial/webhooks", body);
        using var put = await app.Admin.Send(HttpMethod.Put, webhook.Path, body, "\"1\"");
        using var patched = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new JsonObject { [member] = JsonNode.Parse(value) }, "\"1\"");

        foreach (var response in new[] { posted, put, patched })
        {
            var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Equal(path, problem["errors"]!.AsObject().Single().Key);
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task A_deleted_webhook_is_gone_with_its_secrets_and_is_sent_nothing_more()
    {
        await using var receiver = await ReceivingServer.Start();
        await using var other = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var stays = await app.Admin.CreateWebhook(other.Url, "article.*");

        using var deleted = await app.Admin.Send(HttpMethod.Delete, webhook.Path, ifMatch: webhook.ETag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Told to the other");
        await Newsroom.Eventually(() => Task.FromResult(other.Of(article.Id).Count > 0), "the other has it");

        Assert.Empty(receiver.Requests);
        using var read = await app.Admin.GetAsync(webhook.Path);
        await read.Problem(HttpStatusCode.NotFound, "not-found");
        using var deliveries = await app.Admin.GetAsync($"{webhook.Path}/deliveries");
        await deliveries.Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal([stays.Id], await app.Query("SELECT webhook_id FROM webhooks.secrets WHERE webhook_id IN ($1, $2)", reader => reader.GetGuid(0), webhook.Id, stays.Id));
    }

    [Fact]
    public async Task A_test_answers_what_the_receiver_said_and_is_signed_as_all_is()
    {
        await using var receiver = await ReceivingServer.Start((_, _, http) =>
        {
            http.Response.StatusCode = 503;
            return http.Response.WriteAsync("Later, please.");
        });
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "tag.deleted");
        using var off = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { enabled = false }, webhook.ETag);
        Assert.Equal(HttpStatusCode.OK, off.StatusCode);

        using var response = await app.Admin.PostAsync($"{webhook.Path}/test", null);

        var test = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.False(test["delivered"]!.GetValue<bool>());
        Assert.Equal(503, test["attempt"]!["status"]!.GetValue<int>());
        Assert.Equal("Later, please.", test["attempt"]!["response"]!.GetValue<string>());
        var request = Assert.Single(receiver.Requests);
        Assert.Equal("webhook.test", request.Type);
        Assert.Equal(test["attempt"]!["request"]!.GetValue<string>(), System.Text.Encoding.UTF8.GetString(request.Body));
        Assert.True(request.IsSignedWith(webhook.Secret));
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.DoesNotContain("traceparent", request.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Empty((await app.Admin.Deliveries(webhook))["items"]!.AsArray());
        Assert.Equal(["webhook.created", "webhook.changed", "webhook.tested"], await app.Events(webhook.Id));
    }

    [Fact]
    public async Task While_secrets_overlap_every_request_is_signed_with_each_the_newest_first()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "tag.deleted");

        var second = await Rotate(webhook, new { });
        await app.Admin.PostAsync($"{webhook.Path}/test", null);
        var third = await Rotate(webhook, new { overlapHours = 0 });
        await app.Admin.PostAsync($"{webhook.Path}/test", null);

        var (both, last) = (receiver.Requests[0], receiver.Requests[1]);
        Assert.Equal(2, both.Signature.Split(' ').Length);
        Assert.True(Received.Verify(second, both.Id, both.Timestamp, both.Body, both.Signature.Split(' ')[0]));
        Assert.True(Received.Verify(webhook.Secret, both.Id, both.Timestamp, both.Body, both.Signature.Split(' ')[1]));
        Assert.Single(last.Signature.Split(' '));
        Assert.True(last.IsSignedWith(third));
        Assert.False(last.IsSignedWith(second));
    }

    [Fact]
    public async Task No_more_than_ten_secrets_sign_until_they_are_ended_together()
    {
        var webhook = await app.Admin.CreateWebhook(Address);
        for (var nth = 2; nth <= 10; nth++)
        {
            await Rotate(webhook, new { overlapHours = 168 });
        }

        using var refused = await app.Admin.PostAsJsonAsync($"{webhook.Path}/rotate-secret", new { });
        await refused.Problem(HttpStatusCode.Conflict, "conflict");
        await Rotate(webhook, new { overlapHours = 0 });

        Assert.Equal([1L], await app.Query("SELECT count(*) FROM webhooks.secrets WHERE webhook_id = $1", reader => reader.GetInt64(0), webhook.Id));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(169)]
    public async Task An_overlap_has_bounds(int hours)
    {
        var webhook = await app.Admin.CreateWebhook(Address);

        using var refused = await app.Admin.PostAsJsonAsync($"{webhook.Path}/rotate-secret", new { overlapHours = hours });

        await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(["webhook.created"], await app.Events(webhook.Id));
    }

    private async Task<string> Rotate(MadeWebhook webhook, object body)
    {
        using var response = await app.Admin.PostAsJsonAsync($"{webhook.Path}/rotate-secret", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!.GetValue<string>();
    }
}
