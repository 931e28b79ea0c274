using HeadlessNews.Articles;

namespace HeadlessNews.Fronts;

/// <summary>What a front shows, as it is kept: every reference an id.</summary>
internal sealed record FrontLayout
{
    public static readonly FrontLayout Empty = new();

    public SlotLayout? Lead { get; init; }

    public IReadOnlyList<SlotLayout> Slots { get; init; } = [];

    /// <summary>The lead first.</summary>
    public IEnumerable<SlotLayout> All => Lead is null ? Slots : Slots.Prepend(Lead);

    /// <summary>The authors, sources and tags that it names: while it does, they stay.</summary>
    public Guid[] Names() => [.. All.Select(slot => slot.Fill).OfType<FillLayout>().SelectMany(fill => fill.Names).Distinct().Order()];
}

/// <summary>A pinned article, or an automatic fill, or one that stands in for the other.</summary>
internal sealed record SlotLayout
{
    public string? Title { get; init; }
    public Guid? Article { get; init; }
    public string? Headline { get; init; }
    public string? Kicker { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public FillLayout? Fill { get; init; }
}

internal sealed record FillLayout
{
    public IReadOnlyList<Guid> Tags { get; init; } = [];
    public Guid? Section { get; init; }
    public Guid? Author { get; init; }
    public Guid? Source { get; init; }
    public string? Language { get; init; }
    public Genre? Genre { get; init; }
    public required int Limit { get; init; }

    public IEnumerable<Guid> Names => Tags.Concat(new[] { Section, Author, Source }.OfType<Guid>());
}
