using FluentValidation;

namespace HeadlessNews.Sources;

/// <summary>
/// What may be done with the text. An article inherits its source's rights, member by member: what it does not say itself, the
/// source says.
/// </summary>
public sealed record Rights
{
    /// <summary>Who holds the copyright (schema.org `copyrightHolder`).</summary>
    /// <example>Harbour Wire Ltd</example>
    public string? CopyrightHolder { get; init; }

    /// <summary>The year the copyright was first asserted (schema.org `copyrightYear`).</summary>
    /// <example>2026</example>
    public int? CopyrightYear { get; init; }

    /// <summary>The notice to print (schema.org `copyrightNotice`).</summary>
    /// <example>© 2026 Harbour Wire Ltd. All rights reserved.</example>
    public string? CopyrightNotice { get; init; }

    /// <summary>Terms in words (schema.org `usageInfo`, IPTC `usageterms`).</summary>
    /// <example>Online use within 30 days of publication.</example>
    public string? UsageTerms { get; init; }

    /// <summary>Whether the text may be passed on. Said by neither the article nor its source: `allowed`.</summary>
    /// <example>attribution</example>
    public Redistribution? Redistribution { get; init; }

    /// <summary>These rights, with what they leave open filled from another's.</summary>
    internal Rights InheritingFrom(Rights other) => new()
    {
        CopyrightHolder = CopyrightHolder ?? other.CopyrightHolder,
        CopyrightYear = CopyrightYear ?? other.CopyrightYear,
        CopyrightNotice = CopyrightNotice ?? other.CopyrightNotice,
        UsageTerms = UsageTerms ?? other.UsageTerms,
        Redistribution = Redistribution ?? other.Redistribution,
    };
}

/// <summary>Whether a text may be passed on: `allowed`; `attribution` (the source must be named); `prohibited` (it cannot be published).</summary>
public enum Redistribution
{
    /// <summary>May be passed on.</summary>
    Allowed,

    /// <summary>May be passed on when the source is named.</summary>
    Attribution,

    /// <summary>May not be published without a clearance.</summary>
    Prohibited,
}

internal sealed class RightsValidator : AbstractValidator<Rights>
{
    public RightsValidator()
    {
        RuleFor(rights => rights.CopyrightHolder).Length(1, 200);
        RuleFor(rights => rights.CopyrightYear).InclusiveBetween(1500, 2999);
        RuleFor(rights => rights.CopyrightNotice).Length(1, 500);
        RuleFor(rights => rights.UsageTerms).Length(1, 2000);
    }
}
