using System.Text.Json.Serialization;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Fronts;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

namespace HeadlessNews.Import;

/// <summary>What a line of an export is.</summary>
public enum ExportLineType
{
    /// <summary>The first line.</summary>
    Export,

    /// <summary>A source.</summary>
    Source,

    /// <summary>An author.</summary>
    Author,

    /// <summary>A tag; tags above it stand before it.</summary>
    Tag,

    /// <summary>An article's state; its revisions follow.</summary>
    Article,

    /// <summary>One saved state of the article above.</summary>
    Revision,

    /// <summary>What is left of an article that was public once and was deleted for ever.</summary>
    DeletedArticle,

    /// <summary>A slug whose record is gone.</summary>
    Slug,

    /// <summary>A front.</summary>
    Front,

    /// <summary>The last line: a file without it was cut off.</summary>
    End,
}

/// <summary>
/// One line of an export. The first is `export`; then come sources, authors, tags, articles (each followed by its revisions), deleted
/// articles, slugs and fronts, each kind in the order of ids; the last is `end`. A member that is null is left out. References are ids.
/// </summary>
[JsonDerivedType(typeof(ExportHeader))]
[JsonDerivedType(typeof(ExportedSource))]
[JsonDerivedType(typeof(ExportedAuthor))]
[JsonDerivedType(typeof(ExportedTag))]
[JsonDerivedType(typeof(ExportedArticle))]
[JsonDerivedType(typeof(ExportedRevision))]
[JsonDerivedType(typeof(ExportedDeletedArticle))]
[JsonDerivedType(typeof(ExportedKeptSlug))]
[JsonDerivedType(typeof(ExportedFront))]
[JsonDerivedType(typeof(ExportEnd))]
public interface IExportLine
{
    /// <summary>What the line is; the first member of each.</summary>
    ExportLineType Type { get; }
}

/// <summary>The first line of an export.</summary>
public sealed record ExportHeader : IExportLine
{
    /// <summary>`export`.</summary>
    /// <example>export</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.Export;

    /// <summary>The version of this form. A restore takes this one.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>When what follows was last saved: the content's own time, so that the same content makes the same file. Left out where there is none.</summary>
    public DateTimeOffset? LastSavedAt { get; init; }
}

/// <summary>A slug that a record has, or once had.</summary>
public sealed record ExportedSlug
{
    /// <summary>The slug.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>Whether readers may know it: it leads to its record for ever.</summary>
    public required bool WasPublic { get; init; }
}

/// <summary>What sources, authors, tags and fronts have in common.</summary>
public abstract record ExportedRecord : IExportLine
{
    /// <summary>What it is.</summary>
    [JsonPropertyOrder(-1)]
    public abstract ExportLineType Type { get; }

    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises with every save.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last saved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>All its slugs, the present one and former ones.</summary>
    public required IReadOnlyList<ExportedSlug> Slugs { get; init; }
}

/// <summary>A source.</summary>
public sealed record ExportedSource : ExportedRecord
{
    /// <summary>`source`.</summary>
    /// <example>source</example>
    [JsonPropertyOrder(-1)]
    public override ExportLineType Type => ExportLineType.Source;

    /// <summary>The request that would save it as it is.</summary>
    public required SourceRequest Content { get; init; }
}

/// <summary>An author.</summary>
public sealed record ExportedAuthor : ExportedRecord
{
    /// <summary>`author`.</summary>
    /// <example>author</example>
    [JsonPropertyOrder(-1)]
    public override ExportLineType Type => ExportLineType.Author;

    /// <summary>The request that would save the author as he or she is.</summary>
    public required AuthorRequest Content { get; init; }
}

/// <summary>A tag.</summary>
public sealed record ExportedTag : ExportedRecord
{
    /// <summary>`tag`.</summary>
    /// <example>tag</example>
    [JsonPropertyOrder(-1)]
    public override ExportLineType Type => ExportLineType.Tag;

    /// <summary>The request that would save it as it is.</summary>
    public required TagRequest Content { get; init; }
}

/// <summary>A front, with the layouts to come.</summary>
public sealed record ExportedFront : ExportedRecord
{
    /// <summary>`front`.</summary>
    /// <example>front</example>
    [JsonPropertyOrder(-1)]
    public override ExportLineType Type => ExportLineType.Front;

    /// <summary>The request that would save it as it is.</summary>
    public required FrontRequest Content { get; init; }

    /// <summary>The layouts to come.</summary>
    public required IReadOnlyList<ExportedFrontEdition> Editions { get; init; }
}

/// <summary>A front's layout to come.</summary>
public sealed record ExportedFrontEdition
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises with every save.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>Who scheduled it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ScheduledBy { get; init; }

    /// <summary>When it was scheduled.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>The request that would save it as it is.</summary>
    public required FrontEditionRequest Content { get; init; }
}

/// <summary>A slug whose record is gone. It stays taken.</summary>
public sealed record ExportedKeptSlug : IExportLine
{
    /// <summary>`slug`.</summary>
    /// <example>slug</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.Slug;

    /// <summary>What it named.</summary>
    public required SlugKind Kind { get; init; }

    /// <summary>The slug.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slug { get; init; }

    /// <summary>The record that had it.</summary>
    public required Guid Owner { get; init; }

    /// <summary>Whether readers may know it.</summary>
    public required bool WasPublic { get; init; }
}

/// <summary>The last line of an export.</summary>
public sealed record ExportEnd : IExportLine
{
    /// <summary>`end`.</summary>
    /// <example>end</example>
    [JsonPropertyOrder(-1)]
    public ExportLineType Type => ExportLineType.End;

    /// <summary>How many lines of each type there are.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }
}
