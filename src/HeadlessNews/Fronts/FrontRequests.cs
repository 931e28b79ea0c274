using FluentValidation;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;

namespace HeadlessNews.Fronts;

/// <summary>
/// A front as an editor sends it: the whole page. It has no draft; what is saved is what readers get at once. To prepare a page for later,
/// schedule an edition.
/// </summary>
[Example("""
    {
      "name": "Weekend",
      "description": "What to read when there is time.",
      "lead": { "article": "night-ferry-returns", "kicker": "Shipping", "fill": {} },
      "slots": [
        { "article": "weekend-in-northhaven", "headline": "There and back by night", "until": "2030-05-05T06:00:00Z" },
        { "title": "Economy", "fill": { "tags": ["economy"], "limit": 5 } },
        { "title": "Latest", "fill": { "language": "en", "limit": 20 } }
      ]
    }
    """)]
public sealed record FrontRequest : IFrontLayoutRequest
{
    /// <summary>The front's place in addresses. Left out on POST: made from the name; left out on PUT: stays as it is. A change leaves a redirect behind.</summary>
    public string? Slug { get; init; }

    /// <summary>What the front is called.</summary>
    /// <example>Home</example>
    public string? Name { get; init; }

    /// <summary>A sentence or two about it; plain text, and readers get it.</summary>
    /// <example>The first page.</example>
    public string? Description { get; init; }

    /// <summary>What stands on top, one article; null for none. It has no title, and its fill shows one article.</summary>
    public FrontSlotRequest? Lead { get; init; }

    /// <summary>What follows, in order; at most 50 slots, and 200 articles in all.</summary>
    public IReadOnlyList<FrontSlotRequest>? Slots { get; init; }
}

/// <summary>A front's layout to come: what it shows from a time on, in the place of what it shows then. Name, slug and description stay.</summary>
[Example("""
    {
      "at": "2030-05-04T06:00:00Z",
      "lead": { "article": "night-ferry-returns" },
      "slots": [{ "title": "Latest", "fill": { "limit": 20 } }]
    }
    """)]
public sealed record FrontEditionRequest : IFrontLayoutRequest
{
    /// <summary>When it takes effect, by the database's clock; in the future (RFC 3339).</summary>
    /// <example>2030-05-04T06:00:00Z</example>
    public DateTimeOffset? At { get; init; }

    /// <summary>What stands on top, one article; null for none. It has no title, and its fill shows one article.</summary>
    public FrontSlotRequest? Lead { get; init; }

    /// <summary>What follows, in order; at most 50 slots, and 200 articles in all.</summary>
    public IReadOnlyList<FrontSlotRequest>? Slots { get; init; }
}

/// <summary>
/// A place on a front: a pinned article, or a fill, or both: then the fill stands in while the article cannot be shown. A slot that has
/// nothing to show is left out, and comes back when it has.
/// </summary>
public sealed record FrontSlotRequest
{
    /// <summary>Words above the slot, for readers; null for none.</summary>
    /// <example>Economy</example>
    public string? Title { get; init; }

    /// <summary>The pinned article: its slug or id. It need not be published: it is shown while it is.</summary>
    /// <example>night-ferry-returns</example>
    public string? Article { get; init; }

    /// <summary>A headline for this place in place of the article's own; null for its own.</summary>
    /// <example>The night ferry is back</example>
    public string? Headline { get; init; }

    /// <summary>A kicker for this place in place of the article's own; null for its own.</summary>
    /// <example>Live</example>
    public string? Kicker { get; init; }

    /// <summary>The article is pinned from this time on; null for at once.</summary>
    /// <example>2030-05-04T06:00:00Z</example>
    public DateTimeOffset? From { get; init; }

    /// <summary>The article is pinned until this time, after `from`; null for no end.</summary>
    /// <example>2030-05-04T20:00:00Z</example>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Which articles fill the slot by themselves; null for none.</summary>
    public FrontFillRequest? Fill { get; init; }
}

/// <summary>
/// The newest articles that meet all of this, but for those the front shows already: pinned ones, wherever they stand, and what fills
/// slots further up. Of combined filters only the newest 2,000 articles of the shortest list are looked at.
/// </summary>
public sealed record FrontFillRequest
{
    internal const int UsualLimit = 10;

    /// <summary>Only with all of these tags, or tags below them: slugs or ids; at most 10.</summary>
    /// <example>["economy"]</example>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Only in this section or one below it: the slug or id of a tag of the kind `section`.</summary>
    /// <example>local</example>
    public string? Section { get; init; }

    /// <summary>Only by this author: a slug or id.</summary>
    /// <example>maren-tolliver</example>
    public string? Author { get; init; }

    /// <summary>Only from this source: a slug or id.</summary>
    /// <example>harbour-wire</example>
    public string? Source { get; init; }

