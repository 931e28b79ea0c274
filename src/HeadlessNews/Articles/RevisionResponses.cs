using AutoMapper;
using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>A saved state of an article, in the list of its revisions.</summary>
public sealed record EditorRevisionCard
{
    /// <summary>Its number: 1 is the first, and none is ever given twice.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Who saved it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string SavedBy { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Why, as the `comment` of the save said; null where it said nothing.</summary>
    /// <example>Second sailing confirmed by the port authority.</example>
    public required string? Comment { get; init; }

    /// <summary>When it first went live; null for what was never public. What was public is kept for ever.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>True for the one that the working copy is.</summary>
    public required bool IsWorkingCopy { get; init; }

    /// <summary>True for the one that the public sees now.</summary>
    public required bool IsLive { get; init; }

    /// <summary>True for the one that a scheduled publication will make live.</summary>
    public required bool IsScheduled { get; init; }
}

/// <summary>A saved state of an article, with its content.</summary>
public sealed record EditorRevision
{
    /// <summary>Its number: 1 is the first, and none is ever given twice.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Who saved it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string SavedBy { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Why, as the `comment` of the save said; null where it said nothing.</summary>
    /// <example>Second sailing confirmed by the port authority.</example>
    public required string? Comment { get; init; }

    /// <summary>When it first went live; null for what was never public.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>True for the one that the working copy is.</summary>
    public required bool IsWorkingCopy { get; init; }

    /// <summary>True for the one that the public sees now.</summary>
    public required bool IsLive { get; init; }

    /// <summary>True for the one that a scheduled publication will make live.</summary>
    public required bool IsScheduled { get; init; }

    /// <summary>All that its editors had written by then.</summary>
    public required RevisionContent Content { get; init; }
}

/// <summary>An article's content as one revision keeps it: what editors write, and nothing of the article's state.</summary>
public sealed record RevisionContent
{
    /// <summary>The place in addresses that was chosen then.</summary>
    /// <example>night-ferry-to-tarrow-gains-a-second-sailing</example>
    public required string Slug { get; init; }

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
    public required KeptReference Source { get; init; }

    /// <summary>Where the source has it.</summary>
    public required string? SourceUrl { get; init; }

    /// <summary>The source's own id for it.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public required IReadOnlyList<KeptReference> Authors { get; init; }

    /// <summary>The byline as printed, where the authors' names joined would not do.</summary>
    public required string? BylineOverride { get; init; }

    /// <summary>What it is about.</summary>
    public required IReadOnlyList<KeptReference> Tags { get; init; }

    /// <summary>Other articles chosen to stand beside it.</summary>
    public required IReadOnlyList<KeptRelation> Related { get; init; }

    /// <summary>The picture that leads it.</summary>
    public required LeadMedia? LeadMedia { get; init; }

    /// <summary>Rights where they differ from the source's.</summary>
    public required Rights Rights { get; init; }

    /// <summary>Not to be published before this time.</summary>
    public required DateTimeOffset? EmbargoUntil { get; init; }

    /// <summary>Not to be shown after this time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was first published, if an editor set it.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>False behind a paywall.</summary>
    public required bool IsAccessibleForFree { get; init; }

    /// <summary>What search engines are told.</summary>
    public required Seo Seo { get; init; }

    /// <summary>For the newsroom only.</summary>
    public required string? InternalNote { get; init; }
}

/// <summary>A record that a revision names, under its present name.</summary>
public sealed record KeptReference
{
    /// <summary>The record's id.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required Guid Id { get; init; }

    /// <summary>The record's present slug; null when the record has been deleted since.</summary>
    /// <example>harbour-wire</example>
    public required string? Slug { get; init; }

    /// <summary>The record's present name (an article's headline); null when the record has been deleted since.</summary>
    /// <example>Harbour Wire</example>
    public required string? Name { get; init; }
}

/// <summary>Another article that a revision sets beside its own.</summary>
public sealed record KeptRelation
{
    /// <summary>The other article.</summary>
    public required KeptReference Article { get; init; }

    /// <summary>How it relates.</summary>
    public required RelationKind Kind { get; init; }
}

internal sealed class RevisionProfile : Profile
{
    public RevisionProfile()
    {
        CreateMap<ArticleRevision, EditorRevisionCard>()
            .ForMember(card => card.IsWorkingCopy, map => map.MapFrom(kept => kept.Article!.Revision == kept.Revision))
            .ForMember(card => card.IsLive, map => map.MapFrom(kept =>
                kept.Article!.PublicState == PublicState.Live && kept.Article.LiveRevision == kept.Revision))
            .ForMember(card => card.IsScheduled, map => map.MapFrom(kept =>
                kept.Article!.Scheduled != null && kept.Article.Scheduled.Revision == kept.Revision));
        CreateMap<KeptRevision, EditorRevision>().IncludeMembers(kept => kept.Card);
        CreateMap<EditorRevisionCard, EditorRevision>(MemberList.None);
        CreateMap<NamedSnapshot, RevisionContent>()
            .IncludeMembers(snapshot => snapshot.Content)
            .ForMember(answer => answer.Dateline, map => map.MapFrom(snapshot =>
                snapshot.Content.Dateline.Place == null && snapshot.Content.Dateline.Date == null ? null : snapshot.Content.Dateline));
        CreateMap<ArticleContent, RevisionContent>(MemberList.None);
    }
}
