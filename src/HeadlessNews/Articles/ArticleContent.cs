using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>
/// All of an article that its editors write, and nothing of its state: what a save replaces, and what a revision keeps. A field added
/// here is a column, and part of every revision from then on.
/// </summary>
internal sealed record ArticleContent
{
    public required string Slug { get; init; }
    public required string Headline { get; init; }
    public string? Kicker { get; init; }
    public string? Summary { get; init; }
    public required Body Body { get; init; }
    public required Dateline Dateline { get; init; }
    public required string Language { get; init; }
    public Genre Genre { get; init; }
    public int Urgency { get; init; }
    public string? SourceUrl { get; init; }
    public string? ExternalId { get; init; }
    public string? BylineOverride { get; init; }
    public LeadMedia? LeadMedia { get; init; }
    public required Rights Rights { get; init; }
    public DateTimeOffset? EmbargoUntil { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public bool IsAccessibleForFree { get; init; }
    public required Seo Seo { get; init; }
    public string? InternalNote { get; init; }
}

/// <summary>An article's content with what it names, in order: what a revision keeps.</summary>
internal sealed record ArticleSnapshot
{
    public required ArticleContent Content { get; init; }
    public required Guid Source { get; init; }
    public required IReadOnlyList<Guid> Authors { get; init; }
    public required IReadOnlyList<Guid> Tags { get; init; }
    public required IReadOnlyList<RelatedSnapshot> Related { get; init; }
}

internal sealed record RelatedSnapshot(Guid Id, RelationKind Kind);
