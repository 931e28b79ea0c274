using FluentValidation;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>
/// An article as an editor sends it: the whole working copy. A live article does not change until it is published again. A member
/// left out is null.
/// </summary>
[Example("""
    {
      "headline": "Night ferry to Tarrow gains a second sailing",
      "kicker": "Shipping",
      "summary": "From June the crossing runs twice a night — at half past nine and at one.",
      "body": {
        "format": "markdown",
        "content": "The night ferry between Marrow Bay and Tarrow will sail **twice a night** from June, the port authority said on Monday.\n\n“We sold out eleven nights of fourteen,” said the harbour master. “That is not a timetable, that is a queue.”\n\n- First sailing: 21:30\n- Second sailing: 01:00"
      },
      "dateline": { "place": "MARROW BAY", "date": "2026-05-04" },
      "language": "en",
      "genre": "article",
      "urgency": 4,
      "source": "marrow-bay-ledger",
      "authors": ["maren-tolliver", "editorial-staff"],
      "tags": ["shipping", "marrow-bay"],
      "related": [{ "article": "night-ferry-returns", "kind": "background" }],
      "leadMedia": { "url": "https://media.example/ferry-at-dusk.jpg", "alt": "A white ferry at a quay at dusk", "credit": "Photo: Callum Dray" },
      "isAccessibleForFree": true,
      "internalNote": "Confirm the 01:00 sailing with the port authority before Friday."
    }
    """)]
public record ArticleRequest
{
    /// <summary>
    /// The article's place in addresses: lower-case letters and digits of any script, with single hyphens. Left out on POST: made
    /// from the headline; left out on PUT: stays as it is. Once public, a slug redirects for ever (308).
    /// </summary>
    public string? Slug { get; init; }

    /// <summary>The headline.</summary>
    /// <example>Night ferry to Tarrow gains a second sailing</example>
    public string? Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    /// <example>Exclusive</example>
    public string? Kicker { get; init; }

    /// <summary>The standfirst: what a card and a search result show; plain text.</summary>
    /// <example>From June the crossing runs twice a night.</example>
    public string? Summary { get; init; }

    /// <summary>The text.</summary>
    public Body? Body { get; init; }

    /// <summary>Where and when it was written.</summary>
    public Dateline? Dateline { get; init; }

    /// <summary>The language it is written in, as a BCP 47 tag.</summary>
    /// <example>en</example>
    public string? Language { get; init; }

    /// <summary>What sort of text it is; null for `article`.</summary>
    /// <example>article</example>
    public Genre? Genre { get; init; }

    /// <summary>IPTC urgency: 1 is a flash, 5 normal, 8 the least urgent, 9 the newsroom's own; null for 5.</summary>
    /// <example>4</example>
    public int? Urgency { get; init; }

    /// <summary>Who supplied it: a source's slug or id.</summary>
    /// <example>marrow-bay-ledger</example>
    public virtual string? Source { get; init; }

    /// <summary>Where the source has it: an absolute `https` or `http` address.</summary>
    /// <example>https://harbour-wire.example/2026/05/04/night-ferry</example>
    public string? SourceUrl { get; init; }

    /// <summary>The source's own id for it; unique within the source (409 otherwise).</summary>
    /// <example>HW-2026-05-04-0117</example>
    public virtual string? ExternalId { get; init; }

    /// <summary>Who wrote it, in the byline's order: authors' slugs or ids, each once; at most 50.</summary>
    /// <example>["maren-tolliver", "editorial-staff"]</example>
    public virtual IReadOnlyList<string>? Authors { get; init; }

    /// <summary>The byline as printed, where the authors' names joined would not do.</summary>
    /// <example>From our correspondents</example>
    public string? BylineOverride { get; init; }

    /// <summary>What it is about: tags' slugs or ids, each once; at most 100.</summary>
    /// <example>["shipping", "marrow-bay"]</example>
    public virtual IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Other articles chosen to stand beside it, in order; at most 50.</summary>
    public virtual IReadOnlyList<RelatedRequest>? Related { get; init; }

    /// <summary>The picture that leads it.</summary>
    public LeadMedia? LeadMedia { get; init; }

    /// <summary>Rights where they differ from the source's; what is left out is inherited, member by member.</summary>
    public Rights? Rights { get; init; }

