using System.Globalization;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Webhooks;

/// <summary>What is done with a webhook besides keeping it.</summary>
internal static class WebhookActionEndpoints
{
    private const int DefaultOverlapHours = 24;

    public static void MapWebhookActions(this RouteGroupBuilder webhooks)
    {
        webhooks.MapPost("/{id:guid}/test", Test).WithName("TestWebhook").TakesNoIdempotencyKey("what it sends cannot be taken back, and is sent whenever it is asked for");
        webhooks.MapPost("/{id:guid}/rotate-secret", RotateSecret).WithName("RotateWebhookSecret").Validate<RotateSecretRequest>()
            .TakesNoIdempotencyKey("its answer holds a secret, which is kept nowhere").MayAnswer(409);
        webhooks.MapGet("/{id:guid}/deliveries", ListDeliveries).WithName("ListWebhookDeliveries");
        webhooks.MapPost("/{id:guid}/replay", ReplayDeliveries).WithName("ReplayWebhook").Validate<ReplayRequest>();
    }

    /// <summary>Send a test event now</summary>
    /// <remarks>
    /// An event of the type `webhook.test`, signed as all are, sent at once and once, also while the webhook is not enabled. The answer says what the receiver
    /// answered, or why nothing could be sent.
    /// </remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Ok<WebhookTest>, ProblemHttpResult>> Test(
        Guid id, NewsDbContext db, Actor actor, DeliveryQueue queue, Receivers receivers, TimeProvider clock, CancellationToken cancel)
    {
        if ((await queue.ReceiversFor([id], cancel)).GetValueOrDefault(id) is not { } receiver)
        {
            return SaveWebhook.NotFound().ToResult();
        }
        // No transaction waits for a stranger.
        var attempt = await receivers.Post(receiver, Payloads.Test(id, clock.Now()), cancel);
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockWebhook(id, cancel) is not { } webhook)
        {
            return SaveWebhook.NotFound().ToResult();
        }
        change.Record("webhook.tested", id, webhook.Version, webhook.Version, new { attempt.Status, attempt.Error });
        await change.Commit(cancel);
        return TypedResults.Ok(new WebhookTest { Delivered = attempt.IsTaken, Attempt = DeliveryReads.Answer(attempt) });
    }

    /// <summary>Make a new secret</summary>
    /// <remarks>
    /// It is in the answer, this once. For as long as they overlap every request carries a signature of each, the newest first: receivers take the new one in the
    /// meantime, and none is refused.
    /// </remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Ok<NewWebhookSecret>, ProblemHttpResult>> RotateSecret(
        Guid id, RotateSecretRequest request, SaveWebhook save, CancellationToken cancel)
    {
        var (made, problem) = await save.RotateSecret(id, TimeSpan.FromHours(request.OverlapHours ?? DefaultOverlapHours), cancel);
        return problem is null ? TypedResults.Ok(made) : problem.ToResult();
    }

    /// <summary>List a webhook's deliveries, by when their events happened, the latest first</summary>
    /// <remarks>With what was sent and answered, in excerpts. Those that have ended are kept for 30 days.</remarks>
    /// <param name="id">The webhook's id.</param>
    /// <param name="state">Only those in this state.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Results<Ok<Page<WebhookDelivery>>, ProblemHttpResult>> ListDeliveries(
        Guid id, QueryEnum<WebhookDeliveryState>? state, int? limit, string? after, DeliveryReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var list = $"editorial/webhooks/{id}/deliveries?{state?.Value}";
        var most = Paging.Limit(limit);
        long? before = cursors.Read(list, after) is { } last ? long.Parse(last.SortKey, CultureInfo.InvariantCulture) : null;
        if (await reads.List(id, state?.Value, before, most + 1, cancel) is not { } rows)
        {
            return SaveWebhook.NotFound().ToResult();
        }
        var page = rows.ToPage(most, http, row => cursors.Make(list, row.Position.ToString(CultureInfo.InvariantCulture), row.Delivery.Id));
        return TypedResults.Ok(new Page<WebhookDelivery> { Items = [.. page.Items.Select(row => row.Delivery)], NextCursor = page.NextCursor });
    }

    /// <summary>Send again what was sent before</summary>
    /// <remarks>
    /// All that happened since a time and the webhook asks for, whether it was ever queued or not, or one delivery. It is taken up when this has answered and sent
    /// bit by bit, under the same `webhook-id` as before, with what there is to say now. What still waits stays where it stands.
    /// </remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Accepted<WebhookReplay>, ProblemHttpResult>> ReplayDeliveries(
        Guid id, ReplayRequest request, NewsDbContext db, Actor actor, DeliveryHint hint, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockWebhook(id, cancel) is not { } webhook)
        {
            return SaveWebhook.NotFound().ToResult();
        }
        await change.Connection.Execute("SELECT FROM webhooks.endpoints WHERE webhook_id = $1 FOR UPDATE", [id], cancel);
        if (request.From is { } from)
        {
            await Replay.Since(change.Connection, id, from, cancel);
        }
        else if (!await Replay.Of(change.Connection, id, request.Delivery!.Value, cancel))
        {
            return Problems.Invalid("delivery", "is no delivery of this webhook, or is no longer kept").ToResult();
        }
        change.Record("webhook.replayed", id, webhook.Version, webhook.Version, new { request.From, request.Delivery });
        await change.Commit(cancel);
        hint.Tell();
        return TypedResults.Accepted((string?)null, new WebhookReplay { From = request.From, Delivery = request.Delivery });
    }
}
