using AutoMapper;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Tags;

/// <summary>A tag as editors see it.</summary>
public sealed record EditorTag : INamedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tag's place in addresses.</summary>
    /// <example>shipping</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every save; the `ETag` is this number in quotes.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>The name that people read.</summary>
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

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last saved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class TagProfile : Profile
{
    public TagProfile()
    {
        CreateMap<Tag, EditorTag>();
        CreateMap<Tag, Reference>();
    }
}
