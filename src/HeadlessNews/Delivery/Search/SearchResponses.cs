namespace HeadlessNews.Delivery.Search;

/// <summary>The order of what is found.</summary>
public enum SearchSort
{
    /// <summary>
    /// What fits best first: words in headlines before words in summaries, and these before names of authors, sources, tags and places; near
    /// each other before far apart, newer before older. Words that stand in the text alone find an article, but move it no higher.
    /// </summary>
    Relevance,

    /// <summary>Newest first.</summary>
    Newest,
}

/// <summary>One page of what a search found.</summary>
public sealed record SearchPage
{
    /// <summary>The page's articles, in the order asked for.</summary>
    public required IReadOnlyList<FoundArticle> Items { get; init; }

    /// <summary>
    /// Send this as `after` to get the next page; null on the last one. Opaque: it is signed, and belongs to this search with these
    /// filters. The same address stands in the `Link` header with `rel="next"`.
    /// </summary>
    public required string? NextCursor { get; init; }

    /// <summary>How many matches were looked at.</summary>
    public required SearchMatches Matches { get; init; }

    /// <summary>Only with `facets`.</summary>
    public SearchFacets? Facets { get; init; }

    /// <summary>
    /// The same query with mistyped words mended, in the query's own capitals, when it found nothing and this finds something; null
    /// otherwise.
    /// </summary>
    /// <example>harbour ferry</example>
    public required string? DidYouMean { get; init; }
}

/// <summary>How far a search looked. It looks at the newest matches: so many are ranked and counted, whatever the number of all.</summary>
public sealed record SearchMatches
{
    /// <summary>How many matches were looked at for this answer: at most 500, the newest; with `sort=newest` from this page on.</summary>
    /// <example>42</example>
    public required int Considered { get; init; }

    /// <summary>Whether these are all there are. If not, older matches are found by `sort=newest` page after page, or with `to`.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>An article that a search found.</summary>
public sealed record FoundArticle
{
    /// <summary>The article, as lists show it.</summary>
    public required ArticleCard Article { get; init; }

    /// <summary>Its texts with what was found in them.</summary>
    public required SearchHighlights Highlights { get; init; }
}

/// <summary>
/// Texts as HTML: `mark` around each word that was looked for, in the text's own spelling, and no other element;
/// everything else is escaped, so it may be set into a page as it is.
/// </summary>
public sealed record SearchHighlights
{
    /// <summary>The whole headline.</summary>
    /// <example>Night &lt;mark&gt;ferry&lt;/mark&gt; returns to Marrow Bay</example>
    public required string Headline { get; init; }

    /// <summary>The whole summary; null where the article has none.</summary>
    /// <example>The council voted to bring the &lt;mark&gt;ferry&lt;/mark&gt; back.</example>
    public required string? Summary { get; init; }

    /// <summary>
    /// One or two passages of the text, about 300 characters in all, with `…` where something is left out; null where none of the words
    /// stands within its first 20,000 characters.
    /// </summary>
    /// <example>… the first &lt;mark&gt;ferry&lt;/mark&gt; left at nine, with forty on board …</example>
    public required string? Body { get; init; }
}

/// <summary>
/// What the considered matches have in common (see `matches`): the ten most frequent of each, counted over them alone. Null is what
/// was not asked for.
/// </summary>
public sealed record SearchFacets
{
    /// <summary>Tags, with the tags above them: as the filter `tag` finds them.</summary>
    public IReadOnlyList<FacetCount>? Tags { get; init; }

    /// <summary>Sources.</summary>
    public IReadOnlyList<FacetCount>? Sources { get; init; }

    /// <summary>Authors.</summary>
    public IReadOnlyList<FacetCount>? Authors { get; init; }

    /// <summary>Months of publication (UTC), newest first: the newest twelve that have any.</summary>
    public IReadOnlyList<MonthCount>? Months { get; init; }

    /// <summary>Whether the counts are of all matches, as in `matches`.</summary>
    public required bool IsComplete { get; init; }
}

/// <summary>How many of the considered matches have a tag, source or author.</summary>
public sealed record FacetCount
{
    /// <summary>UUID (version 7) of the tag, source or author.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its slug: send it as the filter.</summary>
    /// <example>shipping</example>
    public required string Slug { get; init; }

    /// <summary>Its name.</summary>
    /// <example>Shipping</example>
    public required string Name { get; init; }

    /// <summary>Articles.</summary>
    /// <example>12</example>
    public required int Count { get; init; }
}

/// <summary>How many of the considered matches were published in a month.</summary>
public sealed record MonthCount
{
    /// <summary>Year and month, UTC.</summary>
    /// <example>2026-05</example>
    public required string Month { get; init; }

    /// <summary>Articles.</summary>
    /// <example>7</example>
    public required int Count { get; init; }
}

/// <summary>What may be meant by what is typed.</summary>
public sealed record Suggestions
{
    /// <summary>Names first (those with most articles before others), then articles, newest first.</summary>
    public required IReadOnlyList<Suggestion> Items { get; init; }
}

/// <summary>Something published whose name, headline or slug begins with what is typed.</summary>
public sealed record Suggestion
{
    /// <summary>`author`, `source`, `tag` or `article`.</summary>
    public required SuggestionKind Kind { get; init; }

    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its place in addresses, below `/authors`, `/sources`, `/tags` or `/articles`.</summary>
    /// <example>maren-tolliver</example>
    public required string Slug { get; init; }

    /// <summary>The name; an article's headline.</summary>
    /// <example>Maren Tolliver</example>
    public required string Name { get; init; }
}

/// <summary>What can be suggested.</summary>
public enum SuggestionKind
{
    /// <summary>A person or an organization that signs articles.</summary>
    Author,

    /// <summary>Who supplied articles.</summary>
    Source,

    /// <summary>A topic, section, place, person, organization or series.</summary>
    Tag,

    /// <summary>An article.</summary>
    Article,
}
