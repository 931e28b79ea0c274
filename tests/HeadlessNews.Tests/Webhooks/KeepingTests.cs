using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using HeadlessNews.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>What is done once a minute, here at once: what is old goes, and what waits too long for a dead receiver is given up.</summary>
public sealed class KeepingTests(WebhookApp app) : IClassFixture<WebhookApp>
{
    [Fact]
    public async Task Deliveries_that_ended_long_ago_go_with_their_attempts_and_others_stay()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var old = await app.Editor.PublishArticle(app.Source.Slug, "Of last year");
        var fresh = await app.Editor.PublishArticle(app.Source.Slug, "Of today");
        await app.Admin.UntilDone(webhook, 2);
        await Age("UPDATE webhooks.deliveries SET finished_at = finished_at - interval '31 days' WHERE resource_id = $1", old.Id);

        // By the log it is of today.
        await Keep();
        Assert.Equal(2, (await app.Admin.Deliveries(webhook))["items"]!.AsArray().Count);
        await Age("UPDATE webhooks.deliveries SET position = 0 WHERE resource_id = $1", old.Id);
        await using (var owner = NpgsqlDataSource.Create(app.Services.GetRequiredService<IConfiguration>().GetConnectionString("News")!))
        {
            await owner.Do("UPDATE log.events SET at = at - interval '60 days' WHERE position = 1");
        }
        await Keep();

        Assert.Equal(fresh.Id, Assert.Single((await app.Admin.Deliveries(webhook))["items"]!.AsArray())!["resourceId"]!.GetValue<Guid>());
        Assert.Equal([1L], await app.Query("SELECT count(*) FROM webhooks.attempts WHERE webhook_id = $1", reader => reader.GetInt64(0), webhook.Id));
    }

    [Fact]
    public async Task What_a_deleted_webhook_leaves_is_taken_away()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        await app.Editor.PublishArticle(app.Source.Slug, "Left behind");
        await app.Admin.UntilDone(webhook, 1);
        using var deleted = await app.Admin.Send(HttpMethod.Delete, webhook.Path, ifMatch: webhook.ETag);
        Assert.True(deleted.IsSuccessStatusCode);

        await Keep();

        Assert.Equal([0L], await app.Query(
            "SELECT (SELECT count(*) FROM webhooks.deliveries WHERE webhook_id = $1) + (SELECT count(*) FROM webhooks.attempts WHERE webhook_id = $1)",
            reader => reader.GetInt64(0), webhook.Id));
    }

    [Fact]
    public async Task What_has_waited_too_long_for_a_receiver_that_is_dead_has_failed_and_what_is_younger_waits()
    {
        await using var dead = await ReceivingServer.Start((_, _, http) =>
        {
            http.Response.StatusCode = 500;
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        var webhook = await app.Admin.CreateWebhook(dead.Url, "article.*");
        var old = await app.Editor.PublishArticle(app.Source.Slug, "Waited too long");
        var young = await app.Editor.PublishArticle(app.Source.Slug, "Has just come");
        await Newsroom.Eventually(() => Task.FromResult(dead.Of(old.Id).Count > 0 && dead.Of(young.Id).Count > 0), "both were tried");
        using var off = await app.Admin.Send(HttpMethod.Patch, webhook.Path, new { enabled = false }, webhook.ETag);
        await Newsroom.Eventually(
            async () => (await app.Admin.Deliveries(webhook))["items"]!.AsArray().All(item => item!["nextAttemptAt"] is not null), "nothing is under way");
        await Age("UPDATE webhooks.deliveries SET queued_at = queued_at - interval '4 days' WHERE resource_id = $1", old.Id);

        await Keep();

        Assert.Equal(old.Id, Assert.Single((await app.Admin.Deliveries(webhook, "&state=failed"))["items"]!.AsArray())!["resourceId"]!.GetValue<Guid>());
        Assert.Equal(young.Id, Assert.Single((await app.Admin.Deliveries(webhook, "&state=waiting"))["items"]!.AsArray())!["resourceId"]!.GetValue<Guid>());
    }

    private async Task Keep()
    {
        var keeping = app.Services.GetServices<IHostedService>().OfType<KeepDeliveries>().Single();
        while (await keeping.Step(TestContext.Current.CancellationToken))
        {
        }
    }

    private Task Age(string sql, Guid resource) => app.Query(sql, reader => reader.GetGuid(0), resource);
}
