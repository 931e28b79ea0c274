using HeadlessNews.Articles;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>One page of a list of articles.</summary>
public sealed record ArticlePage
{
    /// <summary>The page's articles, newest first.</summary>
    public required IReadOnlyList<ListedArticle> Items { get; init; }

    /// <summary>
    /// Send this as `after` to get the next page, of older articles; null on the last one. Opaque: it is signed, and belongs to this list
    /// with these filters. The same address stands in the `Link` header with `rel="next"`.
    /// </summary>
    public required string? NextCursor { get; init; }

    /// <summary>
    /// Send this as `before` to get the page before, of newer articles; null where none is known: on the first page, and on one reached
    /// backwards that has nothing newer. The same address stands in the `Link` header with `rel="prev"`.
    /// </summary>
    public required string? PreviousCursor { get; init; }

    /// <summary>
    /// How many articles the whole list has; only with `count=exact`. Null when it could not be counted within 100,000 rows: lists of one
    /// author, source, tag or section without times always have their count.
    /// </summary>
    /// <example>1204</example>
    public long? Count { get; init; }
}

/// <summary>
/// A published article in a list: its card, or, with `fields`, only the named members of it; and what `include` asks for.
/// </summary>
public sealed record ListedArticle
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The article's place in addresses.</summary>
    /// <example>night-ferry-returns</example>
    public string? Slug { get; init; }

    /// <summary>Rises with every publication of changes.</summary>
    /// <example>3</example>
    public int? Version { get; init; }

    /// <summary>The headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public string? Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    /// <example>Shipping</example>
    public string? Kicker { get; init; }

    /// <summary>The standfirst; plain text.</summary>
    public string? Summary { get; init; }

    /// <summary>The byline as printed.</summary>
    /// <example>Maren Tolliver</example>
    public string? Byline { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public string? Language { get; init; }

    /// <summary>What sort of text it is.</summary>
    public Genre? Genre { get; init; }

    /// <summary>IPTC urgency, 1 to 9.</summary>
    /// <example>4</example>
    public int? Urgency { get; init; }

    /// <summary>Who supplied it.</summary>
    public Reference? Source { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public IReadOnlyList<Reference>? Authors { get; init; }

    /// <summary>What it is about.</summary>
    public IReadOnlyList<ArticleTagReference>? Tags { get; init; }

    /// <summary>The picture that leads it.</summary>
    public LeadMedia? LeadMedia { get; init; }

    /// <summary>When it was first published; the list's order.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>When its present text was published.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Minutes to read it.</summary>
    /// <example>3</example>
    public int? ReadingMinutes { get; init; }

    /// <summary>False behind a paywall.</summary>
    public bool? IsAccessibleForFree { get; init; }

    /// <summary>The text; only with `include=body`.</summary>
    public PublishedBody? Body { get; init; }

    /// <summary>
    /// What its editors chose to stand beside it and is published now, in their order; only with `include=related`. What is found without
    /// them stands under the article's `/related` and `/coverage` alone.
    /// </summary>
    public IReadOnlyList<RelatedArticle>? Related { get; init; }
}
