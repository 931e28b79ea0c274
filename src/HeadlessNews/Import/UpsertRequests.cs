using FluentValidation;
using HeadlessNews.Articles;
using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>
/// An article as a script sends it, again and again: the whole working copy. A member left out is null; the slug, left out, stays as it is.
/// </summary>
[Example("""
    {
      "headline": "Night ferry to Tarrow gains a second sailing",
      "summary": "From June the crossing runs twice a night.",
      "body": {
        "format": "html",
        "content": "<p>The night ferry between Marrow Bay and Tarrow will sail <strong>twice a night</strong> from June, the port authority said on Monday.</p>"
      },
      "dateline": { "place": "MARROW BAY", "date": "2026-05-04" },
      "language": "en",
      "urgency": 4,
      "sourceUrl": "https://harbour-wire.example/2026/05/04/night-ferry",
      "authors": ["Maren Tolliver", "editorial-staff"],
      "tags": ["Shipping", "marrow-bay"],
      "publishedAt": "2026-05-04T09:30:00Z"
    }
    """)]
public sealed record UpsertRequest : ArticleRequest
{
    /// <summary>
    /// Who supplied it: a source's slug, id or name. Where the address names the source it may be left out; given, it must be the same.
    /// </summary>
    /// <example>harbour-wire</example>
    public override string? Source { get; init; }

    /// <summary>The source's own id for it, which makes it safe to send again. Where the address has it, it may be left out; given, it must be the same.</summary>
    /// <example>HW-2026-05-04-0117</example>
    public override string? ExternalId { get; init; }

    /// <summary>
    /// Who wrote it, in the byline's order: authors' slugs, ids or names (whole, in upper or lower case), each once; at most 50. A name that
    /// several authors have is refused.
    /// </summary>
    /// <example>["Maren Tolliver", "editorial-staff"]</example>
    public override IReadOnlyList<string>? Authors { get; init; }

    /// <summary>What it is about: tags' slugs, ids or names (whole, in upper or lower case), each once; at most 100. A name that several tags have is refused.</summary>
    /// <example>["Shipping", "marrow-bay"]</example>
    public override IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Other articles chosen to stand beside it, in order; at most 50. Each by its slug, its id, or its `externalId` within the same source.</summary>
    public override IReadOnlyList<RelatedRequest>? Related { get; init; }
}

internal sealed class UpsertRequestValidator : ArticleRules<UpsertRequest>
{
    /// <summary>As long as a name may be, which is longer than a slug.</summary>
    private const int LongestName = 200;

    public UpsertRequestValidator()
    {
        RuleFor(article => article.Source).Length(1, LongestName);
        RuleForEach(article => article.Authors).NotEmpty().MaximumLength(LongestName);
        RuleForEach(article => article.Tags).NotEmpty().MaximumLength(LongestName);
    }
}
