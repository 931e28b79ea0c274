using AutoMapper;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Authors;

/// <summary>An author as editors see it.</summary>
public sealed record EditorAuthor : INamedAnswer
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The author's place in addresses.</summary>
    /// <example>ines-calloway</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every save; the `ETag` is this number in quotes.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>The name that is printed in bylines.</summary>
    /// <example>Inès Calloway</example>
    public required string Name { get; init; }

    /// <summary>A person, or an organization such as an editorial staff.</summary>
    public required AuthorKind Kind { get; init; }

    /// <summary>What the author does.</summary>
    /// <example>Maritime correspondent</example>
    public required string? Role { get; init; }

    /// <summary>A few sentences about the author; plain text.</summary>
    public required string? Bio { get; init; }

    /// <summary>A portrait.</summary>
    /// <example>https://media.example/authors/ines-calloway.jpg</example>
    public required string? AvatarUrl { get; init; }

    /// <summary>For the newsroom only: never delivered to readers.</summary>
    /// <example>ines.calloway@example.org</example>
    public required string? Email { get; init; }

    /// <summary>Where else the author can be found.</summary>
    public required IReadOnlyList<Link> Links { get; init; }

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the record was last saved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class AuthorProfile : Profile
{
    public AuthorProfile()
    {
        CreateMap<Author, EditorAuthor>();
        CreateMap<Author, Reference>();
    }
}
