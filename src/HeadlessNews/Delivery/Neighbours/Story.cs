namespace HeadlessNews.Delivery.Neighbours;

/// <summary>A word as it is stemmed, and how much of the article it is: its place and its count, not yet how rare it is.</summary>
/// <param name="Text">The stem.</param>
/// <param name="Weight">More in the headline than in the summary, more there than in the lead, and so on.</param>
/// <param name="IsName">Of a person or a place, or what such a name is introduced by: who and where. The others, and numbers, say what happened.</param>
internal sealed record StoryWord(string Text, float Weight, bool IsName);

/// <summary>What an article is told apart by: a row of <c>delivery.stories</c>.</summary>
internal sealed record Story
{
    /// <summary>The weightiest are enough to know an article by.</summary>
    public const int MostWords = 40;

    public required Guid Id { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required Guid Source { get; init; }

    /// <summary>The stemmer's: words of two articles can be compared when one stemmer has made them.</summary>
    public required string Configuration { get; init; }

    public required IReadOnlyList<StoryWord> Words { get; init; }

    /// <summary>Those above them included.</summary>
    public required IReadOnlyList<Guid> Tags { get; init; }

    /// <summary>Whether nothing that counts has changed.</summary>
    public bool IsAs(Story? other) =>
        other is not null && Source == other.Source && PublishedAt == other.PublishedAt && Configuration == other.Configuration
        && Words.SequenceEqual(other.Words) && Tags.Order().SequenceEqual(other.Tags.Order());
}
