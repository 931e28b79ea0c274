using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Webhooks;

/// <summary>Whom to tell of what.</summary>
[Example("""{ "url": "https://www.example.org/hooks/news", "description": "The website's cache", "events": ["article.*", "tag.changed"] }""")]
public sealed record WebhookRequest
{
    /// <summary>
    /// Where events are posted to: http or https, without a user or a fragment. Its host must be on the public internet, unless the operator allows
    /// others (`Webhooks:AllowedAddresses`); redirects are not followed.
    /// </summary>
    /// <example>https://www.example.org/hooks/news</example>
    public string? Url { get; init; }

    /// <summary>What it is for, in words.</summary>
    /// <example>The website's cache</example>
    public string? Description { get; init; }

    /// <summary>
    /// Which events: types such as `article.published`, all of a kind such as `article.*`, or `*`. Types are `article.published`, `article.updated`,
    /// `article.corrected`, `article.withdrawn`, `article.deleted`, and `changed` and `deleted` of `author`, `source` and `tag`. None of them twice.
    /// </summary>
    /// <example>["article.*", "tag.changed"]</example>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Whether anything is sent; true if left out. What happens while it is not enabled is not queued: replay it afterwards.</summary>
    public bool? Enabled { get; init; }
}

internal sealed class WebhookRequestValidator : AbstractValidator<WebhookRequest>
{
    public WebhookRequestValidator()
    {
        RuleFor(webhook => webhook.Url).NotEmpty().WebAddress();
        RuleFor(webhook => webhook.Url)
            .Must(url => !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.UserInfo.Length == 0).WithMessage("must not name a user")
            .Must(url => url?.Contains('#', StringComparison.Ordinal) != true).WithMessage("must not have a fragment: it is never sent");
        RuleFor(webhook => webhook.Description).OneLine().MaximumLength(500);
        RuleFor(webhook => webhook.Events).NotEmpty().MaximumItems(50);
        RuleFor(webhook => webhook.Events).Must(events => events is null || events.Distinct().Count() == events.Count).WithMessage("must not name an event twice");
        RuleForEach(webhook => webhook.Events)
            .Must(pattern => WebhookEvents.Patterns.Contains(pattern)).WithMessage($"must be one of {string.Join(", ", WebhookEvents.Patterns)}");
    }
}

/// <summary>A new secret, and for how long the one before signs beside it.</summary>
[Example("""{ "overlapHours": 24 }""")]
public sealed record RotateSecretRequest
{
    /// <summary>For how many hours older secrets go on signing, 0 to 168; 24 if left out. 0 ends them all at once, as after a leak.</summary>
    /// <example>24</example>
    public int? OverlapHours { get; init; }
}

internal sealed class RotateSecretRequestValidator : AbstractValidator<RotateSecretRequest>
{
    public RotateSecretRequestValidator()
    {
        RuleFor(rotation => rotation.OverlapHours).InclusiveBetween(0, 168);
    }
}

/// <summary>What to send once more: all since a time, or one delivery. Exactly one of the two.</summary>
[Example("""{ "from": "2026-05-04T09:30:00Z" }""")]
public sealed record ReplayRequest
{
    /// <summary>Everything that happened from this time on and that the webhook asks for.</summary>
    /// <example>2026-05-04T09:30:00Z</example>
    public DateTimeOffset? From { get; init; }

    /// <summary>One delivery, by its id; one that still waits is tried at once.</summary>
    public Guid? Delivery { get; init; }
}

internal sealed class ReplayRequestValidator : AbstractValidator<ReplayRequest>
{
    public ReplayRequestValidator()
    {
        RuleFor(replay => replay.From).Must((replay, from) => from is null != replay.Delivery is null)
            .WithMessage("or `delivery` must be given, and not both");
    }
}