    /// <summary>Not to be published before this time.</summary>
    /// <example>2026-05-04T22:00:00Z</example>
    public DateTimeOffset? EmbargoUntil { get; init; }

    /// <summary>Not to be shown after this time; after the embargo.</summary>
    /// <example>2027-05-04T00:00:00Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// When it was first published; lists sort on it. Null: the moment of the first publish here. Set it (not in the future) for what
    /// was published elsewhere before.
    /// </summary>
    /// <example>2026-05-04T09:30:00Z</example>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>False behind a paywall (schema.org `isAccessibleForFree`); null for true.</summary>
    /// <example>true</example>
    public bool? IsAccessibleForFree { get; init; }

    /// <summary>What search engines are told.</summary>
    public Seo? Seo { get; init; }

    /// <summary>For the newsroom only: never delivered to readers.</summary>
    /// <example>Confirm the 01:00 sailing with the port authority before Friday.</example>
    public string? InternalNote { get; init; }

    /// <summary>
    /// Why this save, for whoever looks through the revisions; plain text, never delivered. Kept with the revision that the save makes,
    /// and no part of the article: it is not read back with it, and a save that changes nothing else makes no revision.
    /// </summary>
    /// <example>Second sailing confirmed by the port authority.</example>
    public string? Comment { get; init; }
}

/// <summary>Another article to stand beside this one.</summary>
public sealed record RelatedRequest
{
    /// <summary>The other article: its slug or id.</summary>
    /// <example>night-ferry-returns</example>
    public string? Article { get; init; }

    /// <summary>How it relates; null for `related`.</summary>
    /// <example>background</example>
    public RelationKind? Kind { get; init; }
}

internal sealed class ArticleRequestValidator : ArticleRules<ArticleRequest>
{
    public const int MostTags = 100;

    public ArticleRequestValidator()
    {
        RuleFor(article => article.Source).NotEmpty().IdOrSlug();
        RuleForEach(article => article.Authors).NotEmpty().IdOrSlug();
        RuleForEach(article => article.Tags).NotEmpty().IdOrSlug();
    }
}

/// <summary>What holds for an article however its references are named.</summary>
internal abstract class ArticleRules<TRequest> : AbstractValidator<TRequest>
    where TRequest : ArticleRequest
{
    protected ArticleRules()
    {
        RuleFor(article => article.Slug).Slug();
        RuleFor(article => article.Headline).NotEmpty().MaximumLength(300).OneLine();
        RuleFor(article => article.Kicker).Length(1, 100).OneLine();
        RuleFor(article => article.Summary).Length(1, 2000);
        RuleFor(article => article.Body!).NotNull().SetValidator(new BodyValidator());
        RuleFor(article => article.Dateline!).SetValidator(new DatelineValidator()).When(article => article.Dateline is not null);
        RuleFor(article => article.Language).NotEmpty().LanguageTag();
        RuleFor(article => article.Urgency).InclusiveBetween(1, 9);
        RuleFor(article => article.SourceUrl).WebAddress();
        RuleFor(article => article.ExternalId).Length(1, 500);
        RuleFor(article => article.Authors).MaximumItems(50);
        RuleFor(article => article.BylineOverride).Length(1, 300);
        RuleFor(article => article.Tags).MaximumItems(ArticleRequestValidator.MostTags);
        RuleFor(article => article.Related).MaximumItems(50);
        RuleForEach(article => article.Related).NotNull().SetValidator(new RelatedRequestValidator());
        RuleFor(article => article.LeadMedia!).SetValidator(new LeadMediaValidator()).When(article => article.LeadMedia is not null);
        RuleFor(article => article.Rights!).SetValidator(new RightsValidator()).When(article => article.Rights is not null);
        RuleFor(article => article.ExpiresAt).GreaterThan(article => article.EmbargoUntil)
            .When(article => article.EmbargoUntil is not null).WithMessage("must be after embargoUntil");
        RuleFor(article => article.Seo!).SetValidator(new SeoValidator()).When(article => article.Seo is not null);
        RuleFor(article => article.InternalNote).Length(1, 10_000);
        RuleFor(article => article.Comment).Length(1, 500);
    }
}

internal sealed class RelatedRequestValidator : AbstractValidator<RelatedRequest>
{
    public RelatedRequestValidator()
    {
        // Where scripts send it, it may be an external id, which is longer than a slug.
        RuleFor(related => related.Article).NotEmpty().MaximumLength(500);
    }
}
