using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Webhooks;

/// <summary>Saving a webhook: locked, compared with the version that was read, saved, and recorded in the log, in one transaction.</summary>
internal sealed class SaveWebhook(NewsDbContext db, Actor actor, AddressRules rules, IMapper mapper, TimeProvider clock)
{
    /// <summary>So many secrets sign at a time: each adds to every request's headers.</summary>
    private const int MostSecrets = 10;

    /// <summary>The secret is answered here and never again.</summary>
    public async Task<(NewWebhook? Made, ProblemDetails? Problem)> Create(Guid id, WebhookRequest request, CancellationToken cancel)
    {
        if (Refuse(request) is { } refusal)
        {
            return (null, refusal);
        }
        await using var change = await Change.Begin(db, actor, cancel);
        var now = clock.Now();
        var webhook = new Webhook(id, change.Actor);
        webhook.Replace(request);
        webhook.Touch(now);
        db.Add(webhook);
        await db.SaveChangesAsync(cancel);
        var secret = Signature.MakeSecret();
        // What has happened before is not news to it.
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO webhooks.secrets (webhook_id, number, value, made_at) VALUES ({id}, 1, {secret}, {now});
            INSERT INTO webhooks.endpoints (webhook_id, from_position) SELECT {id}, position FROM log.head
            """, cancel);
        change.Record("webhook.created", id, webhook.Version, data: new { webhook.Events, webhook.Enabled });
        await change.Commit(cancel);
        return (new NewWebhook { Secret = Signature.Text(secret), Webhook = mapper.Map<EditorWebhook>(webhook) }, null);
    }

    /// <param name="requestFor">The whole new webhook, given the present one: a PUT ignores it, a PATCH is merged into it.</param>
    public async Task<Written<EditorWebhook>> Replace(
        Guid id, Func<WebhookRequest, WebhookRequest> requestFor, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockWebhook(id, cancel) is not { } webhook)
        {
            return NotFound();
        }
        if (precondition.Check(webhook.Version, http) is { } stale)
        {
            return stale;
        }
        var request = requestFor(webhook.ToRequest());
        if ((Validation.Check(http.RequestServices, request) ?? Refuse(request)) is { } invalid)
        {
            return invalid;
        }
        var (url, wasEnabled, previous) = (webhook.Url, webhook.Enabled, webhook.Version);
        webhook.Replace(request);
        if (!db.ChangeTracker.HasChanges())
        {
            return new Written<EditorWebhook>(null, mapper.Map<EditorWebhook>(webhook));
        }
        webhook.Touch(clock.Now());
        if (webhook.Enabled && (!wasEnabled || url != webhook.Url))
        {
            await BeginAfresh(id, !wasEnabled, cancel);
        }
        change.Record("webhook.changed", id, webhook.Version, previous, new { webhook.Events, webhook.Enabled });
        await change.Commit(cancel);
        return new Written<EditorWebhook>(null, mapper.Map<EditorWebhook>(webhook));
    }

    /// <summary>Nothing more is sent; what its deliveries leave is taken away bit by bit.</summary>
    public async Task<ProblemDetails?> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockWebhook(id, cancel) is not { } webhook)
        {
            return NotFound();
        }
        if (precondition.Check(webhook.Version, http) is { } stale)
        {
            return stale;
        }
        db.Remove(webhook);
        change.Record("webhook.deleted", id, webhook.Version, webhook.Version);
        await change.Commit(cancel);
        return null;
    }

    /// <summary>Older secrets sign beside the new one until the overlap ends; one that ends sooner ends then.</summary>
    public async Task<(NewWebhookSecret? Made, ProblemDetails? Problem)> RotateSecret(Guid id, TimeSpan overlap, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockWebhook(id, cancel) is not { } webhook)
        {
            return (null, NotFound());
        }
        var now = await db.Now(cancel);
        var end = now + overlap;
        await db.Database.ExecuteSqlAsync($"UPDATE webhooks.secrets SET ends_at = least(ends_at, {end}) WHERE webhook_id = {id}", cancel);
        var there = await db.Database.SqlQuery<int>(
            $"""SELECT count(*)::integer AS "Value" FROM webhooks.secrets WHERE webhook_id = {id} AND ends_at > {now}""").SingleAsync(cancel);
        if (there >= MostSecrets)
        {
            return (null, Problems.Conflict($"{MostSecrets} secrets sign already. Wait until one has ended, or end them all with `overlapHours` 0."));
        }
        var secret = Signature.MakeSecret();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO webhooks.secrets (webhook_id, number, value, made_at)
            SELECT {id}, max(number) + 1, {secret}, {now} FROM webhooks.secrets WHERE webhook_id = {id};
            DELETE FROM webhooks.secrets WHERE webhook_id = {id} AND ends_at <= {now}
            """, cancel);
        change.Record("webhook.secretRotated", id, webhook.Version, webhook.Version, new { olderEndAt = end });
        await change.Commit(cancel);
        return (new NewWebhookSecret { Secret = Signature.Text(secret), OlderEndAt = end }, null);
    }

    public static ProblemDetails NotFound() => Problems.NotFound("webhook");

    private ProblemDetails? Refuse(WebhookRequest request) =>
        rules.RefusesLiteral(request.Url!) ? Problems.Invalid("url", "must not name an address that is not on the public internet") : null;

    /// <summary>
    /// How the receiver fared before says nothing about it now: what waits is tried at once. What happened while it was off is not news to it, however late
    /// the log is read.
    /// </summary>
    private Task<int> BeginAfresh(Guid id, bool wasOff, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"""
        UPDATE webhooks.endpoints
        SET failures = 0, probe_at = '-infinity', paused_until = '-infinity',
            from_position = CASE WHEN {wasOff} THEN (SELECT position FROM log.head) ELSE from_position END
        WHERE webhook_id = {id};
        UPDATE webhooks.deliveries SET due_at = now() WHERE webhook_id = {id} AND due_at > now() AND lease IS NULL
        """, cancel);
}
