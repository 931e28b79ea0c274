using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>What became of an article that was sent.</summary>
public enum UpsertStatus
{
    /// <summary>It is new here.</summary>
    Created,

    /// <summary>It was here, and is otherwise now: its text, or that it is live.</summary>
    Updated,

    /// <summary>It was here, and is the same.</summary>
    Unchanged,

    /// <summary>It was here, and was left alone, as asked; or there was nothing to cancel.</summary>
    Skipped,

    /// <summary>It was refused, and nothing of it is kept.</summary>
    Failed,
}

/// <summary>What becomes of an article that is here already, and differs.</summary>
public enum OnConflict
{
    /// <summary>It is changed.</summary>
    Update,

    /// <summary>It stays as it is.</summary>
    Skip,

    /// <summary>It is refused.</summary>
    Fail,
}

/// <summary>How articles are upserted.</summary>
internal sealed record UpsertOptions
{
    public bool Publish { get; init; }

    /// <summary>Over what a person has edited, or withdrawn.</summary>
    public bool Overwrite { get; init; }

    public OnConflict OnConflict { get; init; }

    /// <summary>The kinds of records that are made when none has the name.</summary>
    public IReadOnlySet<SlugKind> Create { get; init; } = new HashSet<SlugKind>();

    /// <summary>All is tried, and nothing is kept.</summary>
    public bool DryRun { get; init; }

    /// <summary>What a dry run would have made before.</summary>
    public Pretended? Pretended { get; init; }
}

/// <summary>An article to be upserted, its own shape checked before.</summary>
/// <param name="Article">With its source and its external id.</param>
internal sealed record Upsert(ArticleRequest Article)
{
    /// <summary>What is known, besides what the article calls it, of a record that it names.</summary>
    public IReadOnlyDictionary<string, Asked> Known { get; init; } = new Dictionary<string, Asked>();

    /// <summary>Its source has taken it back: what is live is withdrawn, and nothing else of it is looked at.</summary>
    public bool IsCanceled { get; init; }

    /// <summary>In another standard's words, two names may stand for one record here: it is named once.</summary>
    public bool NamesMayCoincide { get; init; }

    public Asked Asked(string name) => Known.GetValueOrDefault(name) ?? new Asked(name, name);
}

/// <summary>A record that an article names.</summary>
/// <param name="Reference">By its slug, its id or its name.</param>
/// <param name="Name">Its name, for a new one.</param>
/// <param name="Kind">What sort of author or tag it is, where that is known.</param>
/// <param name="MediaTopic">The IPTC Media Topic that a tag stands for.</param>
internal sealed record Asked(string Reference, string Name, string? Kind = null, string? MediaTopic = null);

/// <summary>What became of one of them.</summary>
internal sealed record Upserted(UpsertStatus Status, Guid? Id = null, ProblemDetails? Problem = null, EditorArticle? Answer = null)
{
    public static Upserted Failed(ProblemDetails problem, Guid? id = null) => new(UpsertStatus.Failed, id, problem);

    public static Upserted Failed(string path, string rule) => Failed(Problems.Invalid(path, rule));
}
