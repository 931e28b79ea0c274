using System.Text.Json.Serialization;
using HeadlessNews.Articles;
using HeadlessNews.Sources;

namespace HeadlessNews.Import;

/// <summary>
/// An article's state. What it says is in the revisions, which follow in the order of their numbers: the working copy is the one that
/// `revision` names, the live copy the one that `published` does.
/// </summary>
public sealed record ExportedArticle : IExportLine
{
    /// <summary>`article`.</summary>
    /// <example>article</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.Article;

    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises with every save and transition.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>The revision that is the working copy.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>The number to count on from: a working copy that went back to the live one has a lower one.</summary>
    /// <example>2</example>
    public required int LastRevision { get; init; }

    /// <summary>The revision that the last upsert left; left out for what no script keeps.</summary>
    /// <example>2</example>
    public int? UpsertedRevision { get; init; }

    /// <summary>Where the working copy stands.</summary>
    public required Stage Stage { get; init; }

    /// <summary>When it was published here for the first time; left out for what was never public.</summary>
    public DateTimeOffset? FirstPublishedAt { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last saved or moved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>All its slugs: the working copy's, the live one, former ones.</summary>
    public required IReadOnlyList<ExportedSlug> Slugs { get; init; }

    /// <summary>What readers have of it; left out for what was never public.</summary>
    public ExportedPublication? Published { get; init; }

    /// <summary>The publication to come; there while the stage is `scheduled`.</summary>
    public ExportedSchedule? Scheduled { get; init; }

    /// <summary>Notes to readers, the oldest first.</summary>
    public required IReadOnlyList<ArticleCorrection> Corrections { get; init; }

    /// <summary>What was cleared, in the order of ids.</summary>
    public required IReadOnlyList<ExportedClearance> Clearances { get; init; }
}

/// <summary>What readers have of an article: it, or the notice of its withdrawal.</summary>
public sealed record ExportedPublication
{
    /// <summary>Its place in addresses.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>The version that readers see.</summary>
    /// <example>2</example>
    public required int Version { get; init; }

    /// <summary>The revision that is, or last was, live.</summary>
    /// <example>1</example>
    public required int Revision { get; init; }

    /// <summary>When it was first published, as readers see it.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the live revision was published, or last corrected.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Left out while it is live.</summary>
    public ExportedWithdrawal? Withdrawn { get; init; }
}

/// <summary>How an article left the public.</summary>
public sealed record ExportedWithdrawal
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What its address tells readers.</summary>
    /// <example>Withdrawn: the sailing did not take place.</example>
    public string? Notice { get; init; }

    /// <summary>The language it was in.</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>What its rights said.</summary>
    public required Redistribution Redistribution { get; init; }

    /// <summary>Whether it might be passed on: who was passed it hears of its end.</summary>
    public required bool IsSyndicable { get; init; }

    /// <summary>Until when it might be passed on.</summary>
    public DateTimeOffset? SyndicableUntil { get; init; }

    /// <summary>The embargo it had.</summary>
    public DateTimeOffset? EmbargoUntil { get; init; }
}

/// <summary>A publication to come.</summary>
public sealed record ExportedSchedule
{
    /// <summary>The revision that is pinned.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Its slug.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>When it is due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Who scheduled it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ScheduledBy { get; init; }

    /// <summary>When it was scheduled.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>When it is to be tried; left out once its rules refused it.</summary>
    public DateTimeOffset? TryAt { get; init; }

    /// <summary>How often it was tried.</summary>
    /// <example>0</example>
    public required int Attempts { get; init; }

    /// <summary>When it was last tried in vain.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why.</summary>
    public IReadOnlyList<string>? Failure { get; init; }
}

/// <summary>Leave to use an article that its rights prohibit.</summary>
public sealed record ExportedClearance
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is cleared.</summary>
    public required ClearanceScope Scope { get; init; }

    /// <summary>On whose word.</summary>
    /// <example>Agreed with the agency's rights desk by telephone, 4 May.</example>
    public required string Reason { get; init; }

    /// <summary>When it ends, or ended; left out for no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Who gave it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ClearedBy { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset ClearedAt { get; init; }
}

/// <summary>One saved state of an article.</summary>
public sealed record ExportedRevision : IExportLine
{
    /// <summary>`revision`.</summary>
    /// <example>revision</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.Revision;

    /// <summary>The article.</summary>
    public required Guid Article { get; init; }

    /// <summary>Its number; there are gaps where older ones are no longer kept.</summary>
    /// <example>2</example>
    public required int Revision { get; init; }

    /// <summary>Who saved it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string SavedBy { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>When it first went live; left out for what was never public.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The request that would save it, with the comment it was saved with.</summary>
    public required ArticleRequest Content { get; init; }
}

/// <summary>What is left of an article that was public once and was deleted for ever: its addresses go on answering 410.</summary>
public sealed record ExportedDeletedArticle : IExportLine
{
    /// <summary>`deletedArticle`.</summary>
    /// <example>deletedArticle</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.DeletedArticle;

    /// <summary>The article's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its slugs, which stay taken.</summary>
    public required IReadOnlyList<ExportedSlug> Slugs { get; init; }

    /// <summary>How it left the public.</summary>
    public required ExportedPublication Published { get; init; }
}
