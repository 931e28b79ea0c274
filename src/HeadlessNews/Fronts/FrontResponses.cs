using AutoMapper;
using HeadlessNews.Articles;
using HeadlessNews.Http;

namespace HeadlessNews.Fronts;

/// <summary>A front as editors see it.</summary>
public sealed record EditorFront : IVersionedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The front's place in addresses.</summary>
    /// <example>home</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every save, and whenever an edition takes effect; the `ETag` is this number in quotes.</summary>
    /// <example>4</example>
    public required int Version { get; init; }

    /// <summary>What it is called.</summary>
    /// <example>Home</example>
    public required string Name { get; init; }

    /// <summary>A sentence or two about it.</summary>
    /// <example>The first page.</example>
    public required string? Description { get; init; }

    /// <summary>What stands on top; null for nothing.</summary>
    public required EditorFrontSlot? Lead { get; init; }

    /// <summary>What follows, in order.</summary>
    public required IReadOnlyList<EditorFrontSlot> Slots { get; init; }

    /// <summary>When the next edition takes effect; null when none is to come.</summary>
    public required DateTimeOffset? NextEditionAt { get; init; }

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last saved, or an edition took effect.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A place on a front, and what readers see there.</summary>
public sealed record EditorFrontSlot
{
    /// <summary>Words above the slot.</summary>
    /// <example>Economy</example>
    public required string? Title { get; init; }

    /// <summary>The pinned article, and where it stands; null where none is pinned, or it was deleted for ever: then it leaves with the next save.</summary>
    public required PinnedArticle? Article { get; init; }

    /// <summary>A headline for this place in place of the article's own.</summary>
    /// <example>The night ferry is back</example>
    public required string? Headline { get; init; }

    /// <summary>A kicker for this place in place of the article's own.</summary>
    /// <example>Live</example>
    public required string? Kicker { get; init; }

    /// <summary>The article is pinned from this time on; null for at once.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>The article is pinned until this time; null for no end.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>Which articles fill the slot by themselves.</summary>
    public required EditorFrontFill? Fill { get; init; }

    /// <summary>What readers see here at this moment, as published; empty when the slot has nothing to show. Null in an edition to come.</summary>
    public required IReadOnlyList<Reference>? Shows { get; init; }
}

/// <summary>An article that is pinned to a front. It is shown while it is live.</summary>
public sealed record PinnedArticle
{
    /// <summary>The article's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its working copy's slug.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>Its working copy's headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Headline { get; init; }

    /// <summary>Where it stands.</summary>
    public required ArticleStatus Status { get; init; }

    /// <summary>True when readers see it now, whatever its working copy is at.</summary>
    public required bool IsLive { get; init; }

    /// <summary>When it is scheduled to go live; null when it is not.</summary>
    public required DateTimeOffset? ScheduledFor { get; init; }
}

/// <summary>Which articles fill a slot by themselves: the newest that meet all of this.</summary>
public sealed record EditorFrontFill
{
    /// <summary>Only with all of these tags, or tags below them.</summary>
    public required IReadOnlyList<Reference> Tags { get; init; }

    /// <summary>Only in this section or one below it.</summary>
    public required Reference? Section { get; init; }

    /// <summary>Only by this author.</summary>
    public required Reference? Author { get; init; }

    /// <summary>Only from this source.</summary>
    public required Reference? Source { get; init; }

    /// <summary>Only in this language (BCP 47).</summary>
    /// <example>en</example>
    public required string? Language { get; init; }

    /// <summary>Only of this sort.</summary>
    public required Genre? Genre { get; init; }

    /// <summary>How many at most.</summary>
    /// <example>5</example>
    public required int Limit { get; init; }
}

/// <summary>A front in the editors' list.</summary>
public sealed record EditorFrontCard
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The front's place in addresses.</summary>
    /// <example>home</example>
    public required string Slug { get; init; }

    /// <summary>The version, whose number in quotes is the ETag.</summary>
    /// <example>4</example>
    public required int Version { get; init; }

    /// <summary>What it is called.</summary>
    /// <example>Home</example>
    public required string Name { get; init; }

    /// <summary>A sentence or two about it.</summary>
    /// <example>The first page.</example>
    public required string? Description { get; init; }

    /// <summary>When the next edition takes effect; null when none is to come.</summary>
    public required DateTimeOffset? NextEditionAt { get; init; }

    /// <summary>When it was last saved, or an edition took effect.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A front's layout to come.</summary>
public sealed record EditorFrontEdition : IVersionedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises with every save of this edition; the `ETag` is this number in quotes.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>When it takes effect, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What will stand on top; null for nothing.</summary>
    public required EditorFrontSlot? Lead { get; init; }

    /// <summary>What will follow, in order.</summary>
    public required IReadOnlyList<EditorFrontSlot> Slots { get; init; }

    /// <summary>Who scheduled it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ScheduledBy { get; init; }

    /// <summary>When it was scheduled.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }
}

/// <summary>A front's editions to come.</summary>
public sealed record FrontSchedule
{
    /// <summary>All of them, the next one first; at most 20.</summary>
    public required IReadOnlyList<EditorFrontEdition> Items { get; init; }
}

/// <summary>Layouts hold ids: what these name is set in by the read.</summary>
internal sealed class FrontProfile : Profile
{
    public FrontProfile()
    {
        CreateMap<Front, EditorFront>()
            .ForMember(answer => answer.Lead, map => map.Ignore())
            .ForMember(answer => answer.Slots, map => map.Ignore())
            .ForMember(answer => answer.NextEditionAt, map => map.Ignore());
        CreateMap<FrontEdition, EditorFrontEdition>()
            .ForMember(answer => answer.Lead, map => map.Ignore())
            .ForMember(answer => answer.Slots, map => map.Ignore());
        CreateMap<SlotLayout, EditorFrontSlot>()
            .ForMember(answer => answer.Article, map => map.Ignore())
            .ForMember(answer => answer.Fill, map => map.Ignore())
            .ForMember(answer => answer.Shows, map => map.Ignore());
        CreateMap<FillLayout, EditorFrontFill>()
            .ForMember(answer => answer.Tags, map => map.Ignore())
            .ForMember(answer => answer.Section, map => map.Ignore())
            .ForMember(answer => answer.Author, map => map.Ignore())
            .ForMember(answer => answer.Source, map => map.Ignore());
        CreateMap<EditorArticleCard, PinnedArticle>();
        // In a query this is the database's own clock.
        CreateMap<Front, EditorFrontCard>()
            .ForMember(card => card.Version, map => map.MapFrom(front => front.Version + front.Editions.Count(edition => edition.At <= DateTimeOffset.UtcNow)))
            .ForMember(card => card.NextEditionAt, map => map.MapFrom(front =>
                front.Editions.Where(edition => edition.At > DateTimeOffset.UtcNow).Min(edition => (DateTimeOffset?)edition.At)))
            .ForMember(card => card.UpdatedAt, map => map.MapFrom(front =>
                front.Editions.Where(edition => edition.At <= DateTimeOffset.UtcNow).Max(edition => (DateTimeOffset?)edition.At) ?? front.UpdatedAt));
    }
}
