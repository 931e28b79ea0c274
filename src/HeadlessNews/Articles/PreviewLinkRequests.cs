using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>A preview link to be made. An empty object shows the working copy for a day.</summary>
[Example("""{ "expiresIn": 604800 }""")]
public sealed record PreviewLinkRequest
{
    /// <summary>The default of <see cref="ExpiresIn"/>: a day.</summary>
    internal const int DefaultSeconds = 86_400;

    /// <summary>The revision to show, whatever is saved later; it must be there. Null shows the working copy as it is when looked at.</summary>
    /// <example>3</example>
    public int? Revision { get; init; }

    /// <summary>Seconds until the link is dead, from a minute to 30 days; a day (86400) if left out.</summary>
    /// <example>604800</example>
    public int? ExpiresIn { get; init; }
}

internal sealed class PreviewLinkRequestValidator : AbstractValidator<PreviewLinkRequest>
{
    public PreviewLinkRequestValidator()
    {
        RuleFor(link => link.Revision).InclusiveBetween(1, int.MaxValue);
        RuleFor(link => link.ExpiresIn).InclusiveBetween(60, 2_592_000);
    }
}
