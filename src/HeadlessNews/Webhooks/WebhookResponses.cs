using AutoMapper;
using HeadlessNews.Http;

namespace HeadlessNews.Webhooks;

/// <summary>A webhook, without its secrets.</summary>
public sealed record EditorWebhook : IVersionedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises with every save that changes something, and when the service disables it; the ETag.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>Where events are posted to.</summary>
    /// <example>https://www.example.org/hooks/news</example>
    public required string Url { get; init; }

    /// <summary>What it is for.</summary>
    /// <example>The website's cache</example>
    public required string? Description { get; init; }

    /// <summary>Which events it asks for.</summary>
    /// <example>["article.*", "tag.changed"]</example>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Whether anything is sent. `PATCH` it to `true` to bring back one that the service has disabled.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why the service has disabled it; null where nobody or an administrator has.</summary>
    /// <example>The receiver answered 410 Gone: it wants no more.</example>
    public required string? DisabledReason { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A new webhook with its secret, which is shown this once.</summary>
public sealed record NewWebhook
{
    /// <summary>`whsec_` and Base64: what verifies signatures (Standard Webhooks).</summary>
    /// <example>whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazCYj3PYpNo=</example>
    public required string Secret { get; init; }

    /// <summary>The webhook itself.</summary>
    public required EditorWebhook Webhook { get; init; }
}

/// <summary>A webhook's new secret, which is shown this once.</summary>
public sealed record NewWebhookSecret
{
    /// <summary>`whsec_` and Base64: what verifies signatures (Standard Webhooks).</summary>
    /// <example>whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazCYj3PYpNo=</example>
    public required string Secret { get; init; }

    /// <summary>Until when the one before signs too.</summary>
    public required DateTimeOffset OlderEndAt { get; init; }
}

/// <summary>What the receiver said to a test.</summary>
public sealed record WebhookTest
{
    /// <summary>Whether it took the event: it answered 2xx.</summary>
    public required bool Delivered { get; init; }

    /// <summary>What was sent, and what came back.</summary>
    public required WebhookAttempt Attempt { get; init; }
}

/// <summary>What was taken up to be sent once more.</summary>
public sealed record WebhookReplay
{
    /// <summary>Everything from this time on; null when it is one delivery.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>The one delivery; null when it is all since a time.</summary>
    public required Guid? Delivery { get; init; }
}

/// <summary>How a delivery stands.</summary>
public enum WebhookDeliveryState
{
    /// <summary>It is to be sent: now, at `nextAttemptAt`, or after an earlier one of the same resource.</summary>
    Waiting,

    /// <summary>The receiver has taken it.</summary>
    Delivered,

    /// <summary>Given up, after three days. It can be replayed.</summary>
    Failed,

    /// <summary>When its turn came there was nothing to say any more: what it was about is gone, and its end was told apart.</summary>
    Skipped,
}

/// <summary>One event on its way to one receiver.</summary>
public sealed record WebhookDelivery
{
    /// <summary>The event's id: `webhook-id` is `evt_` and this without hyphens, at every attempt and replay.</summary>
    public required Guid Id { get; init; }

    /// <summary>What happened. If it had been undone by the time it was sent, what was sent says so: `article.withdrawn` for instance.</summary>
    /// <example>article.published</example>
    public required string Type { get; init; }

    /// <summary>What it happened to: `article`, `author`, `source` or `tag`.</summary>
    /// <example>article</example>
    public required string Kind { get; init; }

    /// <summary>The id of what it happened to.</summary>
    public required Guid ResourceId { get; init; }

    /// <summary>Its version then.</summary>
    /// <example>3</example>
    public required int ResourceVersion { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How it stands.</summary>
    public required WebhookDeliveryState State { get; init; }

    /// <summary>When it was queued, or replayed last.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When it is tried next; null when it is not, while it is being sent, and while it waits for an earlier event of the same resource.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was delivered, given up or skipped; null before.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How often it was tried in all.</summary>
    /// <example>1</example>
    public required int AttemptCount { get; init; }

    /// <summary>What went wrong last; null for nothing.</summary>
    /// <example>The receiver answered 503.</example>
    public required string? Error { get; init; }

    /// <summary>The last attempts, newest first; at most 20.</summary>
    public required IReadOnlyList<WebhookAttempt> Attempts { get; init; }
}

/// <summary>One request to a receiver, and its answer.</summary>
public sealed record WebhookAttempt
{
    /// <summary>When it was sent.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    /// <example>84</example>
    public required int DurationMs { get; init; }

    /// <summary>The status that was answered; null where nothing was.</summary>
    /// <example>200</example>
    public required int? Status { get; init; }

    /// <summary>The beginning of what was sent, 1,000 characters at most.</summary>
    /// <example>{"type":"article.published","timestamp":"2026-05-04T09:30:00.000000Z", ...</example>
    public required string Request { get; init; }

    /// <summary>The beginning of what was answered, 1,000 characters at most; null where nothing was.</summary>
    /// <example>ok</example>
    public required string? Response { get; init; }

    /// <summary>What went wrong; null where nothing did.</summary>
    /// <example>The receiver answered 503.</example>
    public required string? Error { get; init; }
}

internal sealed class WebhookProfile : Profile
{
    public WebhookProfile()
    {
        CreateMap<Webhook, EditorWebhook>();
    }
}
