using HeadlessNews.Authors;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

namespace HeadlessNews.Delivery;

/// <summary>An author with something published.</summary>
public sealed record PublishedAuthor
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The author's place in addresses.</summary>
    /// <example>maren-tolliver</example>
    public required string Slug { get; init; }

    /// <summary>The name as printed.</summary>
    /// <example>Maren Tolliver</example>
    public required string Name { get; init; }

    /// <summary>A person or an organization.</summary>
    public required AuthorKind Kind { get; init; }

    /// <summary>What the author does.</summary>
    /// <example>Maritime correspondent</example>
    public required string? Role { get; init; }

    /// <summary>A few sentences about the author; plain text.</summary>
    public required string? Bio { get; init; }

    /// <summary>A portrait.</summary>
    public required string? AvatarUrl { get; init; }

    /// <summary>Where else the author can be found.</summary>
    public required IReadOnlyList<Link> Links { get; init; }

    /// <summary>How many published articles name the author.</summary>
    /// <example>12</example>
    public int ArticleCount { get; init; }
}

/// <summary>A source with something published.</summary>
public sealed record PublishedSource
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The source's place in addresses.</summary>
    /// <example>harbour-wire</example>
    public required string Slug { get; init; }

    /// <summary>The name as printed.</summary>
    /// <example>Harbour Wire</example>
    public required string Name { get; init; }

    /// <summary>The newsroom itself, an agency, or a syndicated site.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>The source's own site.</summary>
    public required string? HomepageUrl { get; init; }

    /// <summary>The language it writes in (BCP 47).</summary>
    public required string? Language { get; init; }

    /// <summary>Where it is at home (ISO 3166-1 alpha-2).</summary>
    public required string? Country { get; init; }

    /// <summary>What its articles inherit.</summary>
    public required Rights Rights { get; init; }

    /// <summary>How many of its articles are published.</summary>
    /// <example>12</example>
    public int ArticleCount { get; init; }
}

/// <summary>A tag with something published, itself or below it.</summary>
public sealed record PublishedTag
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tag's place in addresses.</summary>
    /// <example>shipping</example>
    public required string Slug { get; init; }

    /// <summary>The tag's name.</summary>
    /// <example>Shipping</example>
    public required string Name { get; init; }

    /// <summary>What the tag names.</summary>
    public required TagKind Kind { get; init; }

    /// <summary>A sentence or two for the tag's page.</summary>
    public required string? Description { get; init; }

    /// <summary>The tag above; null at the top of the tree.</summary>
    public required Reference? Parent { get; init; }

    /// <summary>The IPTC Media Topic it stands for.</summary>
    /// <example>medtop:04000000</example>
    public required string? MediaTopic { get; init; }

    /// <summary>Other names that mean the same.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>How many published articles have the tag, or one below it.</summary>
    /// <example>12</example>
    public int ArticleCount { get; init; }
}