    /// <summary>Only in this language (BCP 47); `en` finds `en-GB` too.</summary>
    /// <example>en</example>
    public string? Language { get; init; }

    /// <summary>Only of this sort.</summary>
    /// <example>opinion</example>
    public Genre? Genre { get; init; }

    /// <summary>How many at most, 1 to 50; null for 10, in a lead for 1.</summary>
    /// <example>5</example>
    public int? Limit { get; init; }
}

/// <summary>What a front and an edition of it have in common.</summary>
internal interface IFrontLayoutRequest
{
    FrontSlotRequest? Lead { get; }

    IReadOnlyList<FrontSlotRequest>? Slots { get; }
}

internal sealed class FrontRequestValidator : AbstractValidator<FrontRequest>
{
    public FrontRequestValidator()
    {
        RuleFor(front => front.Slug).Slug();
        RuleFor(front => front.Name).NotEmpty().MaximumLength(200).OneLine();
        RuleFor(front => front.Description).Length(1, 2000);
        RuleFor(front => front.Lead!).SetValidator(new FrontSlotValidator()).When(front => front.Lead is not null);
        RuleFor(front => front.Lead).IsOneArticle();
        RuleFor(front => front.Slots).MaximumItems(50).AreFewArticles();
        RuleForEach(front => front.Slots).NotNull().SetValidator(new FrontSlotValidator());
    }
}

internal sealed class FrontEditionRequestValidator : AbstractValidator<FrontEditionRequest>
{
    public FrontEditionRequestValidator()
    {
        RuleFor(edition => edition.At).NotNull();
        RuleFor(edition => edition.Lead!).SetValidator(new FrontSlotValidator()).When(edition => edition.Lead is not null);
        RuleFor(edition => edition.Lead).IsOneArticle();
        RuleFor(edition => edition.Slots).MaximumItems(50).AreFewArticles();
        RuleForEach(edition => edition.Slots).NotNull().SetValidator(new FrontSlotValidator());
    }
}

internal static class FrontLayoutRules
{
    private const int MostArticles = 200;

    public static void IsOneArticle<T>(this IRuleBuilder<T, FrontSlotRequest?> lead) => lead
        .Must(slot => slot?.Title is null).WithMessage("must have no `title`")
        .Must(slot => slot?.Fill?.Limit is null or 1).WithMessage("must have a `fill` whose `limit` is 1, or left out");

    public static void AreFewArticles<T>(this IRuleBuilder<T, IReadOnlyList<FrontSlotRequest>?> slots) => slots
        .Must(all => all is null || all.Sum(Articles) <= MostArticles).WithMessage($"must not show more than {MostArticles} articles in all");

    private static long Articles(FrontSlotRequest? slot) => slot?.Fill is { } fill ? fill.Limit ?? FrontFillRequest.UsualLimit : 1;
}

internal sealed class FrontSlotValidator : AbstractValidator<FrontSlotRequest>
{
    public FrontSlotValidator()
    {
        RuleFor(slot => slot.Title).Length(1, 200).OneLine();
        RuleFor(slot => slot.Article).IdOrSlug();
        RuleFor(slot => slot.Article).Must((slot, article) => article is not null || slot.Fill is not null).WithMessage("must be given, where there is no `fill`");
        RuleFor(slot => slot.Headline).Length(1, 300).OneLine();
        RuleFor(slot => slot.Kicker).Length(1, 100).OneLine();
        RuleFor(slot => slot.Headline).Must((slot, text) => text is null || slot.Article is not null).WithMessage("must be left out, where no `article` is pinned");
        RuleFor(slot => slot.Kicker).Must((slot, text) => text is null || slot.Article is not null).WithMessage("must be left out, where no `article` is pinned");
        RuleFor(slot => slot.From).Must((slot, time) => time is null || slot.Article is not null).WithMessage("must be left out, where no `article` is pinned");
        RuleFor(slot => slot.Until).Must((slot, time) => time is null || slot.Article is not null).WithMessage("must be left out, where no `article` is pinned");
        RuleFor(slot => slot.Until).GreaterThan(slot => slot.From).When(slot => slot.From is not null).WithMessage("must be after from");
        RuleFor(slot => slot.Fill!).SetValidator(new FrontFillValidator()).When(slot => slot.Fill is not null);
    }
}

internal sealed class FrontFillValidator : AbstractValidator<FrontFillRequest>
{
    public FrontFillValidator()
    {
        RuleFor(fill => fill.Tags).MaximumItems(10);
        RuleForEach(fill => fill.Tags).NotEmpty().IdOrSlug();
        RuleFor(fill => fill.Section).IdOrSlug();
        RuleFor(fill => fill.Author).IdOrSlug();
        RuleFor(fill => fill.Source).IdOrSlug();
        RuleFor(fill => fill.Language).LanguageTag();
        RuleFor(fill => fill.Limit).InclusiveBetween(1, 50);
    }
}
