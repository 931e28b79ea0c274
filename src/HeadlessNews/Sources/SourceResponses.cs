using AutoMapper;
using HeadlessNews.Records;

namespace HeadlessNews.Sources;

/// <summary>A source as editors see it.</summary>
public sealed record EditorSource : INamedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The source's place in addresses.</summary>
    /// <example>harbour-wire</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every save; the `ETag` is this number in quotes.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>The name that is printed.</summary>
    /// <example>Harbour Wire</example>
    public required string Name { get; init; }

    /// <summary>The newsroom itself, an agency, or a syndicated site.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>The source's own site.</summary>
    /// <example>https://harbour-wire.example</example>
    public required string? HomepageUrl { get; init; }

    /// <summary>The language it writes in (BCP 47).</summary>
    /// <example>en</example>
    public required string? Language { get; init; }

    /// <summary>Where it is at home (ISO 3166-1 alpha-2).</summary>
    /// <example>GB</example>
    public required string? Country { get; init; }

    /// <summary>What its articles inherit.</summary>
    public required Rights Rights { get; init; }

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last saved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class SourceProfile : Profile
{
    public SourceProfile()
    {
        CreateMap<Source, EditorSource>();
        CreateMap<Source, Http.Reference>();
    }
}
