namespace HeadlessNews.Http;

/// <summary>A pointer to a record, as it stands inside another's answer.</summary>
public sealed record Reference
{
    /// <summary>The record's id: a UUID (version 7) that never changes.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required Guid Id { get; init; }

    /// <summary>The record's present slug.</summary>
    /// <example>harbour-wire</example>
    public required string Slug { get; init; }

    /// <summary>The name that people read; an article's headline.</summary>
    /// <example>Harbour Wire</example>
    public required string Name { get; init; }
}

/// <summary>One page of a list.</summary>
public sealed record Page<T>
{
    /// <summary>The page's items, in the list's order.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>
    /// Send this as `after` to get the next page; null on the last one. Opaque: it is signed, and belongs to this list with these
    /// filters. The same address stands in the `Link` header with `rel="next"`.
    /// </summary>
    public required string? NextCursor { get; init; }
}

/// <summary>Where a record or a picture can be found on the web, with words for the link.</summary>
public sealed record Link
{
    /// <summary>Words for the link.</summary>
    /// <example>Portfolio</example>
    public string? Label { get; init; }

    /// <summary>An absolute `https` or `http` address.</summary>
    /// <example>https://leila.example/portfolio</example>
    public string? Url { get; init; }
}
