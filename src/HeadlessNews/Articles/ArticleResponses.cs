using AutoMapper;
using HeadlessNews.Http;
using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>An article as editors see it: the working copy and where it stands.</summary>
public sealed record EditorArticle : IVersionedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The working copy's place in addresses.</summary>
    /// <example>night-ferry-to-tarrow-gains-a-second-sailing</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every save and every action; the `ETag` is this number in quotes.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>The number of the revision that is the working copy: the latest, or the live one after `discard-changes`.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Where it stands.</summary>
    public required ArticleStatus Status { get; init; }

    /// <summary>What can be done with it now.</summary>
    public required IReadOnlyList<ArticleAction> AllowedActions { get; init; }

    /// <summary>The revision the public sees, or saw last; null if it was never public.</summary>
    /// <example>2</example>
    public required int? LiveRevision { get; init; }

    /// <summary>True when the article is live and the working copy has gone on since.</summary>
    public required bool HasUnpublishedChanges { get; init; }

    /// <summary>The publication to come; null when none is scheduled.</summary>
    public required ArticleSchedule? Scheduled { get; init; }

    /// <summary>What would refuse a publication of the working copy now; empty when nothing would.</summary>
    public required IReadOnlyList<PublishingBlock> BlockedBy { get; init; }

    /// <summary>The headline.</summary>
    /// <example>Night ferry to Tarrow gains a second sailing</example>
    public required string Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    public required string? Kicker { get; init; }

    /// <summary>The standfirst.</summary>
    public required string? Summary { get; init; }

    /// <summary>The text as it was written, byte for byte.</summary>
    public required Body Body { get; init; }

    /// <summary>Where and when it was written.</summary>
    public required Dateline? Dateline { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>What sort of text it is.</summary>
    public required Genre Genre { get; init; }

    /// <summary>IPTC urgency, 1 to 9.</summary>
    /// <example>4</example>
    public required int Urgency { get; init; }

    /// <summary>Who supplied it.</summary>
    public required Reference Source { get; init; }

    /// <summary>Where the source has it.</summary>
    public required string? SourceUrl { get; init; }

    /// <summary>The source's own id for it.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public required IReadOnlyList<Reference> Authors { get; init; }

    /// <summary>The byline as printed, where the authors' names joined would not do.</summary>
    public required string? BylineOverride { get; init; }

    /// <summary>What it is about.</summary>
    public required IReadOnlyList<Reference> Tags { get; init; }

    /// <summary>Other articles chosen to stand beside it, published or not.</summary>
    public required IReadOnlyList<EditorRelated> Related { get; init; }

    /// <summary>
    /// Other articles whose working copies name this one, as they relate to it; the newest made first, at most 50, none of the trash.
    /// </summary>
    public required IReadOnlyList<EditorRelated> RelatedFrom { get; init; }

    /// <summary>The picture that leads it.</summary>
    public required LeadMedia? LeadMedia { get; init; }

    /// <summary>Rights where they differ from the source's.</summary>
    public required Rights Rights { get; init; }

    /// <summary>The rights that count: its own, filled member by member from its source's.</summary>
    public required Rights EffectiveRights { get; init; }

    /// <summary>Not to be published before this time.</summary>
    public required DateTimeOffset? EmbargoUntil { get; init; }

    /// <summary>Not to be shown after this time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was first published: as an editor set it, else the first publish here; null before that.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>False behind a paywall.</summary>
    public required bool IsAccessibleForFree { get; init; }

    /// <summary>What search engines are told.</summary>
    public required Seo Seo { get; init; }

    /// <summary>For the newsroom only.</summary>
    public required string? InternalNote { get; init; }

    /// <summary>The notes to readers, newest first.</summary>
    public required IReadOnlyList<ArticleCorrection> Corrections { get; init; }

    /// <summary>The clearances, newest first, ended ones too.</summary>
    public required IReadOnlyList<ArticleClearance> RightsClearances { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last saved or acted on.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Another article that stands beside this one, as editors see it.</summary>
public sealed record EditorRelated
{
    /// <summary>The other article.</summary>
    public required Reference Article { get; init; }

    /// <summary>How it relates.</summary>
    public required RelationKind Kind { get; init; }
}

/// <summary>A publication to come.</summary>
public sealed record ArticleSchedule
{
    /// <summary>When it is due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The revision that will go live: the working copy as it was when it was scheduled.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Who scheduled it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ScheduledBy { get; init; }

    /// <summary>When the last try failed; null while none has.</summary>
    public required DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why the last try failed: every reason.</summary>
    public required IReadOnlyList<string>? Failure { get; init; }

    /// <summary>When it is tried next; null when its rules refused it: it waits for an editor.</summary>
    public required DateTimeOffset? TryAt { get; init; }
}

/// <summary>Filled from the tracked record: its state is derived in code, in one place.</summary>
internal sealed class ArticleProfile : Profile
{
    public ArticleProfile()
    {
        CreateMap<Article, EditorArticle>()
            .IncludeMembers(article => article.Content)
            .ForMember(answer => answer.Dateline, map => map.MapFrom(article =>
                article.Content.Dateline.Place == null && article.Content.Dateline.Date == null ? null : article.Content.Dateline))
            .ForMember(answer => answer.PublishedAt, map => map.MapFrom(article => article.Content.PublishedAt ?? article.FirstPublishedAt))
            .ForMember(answer => answer.Authors, map => map.MapFrom(article => article.Authors.OrderBy(row => row.Position).Select(row => row.Author)))
            .ForMember(answer => answer.Tags, map => map.MapFrom(article => article.Tags.OrderBy(row => row.Position).Select(row => row.Tag)))
            .ForMember(answer => answer.Related, map => map.MapFrom(article => article.Related.OrderBy(row => row.Position)))
            // What depends on the time, or on other articles, is set in by the read.
            .ForMember(answer => answer.RelatedFrom, map => map.Ignore())
            .ForMember(answer => answer.BlockedBy, map => map.Ignore())
            .ForMember(answer => answer.EffectiveRights, map => map.MapFrom(article => article.EffectiveRights()))
            .ForMember(answer => answer.Corrections, map => map.MapFrom(article => article.Corrections.OrderByDescending(one => one.At).ThenByDescending(one => one.Id)))
            .ForMember(answer => answer.RightsClearances, map => map.MapFrom(article => article.Clearances.OrderByDescending(one => one.ClearedAt).ThenByDescending(one => one.Id)));
        CreateMap<ArticleContent, EditorArticle>(MemberList.None);
        // No failure is null, not a failure without reasons.
        CreateMap<ScheduledPublication, ArticleSchedule>().ForMember(answer => answer.Failure, map => map.AllowNull());
        CreateMap<ArticleRelation, EditorRelated>().ForMember(answer => answer.Article, map => map.MapFrom(row => row.Related));
        CreateMap<Article, Reference>()
            .ForMember(reference => reference.Slug, map => map.MapFrom(article => article.Content.Slug))
            .ForMember(reference => reference.Name, map => map.MapFrom(article => article.Content.Headline));
    }
}
