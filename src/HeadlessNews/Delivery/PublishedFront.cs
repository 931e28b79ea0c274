namespace HeadlessNews.Delivery;

/// <summary>A page that editors put together, as it is at this moment.</summary>
public sealed record PublishedFront
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The front's place in addresses. When it changes, the former one redirects (308).</summary>
    /// <example>home</example>
    public required string Slug { get; init; }

    /// <summary>What it is called.</summary>
    /// <example>Home</example>
    public required string Name { get; init; }

    /// <summary>A sentence or two about it.</summary>
    /// <example>The first page.</example>
    public required string? Description { get; init; }

    /// <summary>When editors' work on it last took effect. What it shows may be newer.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The article on top; null when there is none to show.</summary>
    public required PublishedFrontItem? Lead { get; init; }

    /// <summary>What follows, in the editors' order. A slot with nothing to show at this moment is not among them.</summary>
    public required IReadOnlyList<PublishedFrontSlot> Slots { get; init; }
}

/// <summary>A place on a front.</summary>
public sealed record PublishedFrontSlot
{
    /// <summary>Words above it; null for none.</summary>
    /// <example>Economy</example>
    public required string? Title { get; init; }

    /// <summary>The articles: one where editors pinned it, else the newest that fill the slot. No article stands on a front twice.</summary>
    public required IReadOnlyList<PublishedFrontItem> Items { get; init; }
}

/// <summary>An article on a front.</summary>
public sealed record PublishedFrontItem
{
    /// <summary>The headline to print here in place of the article's own; null for its own.</summary>
    /// <example>The night ferry is back</example>
    public required string? Headline { get; init; }

    /// <summary>The kicker to print here in place of the article's own; null for its own.</summary>
    /// <example>Live</example>
    public required string? Kicker { get; init; }

    /// <summary>The article's card.</summary>
    public required ArticleCard Article { get; init; }
}

/// <summary>A front in the list of fronts.</summary>
public sealed record PublishedFrontCard
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The front's place in addresses.</summary>
    /// <example>home</example>
    public required string Slug { get; init; }

    /// <summary>What it is called.</summary>
    /// <example>Home</example>
    public required string Name { get; init; }

    /// <summary>A sentence or two about it.</summary>
    /// <example>The first page.</example>
    public required string? Description { get; init; }
}
