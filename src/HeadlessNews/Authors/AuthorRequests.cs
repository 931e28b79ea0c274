using FluentValidation;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Authors;

/// <summary>An author as an editor sends it.</summary>
[Example("""
    {
      "kind": "person",
      "name": "Inès Calloway",
      "role": "Maritime correspondent",
      "bio": "Inès Calloway has covered ports and shipping since 2011.",
      "email": "ines.calloway@example.org",
      "links": [{ "label": "Portfolio", "url": "https://ines.example/portfolio" }]
    }
    """)]
public sealed record AuthorRequest : INamedRequest
{
    /// <summary>The author's place in addresses. Left out: made from the name. A change leaves a redirect behind.</summary>
    public string? Slug { get; init; }

    /// <summary>The name that is printed in bylines.</summary>
    /// <example>Inès Calloway</example>
    public string? Name { get; init; }

    /// <summary>A person, or an organization such as an editorial staff (schema.org `Person`, `Organization`).</summary>
    /// <example>person</example>
    public AuthorKind? Kind { get; init; }

    /// <summary>What the author does (schema.org `jobTitle`).</summary>
    /// <example>Maritime correspondent</example>
    public string? Role { get; init; }

    /// <summary>A few sentences about the author; plain text.</summary>
    /// <example>Inès Calloway has covered ports and shipping since 2011.</example>
    public string? Bio { get; init; }

    /// <summary>A portrait: an absolute `https` or `http` address.</summary>
    /// <example>https://media.example/authors/ines-calloway.jpg</example>
    public string? AvatarUrl { get; init; }

    /// <summary>For the newsroom only: never delivered to readers.</summary>
    /// <example>ines.calloway@example.org</example>
    public string? Email { get; init; }

    /// <summary>Where else the author can be found; at most 20.</summary>
    public IReadOnlyList<Link>? Links { get; init; }
}

/// <summary>What an author is.</summary>
public enum AuthorKind
{
    /// <summary>A person.</summary>
    Person,

    /// <summary>An organization, such as an editorial staff.</summary>
    Organization,
}

internal sealed class AuthorRequestValidator : AbstractValidator<AuthorRequest>
{
    public AuthorRequestValidator()
    {
        RuleFor(author => author.Slug).Slug();
        RuleFor(author => author.Name).NotEmpty().MaximumLength(200).OneLine();
        RuleFor(author => author.Kind).NotNull();
        RuleFor(author => author.Role).Length(1, 200);
        RuleFor(author => author.Bio).Length(1, 5000);
        RuleFor(author => author.AvatarUrl).WebAddress();
        RuleFor(author => author.Email).Length(3, 254).EmailAddress();
        RuleFor(author => author.Links).MaximumItems(20);
        RuleForEach(author => author.Links).NotNull().SetValidator(new LinkValidator());
    }
}
