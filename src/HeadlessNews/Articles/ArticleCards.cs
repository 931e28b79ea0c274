using AutoMapper;
using HeadlessNews.Http;
using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>An article in the editors' list.</summary>
public sealed record EditorArticleCard
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The working copy's place in addresses.</summary>
    /// <example>night-ferry-to-tarrow-gains-a-second-sailing</example>
    public required string Slug { get; init; }

    /// <summary>The version, whose number in quotes is the ETag.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>Where it stands.</summary>
    public required ArticleStatus Status { get; init; }

    /// <summary>True when readers see it now, whatever its working copy is at.</summary>
    public required bool IsLive { get; init; }

    /// <summary>True when the article is live and the working copy has gone on since.</summary>
    public required bool HasUnpublishedChanges { get; init; }

    /// <summary>The headline.</summary>
    /// <example>Night ferry to Tarrow gains a second sailing</example>
    public required string Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    public required string? Kicker { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>Who supplied it.</summary>
    public required Reference Source { get; init; }

    /// <summary>When it is scheduled to go live; null when it is not.</summary>
    public required DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>True when the last try to publish it as scheduled failed; the article itself, and the schedule, say why.</summary>
    public required bool ScheduleFailed { get; init; }

    /// <summary>Not to be published before this time.</summary>
    public required DateTimeOffset? EmbargoUntil { get; init; }

    /// <summary>Not to be shown after this time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What would refuse a publication of the working copy now; empty when nothing would.</summary>
    public required IReadOnlyList<PublishingBlock> BlockedBy { get; init; }

    /// <summary>When it was first published; null before that.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>For the newsroom only.</summary>
    /// <example>Confirm the 01:00 sailing with the port authority before Friday.</example>
    public required string? InternalNote { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string CreatedBy { get; init; }

    /// <summary>When it was last saved or acted on.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Filled in the query itself, which reads only what a card shows.</summary>
internal sealed class ArticleCardProfile : Profile
{
    public ArticleCardProfile()
    {
        CreateMap<Article, EditorArticleCard>()
            .IncludeMembers(article => article.Content)
            .ForMember(card => card.IsLive, map => map.MapFrom(article => article.PublicState == PublicState.Live))
            .ForMember(card => card.PublishedAt, map => map.MapFrom(article => article.Content.PublishedAt ?? article.FirstPublishedAt))
            .ForMember(card => card.ScheduledFor, map => map.MapFrom(article => article.Scheduled == null ? null : (DateTimeOffset?)article.Scheduled.DueAt))
            .ForMember(card => card.ScheduleFailed, map => map.MapFrom(article => article.Scheduled != null && article.Scheduled.FailedAt != null))
            // In a query this is the database's own clock.
            .ForMember(card => card.BlockedBy, map => map.MapFrom(article => PublishingBlocks.Of(
                article.BodyIsEmpty,
                article.Content.EmbargoUntil != null && article.Content.EmbargoUntil > DateTimeOffset.UtcNow,
                article.Content.ExpiresAt != null && article.Content.ExpiresAt <= DateTimeOffset.UtcNow,
                (article.Content.Rights.Redistribution ?? article.Source!.Rights.Redistribution) == Redistribution.Prohibited
                && !article.Clearances.Any(clearance => clearance.Scope == ClearanceScope.Site
                    && (clearance.Until == null || clearance.Until > DateTimeOffset.UtcNow)))))
            .ForMember(card => card.HasUnpublishedChanges, map => map.MapFrom(article =>
                article.PublicState == PublicState.Live && article.Revision != article.LiveRevision))
            .ForMember(card => card.Status, map => map.MapFrom(article =>
                article.Stage == Stage.Trashed ? ArticleStatus.Trashed
                : article.Stage == Stage.Scheduled ? ArticleStatus.Scheduled
                : article.Stage == Stage.InReview ? ArticleStatus.InReview
                : article.PublicState == PublicState.Live ? ArticleStatus.Published
                : article.PublicState == PublicState.Withdrawn ? ArticleStatus.Withdrawn
                : ArticleStatus.Draft));
        CreateMap<ArticleContent, EditorArticleCard>(MemberList.None);
    }
}
