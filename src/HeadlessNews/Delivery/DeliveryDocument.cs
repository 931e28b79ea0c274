using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

namespace HeadlessNews.Delivery;

/// <summary>A published article, whole.</summary>
public sealed record PublishedArticle
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The article's place in addresses. When it changes, the former one redirects (308).</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every publication of changes, so that two copies can be told apart.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>The headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    /// <example>Shipping</example>
    public required string? Kicker { get; init; }

    /// <summary>The standfirst; plain text.</summary>
    public required string? Summary { get; init; }

    /// <summary>The text.</summary>
    public required PublishedBody Body { get; init; }

    /// <summary>Words in the text, counted by Unicode's rules.</summary>
    /// <example>463</example>
    public required int WordCount { get; init; }

    /// <summary>Minutes to read it, at 230 words a minute, rounded up.</summary>
    /// <example>3</example>
    public required int ReadingMinutes { get; init; }

    /// <summary>The byline as printed; null when nobody signs.</summary>
    /// <example>Maren Tolliver and Editorial staff</example>
    public required string? Byline { get; init; }

    /// <summary>Where and when it was written.</summary>
    public required Dateline? Dateline { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>What sort of text it is.</summary>
    public required Genre Genre { get; init; }

    /// <summary>IPTC urgency, 1 to 9.</summary>
    /// <example>4</example>
    public required int Urgency { get; init; }

    /// <summary>Who supplied it.</summary>
    public required Reference Source { get; init; }

    /// <summary>Where the source has it.</summary>
    public required string? SourceUrl { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public required IReadOnlyList<BylineAuthor> Authors { get; init; }

    /// <summary>What it is about.</summary>
    public required IReadOnlyList<ArticleTagReference> Tags { get; init; }

    /// <summary>The picture that leads it.</summary>
    public required LeadMedia? LeadMedia { get; init; }

    /// <summary>What may be done with it: its own rights, filled from its source's.</summary>
    public required Rights Rights { get; init; }

    /// <summary>When it was first published; lists sort on it.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When what you read here was published, or corrected last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Not to be shown after this time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>False behind a paywall.</summary>
    public required bool IsAccessibleForFree { get; init; }

    /// <summary>What search engines are told.</summary>
    public required Seo Seo { get; init; }

    /// <summary>What the editors told readers about errors and news since, newest first.</summary>
    public required IReadOnlyList<PublishedCorrection> Corrections { get; init; }
}

/// <summary>A dated note on an article (schema.org `CorrectionComment`).</summary>
public sealed record PublishedCorrection
{
    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the note is about.</summary>
    public required CorrectionKind Kind { get; init; }

    /// <summary>The note; plain text.</summary>
    /// <example>An earlier version gave the first sailing as 21:00. It is 21:30.</example>
    public required string Note { get; init; }
}

/// <summary>A published text.</summary>
public sealed record PublishedBody
{
    /// <summary>Safe HTML: only elements and attributes of a fixed list, no script, no style. Ready to be placed in a page.</summary>
    /// <example>&lt;p&gt;The last ferry of the season left &lt;strong&gt;on time&lt;/strong&gt;.&lt;/p&gt;</example>
    public required string Html { get; init; }

    /// <summary>The same as plain text, paragraphs apart by an empty line.</summary>
    /// <example>The last ferry of the season left on time.</example>
    public required string Text { get; init; }
}

/// <summary>An author as an article names it.</summary>
public sealed record BylineAuthor
{
    /// <summary>The author's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The author's slug.</summary>
    /// <example>maren-tolliver</example>
    public required string Slug { get; init; }

    /// <summary>The name as printed.</summary>
    /// <example>Maren Tolliver</example>
    public required string Name { get; init; }

    /// <summary>A person or an organization.</summary>
    public required AuthorKind Kind { get; init; }

    /// <summary>What the author does.</summary>
    /// <example>Maritime correspondent</example>
    public required string? Role { get; init; }

    /// <summary>A portrait.</summary>
    public required string? AvatarUrl { get; init; }
}

/// <summary>A tag as an article names it.</summary>
public sealed record ArticleTagReference
{
    /// <summary>The tag's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tag's slug.</summary>
    /// <example>shipping</example>
    public required string Slug { get; init; }

    /// <summary>The tag's name.</summary>
    /// <example>Shipping</example>
    public required string Name { get; init; }

    /// <summary>What the tag names.</summary>
    public required TagKind Kind { get; init; }

    /// <summary>The IPTC Media Topic it stands for.</summary>
    /// <example>medtop:04000000</example>
    public required string? MediaTopic { get; init; }
}

/// <summary>A published article in a list.</summary>
public sealed record ArticleCard
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The article's place in addresses.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>Rises with every publication of changes.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>The headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Headline { get; init; }

    /// <summary>A short label above the headline.</summary>
    /// <example>Shipping</example>
    public required string? Kicker { get; init; }

    /// <summary>The standfirst; plain text.</summary>
    public required string? Summary { get; init; }

    /// <summary>The byline as printed.</summary>
    /// <example>Maren Tolliver</example>
    public required string? Byline { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>What sort of text it is.</summary>
    public required Genre Genre { get; init; }

    /// <summary>IPTC urgency, 1 to 9.</summary>
    /// <example>4</example>
    public required int Urgency { get; init; }

    /// <summary>Who supplied it.</summary>
    public required Reference Source { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public required IReadOnlyList<Reference> Authors { get; init; }

    /// <summary>What it is about.</summary>
    public required IReadOnlyList<ArticleTagReference> Tags { get; init; }

    /// <summary>The picture that leads it.</summary>
    public required LeadMedia? LeadMedia { get; init; }

    /// <summary>When it was first published; the list's order.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When its present text was published.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Minutes to read it.</summary>
    /// <example>3</example>
    public required int ReadingMinutes { get; init; }

    /// <summary>False behind a paywall.</summary>
    public required bool IsAccessibleForFree { get; init; }
}

/// <summary>A published article that stands beside another.</summary>
public sealed record RelatedArticle
{
    /// <summary>How it relates to the article that was asked for.</summary>
    public required RelationKind Kind { get; init; }

    /// <summary>Whether editors put it there, or it was found by its text, its tags and its time.</summary>
    public required ChosenBy ChosenBy { get; init; }

    /// <summary>The article, as lists show it.</summary>
    public required ArticleCard Article { get; init; }
}

/// <summary>How an article came to stand beside another.</summary>
public enum ChosenBy
{
    /// <summary>An editor of the article that was asked for named it.</summary>
    Editor,

    /// <summary>It was found: nobody has looked at it in this place.</summary>
    Automatic,
}
