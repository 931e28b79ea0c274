using FluentValidation;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Tags;

/// <summary>A tag as an editor sends it.</summary>
[Example("""
    {
      "kind": "topic",
      "name": "Lighthouses",
      "description": "The lights of the coast, and who keeps them burning.",
      "parent": "economy",
      "aliases": ["Beacons"]
    }
    """)]
public sealed record TagRequest : INamedRequest
{
    /// <summary>The tag's place in addresses. Left out: made from the name. A change leaves a redirect behind.</summary>
    public string? Slug { get; init; }

    /// <summary>The name that people read.</summary>
    /// <example>Shipping</example>
    public string? Name { get; init; }

    /// <summary>What the tag names.</summary>
    /// <example>topic</example>
    public TagKind? Kind { get; init; }

    /// <summary>A sentence or two for the tag's page; plain text.</summary>
    /// <example>Ports, ferries and the people who work them.</example>
    public string? Description { get; init; }

    /// <summary>The tag above, by slug or id. A list of the parent's articles holds this tag's too.</summary>
    /// <example>economy</example>
    public string? Parent { get; init; }

    /// <summary>The IPTC Media Topic it stands for, as `medtop:` and eight digits.</summary>
    /// <example>medtop:04000000</example>
    public string? MediaTopic { get; init; }

    /// <summary>Other names that mean the same; at most 50.</summary>
    /// <example>["Seafaring", "Maritime trade"]</example>
    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>What a tag names.</summary>
public enum TagKind
{
    /// <summary>A subject.</summary>
    Topic,

    /// <summary>A section of the publication.</summary>
    Section,

    /// <summary>A place.</summary>
    Place,

    /// <summary>A person in the news.</summary>
    Person,

    /// <summary>An organization in the news.</summary>
    Organization,

    /// <summary>A series of articles.</summary>
    Series,
}

internal sealed class TagRequestValidator : AbstractValidator<TagRequest>
{
    public TagRequestValidator()
    {
        RuleFor(tag => tag.Slug).Slug();
        RuleFor(tag => tag.Name).NotEmpty().MaximumLength(200).OneLine();
        RuleFor(tag => tag.Kind).NotNull();
        RuleFor(tag => tag.Description).Length(1, 2000);
        RuleFor(tag => tag.Parent).IdOrSlug();
        RuleFor(tag => tag.MediaTopic).Matches(@"^medtop:[0-9]{8}\z").WithMessage("must be an IPTC Media Topic such as medtop:04000000");
        RuleFor(tag => tag.Aliases).MaximumItems(50);
        RuleForEach(tag => tag.Aliases).NotEmpty().MaximumLength(200);
    }
}
