using FluentValidation;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Sources;

/// <summary>A source as an editor sends it: who supplies articles, and under what rights.</summary>
[Example("""
    {
      "kind": "agency",
      "name": "North Quay Press",
      "homepageUrl": "https://north-quay.example",
      "language": "en",
      "country": "GB",
      "rights": { "copyrightHolder": "North Quay Press", "copyrightNotice": "© 2026 North Quay Press", "redistribution": "attribution" }
    }
    """)]
public sealed record SourceRequest : INamedRequest
{
    /// <summary>The source's place in addresses. Left out: made from the name. A change leaves a redirect behind.</summary>
    public string? Slug { get; init; }

    /// <summary>The name that is printed.</summary>
    /// <example>Harbour Wire</example>
    public string? Name { get; init; }

    /// <summary>The newsroom itself, an agency, or a syndicated site.</summary>
    /// <example>agency</example>
    public SourceKind? Kind { get; init; }

    /// <summary>The source's own site: an absolute `https` or `http` address.</summary>
    /// <example>https://harbour-wire.example</example>
    public string? HomepageUrl { get; init; }

    /// <summary>The language it writes in, as a BCP 47 tag.</summary>
    /// <example>en</example>
    public string? Language { get; init; }

    /// <summary>Where it is at home: ISO 3166-1 alpha-2, upper case.</summary>
    /// <example>GB</example>
    public string? Country { get; init; }

    /// <summary>What its articles inherit.</summary>
    public Rights? Rights { get; init; }
}

/// <summary>What kind of supplier a source is.</summary>
public enum SourceKind
{
    /// <summary>The newsroom itself.</summary>
    Own,

    /// <summary>A news agency.</summary>
    Agency,

    /// <summary>Another site whose articles are taken over.</summary>
    Syndicated,
}

internal sealed class SourceRequestValidator : AbstractValidator<SourceRequest>
{
    public SourceRequestValidator()
    {
        RuleFor(source => source.Slug).Slug();
        RuleFor(source => source.Name).NotEmpty().MaximumLength(200).OneLine();
        RuleFor(source => source.Kind).NotNull();
        RuleFor(source => source.HomepageUrl).WebAddress();
        RuleFor(source => source.Language).LanguageTag();
        RuleFor(source => source.Country).Matches(@"^[A-Z]{2}\z").WithMessage("must be an ISO 3166-1 alpha-2 code in upper case, such as GB");
        RuleFor(source => source.Rights!).SetValidator(new RightsValidator()).When(source => source.Rights is not null);
    }
}
