using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>When an article is to go live.</summary>
[Example("""{ "at": "2030-05-04T06:00:00Z" }""")]
public sealed record ScheduleRequest
{
    /// <summary>
    /// The time, in the future (RFC 3339); not before the embargo's end, nor after the expiry. Null: when the embargo ends.
    /// </summary>
    /// <example>2030-05-04T06:00:00Z</example>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Why an article goes back to its writer.</summary>
[Example("""{ "note": "The second quotation needs a source." }""")]
public sealed record ReturnRequest
{
    /// <summary>What is to be done; for the newsroom's log, never delivered.</summary>
    /// <example>The second quotation needs a source.</example>
    public string? Note { get; init; }
}

/// <summary>Why an article is taken back.</summary>
[Example("""{ "reason": "The quoted timetable was a draft.", "notice": "This article was withdrawn because it was based on a draft timetable." }""")]
public sealed record WithdrawRequest
{
    /// <summary>For the newsroom's log; never delivered.</summary>
    /// <example>The quoted timetable was a draft.</example>
    public string? Reason { get; init; }

    /// <summary>What readers are told at the article's address (410); null for a general sentence.</summary>
    /// <example>This article was withdrawn because it was based on a draft timetable.</example>
    public string? Notice { get; init; }
}

/// <summary>A note to readers about an article.</summary>
[Example("""{ "kind": "correction", "note": "An earlier version gave the first sailing as 21:00. It is 21:30." }""")]
public sealed record CorrectionRequest
{
    /// <summary>What the note is about.</summary>
    /// <example>correction</example>
    public CorrectionKind? Kind { get; init; }

    /// <summary>The note as readers get it; plain text.</summary>
    /// <example>An earlier version gave the first sailing as 21:00. It is 21:30.</example>
    public string? Note { get; init; }
}

/// <summary>Leave to use an article that its rights prohibit.</summary>
[Example("""{ "scope": "site", "reason": "Agreed with the agency's rights desk by telephone, 4 May.", "until": "2030-05-04T00:00:00Z" }""")]
public sealed record ClearanceRequest
{
    /// <summary>What is cleared: the delivery API, or passing on in feeds, ninjs, sync, stream and webhooks. One does not include the other.</summary>
    /// <example>site</example>
    public ClearanceScope? Scope { get; init; }

    /// <summary>On whose word; for the newsroom, never delivered.</summary>
    /// <example>Agreed with the agency's rights desk by telephone, 4 May.</example>
    public string? Reason { get; init; }

    /// <summary>When the leave ends, in the future: the article is then taken back, or passed on no more. Null for no end.</summary>
    /// <example>2030-05-04T00:00:00Z</example>
    public DateTimeOffset? Until { get; init; }
}

internal sealed class ScheduleRequestValidator : AbstractValidator<ScheduleRequest>;

internal sealed class ReturnRequestValidator : AbstractValidator<ReturnRequest>
{
    public ReturnRequestValidator()
    {
        RuleFor(sent => sent.Note).Length(1, 2000);
    }
}

internal sealed class WithdrawRequestValidator : AbstractValidator<WithdrawRequest>
{
    public WithdrawRequestValidator()
    {
        RuleFor(withdrawal => withdrawal.Reason).Length(1, 2000);
        RuleFor(withdrawal => withdrawal.Notice).Length(1, 2000);
    }
}

internal sealed class CorrectionRequestValidator : AbstractValidator<CorrectionRequest>
{
    public CorrectionRequestValidator()
    {
        RuleFor(correction => correction.Kind).NotNull();
        RuleFor(correction => correction.Note).NotEmpty().MaximumLength(2000);
    }
}

internal sealed class ClearanceRequestValidator : AbstractValidator<ClearanceRequest>
{
    public ClearanceRequestValidator()
    {
        RuleFor(clearance => clearance.Scope).NotNull();
        RuleFor(clearance => clearance.Reason).NotEmpty().MaximumLength(2000);
    }
}
