using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Webhooks;

/// <summary>The service's own decision to send no more: said in the record, and in the log.</summary>
internal sealed partial class DisableWebhook(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DisableWebhook> logger)
{
    public async Task Because(Guid id, string reason, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        await using var change = await Change.Begin(db, Actor.System, cancel);
        if (await db.LockWebhook(id, cancel) is not { Enabled: true } webhook)
        {
            return;
        }
        var previous = webhook.Version;
        webhook.Disable(reason);
        webhook.Touch(clock.Now());
        change.Record("webhook.disabled", id, webhook.Version, previous, new { reason });
        await change.Commit(cancel);
        Log.Disabled(logger, id, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id} is disabled: {Reason}")]
        public static partial void Disabled(ILogger logger, Guid id, string reason);
    }
}

internal static class WebhookRows
{
    /// <summary>The webhook, locked until the transaction ends.</summary>
    public static async Task<Webhook?> LockWebhook(this NewsDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.webhooks WHERE id = {id} FOR UPDATE", cancel);
        return await db.Webhooks.SingleOrDefaultAsync(webhook => webhook.Id == id, cancel);
    }
}
