using AutoMapper;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>What happens by itself at its time.</summary>
public enum ScheduledAction
{
    /// <summary>The pinned revision goes live.</summary>
    Publish,

    /// <summary>The live article is taken back.</summary>
    Withdraw,

    /// <summary>The live article is passed on no more: it leaves feeds, ninjs, sync and webhooks, and stays on the site.</summary>
    EndSyndication,

    /// <summary>An edition of a front takes the place of what the front shows then.</summary>
    ChangeFront,
}

/// <summary>Why a live article is taken back by itself.</summary>
public enum WithdrawalCause
{
    /// <summary>It expires.</summary>
    Expiry,

    /// <summary>The last clearance that lets it on the site ends.</summary>
    ClearanceEnd,
}

/// <summary>Something to come.</summary>
public sealed record ScheduleItem
{
    /// <summary>The article it happens to: its working copy's slug and headline. Null where the action is `changeFront`.</summary>
    public required Reference? Article { get; init; }

    /// <summary>The front it happens to, where the action is `changeFront`; else null.</summary>
    public required Reference? Front { get; init; }

    /// <summary>The edition that takes effect, in the front's own `schedule`, where the action is `changeFront`; else null.</summary>
    public required Guid? Edition { get; init; }

    /// <summary>What happens.</summary>
    public required ScheduledAction Action { get; init; }

    /// <summary>Why, where the action is `withdraw`; else null.</summary>
    public required WithdrawalCause? Because { get; init; }

    /// <summary>When it is due.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when that time has passed, by the database's clock. Never of an edition: it takes effect at its time without anything being done.</summary>
    public required bool IsOverdue { get; init; }

    /// <summary>The revision that goes live, where the action is `publish`; else null.</summary>
    /// <example>2</example>
    public required int? Revision { get; init; }

    /// <summary>Who scheduled it, where the action is `publish` or `changeFront`; else null.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string? ScheduledBy { get; init; }

    /// <summary>When the last try failed; null while none has.</summary>
    public required DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why the last try failed: every reason.</summary>
    public required IReadOnlyList<string>? Failure { get; init; }

    /// <summary>When a publication is tried next; null when its rules refused it: it waits for an editor.</summary>
    public required DateTimeOffset? TryAt { get; init; }
}

internal sealed class ScheduleProfile : Profile
{
    public ScheduleProfile()
    {
        CreateMap<ScheduleRow, ScheduleItem>()
            .ForMember(item => item.Article, map => map.MapFrom(row => row.FrontId == null ? row : null))
            .ForMember(item => item.Front, map => map.MapFrom(row => row.FrontId == null ? null : row))
            .ForMember(item => item.Edition, map => map.MapFrom(row => row.FrontId == null ? null : (Guid?)row.Id))
            .ForMember(item => item.Action, map => map.MapFrom(row => EnumNames.Parse<ScheduledAction>(row.Action)))
            .ForMember(item => item.Because, map => map.MapFrom(row => row.Because == null ? null : (WithdrawalCause?)EnumNames.Parse<WithdrawalCause>(row.Because)));
        CreateMap<ScheduleRow, Reference>()
            .ForMember(reference => reference.Id, map => map.MapFrom(row => row.FrontId ?? row.Id));
    }
}
