using HeadlessNews.Access;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Articles;

/// <summary>Where the working copy stands.</summary>
public enum Stage
{
    /// <summary>Being written.</summary>
    Draft,

    /// <summary>With the editors.</summary>
    InReview,

    /// <summary>To be published later.</summary>
    Scheduled,

    /// <summary>In the trash.</summary>
    Trashed,
}

/// <summary>Where the public stands with the article.</summary>
internal enum PublicState
{
    Never,
    Live,
    Withdrawn,
}

/// <summary>
/// An article's working copy and its two axes: what editors are at (<see cref="Stage"/>), and what the public sees
/// (<see cref="PublicState"/>). A live article does not change until it is published again.
/// </summary>
internal sealed class Article
{
    private readonly List<ArticleAuthor> authors = [];
    private readonly List<ArticleTag> tags = [];
    private readonly List<ArticleRelation> related = [];
    private readonly List<Correction> corrections = [];
    private readonly List<RightsClearance> clearances = [];

    private Article() { }

    public Article(Guid id, string createdBy, DateTimeOffset now, ArticleSnapshot snapshot)
    {
        Id = id;
        CreatedBy = createdBy;
        CreatedAt = now;
        Content = snapshot.Content;
        Save(snapshot, now);
    }

    public Guid Id { get; private init; }

    /// <summary>Rises with every save and transition; the ETag.</summary>
    public int Version { get; private set; }

    /// <summary>The number of the content snapshot that is the working copy.</summary>
    public int Revision { get; private set; }

    /// <summary>The number to count on from: a working copy that went back to the live revision has a lower one.</summary>
    public int LastRevision { get; private set; }

    /// <summary>The revision that the last upsert left; null for an article that no script keeps. Another one is a person's work.</summary>
    public int? UpsertedRevision { get; private set; }

    public Stage Stage { get; private set; } = Stage.Draft;
    public PublicState PublicState { get; private set; } = PublicState.Never;
    public int? LiveRevision { get; private set; }
    public string? LiveSlug { get; private set; }
    public DateTimeOffset? FirstPublishedAt { get; private set; }
    public string CreatedBy { get; private init; } = "";
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    public ArticleContent Content { get; private set; } = null!;

    /// <summary>The body renders to nothing; kept, so that a list of articles need not render any.</summary>
    public bool BodyIsEmpty { get; private set; }

    /// <summary>The publication to come; there while the stage is <see cref="Stage.Scheduled"/>.</summary>
    public ScheduledPublication? Scheduled { get; private set; }
    public Guid SourceId { get; private set; }
    public Source? Source { get; private set; }
    public IReadOnlyList<ArticleAuthor> Authors => authors;
    public IReadOnlyList<ArticleTag> Tags => tags;
    public IReadOnlyList<ArticleRelation> Related => related;

    /// <summary>Appended, and no part of the working copy; read when they are needed.</summary>
    public IReadOnlyList<Correction> Corrections => corrections;
    public IReadOnlyList<RightsClearance> Clearances => clearances;

    /// <summary>What the editors' list looks for text in; the database puts it together.</summary>
    public string SearchText { get; private init; } = "";

    public bool HasUnpublishedChanges => PublicState == PublicState.Live && Revision != LiveRevision;

    public ArticleStatus Status => (Stage, PublicState) switch
    {
        (Stage.Trashed, _) => ArticleStatus.Trashed,
        (Stage.Scheduled, _) => ArticleStatus.Scheduled,
        (Stage.InReview, _) => ArticleStatus.InReview,
        (_, PublicState.Live) => ArticleStatus.Published,
        (_, PublicState.Withdrawn) => ArticleStatus.Withdrawn,
        _ => ArticleStatus.Draft,
    };

    /// <summary>What the two axes allow now; the one place that says so.</summary>
    public IEnumerable<ArticleAction> AllowedActions
    {
        get
        {
            if (Stage == Stage.Trashed)
            {
                yield return ArticleAction.Restore;
                yield return ArticleAction.Delete;
                yield break;
            }
            var hasNews = PublicState != PublicState.Live || HasUnpublishedChanges;
            if (hasNews && Stage == Stage.Draft)
            {
                yield return ArticleAction.Submit;
            }
            if (Stage == Stage.InReview)
            {
                yield return ArticleAction.Return;
            }
            if (hasNews)
            {
                yield return ArticleAction.Publish;
                yield return ArticleAction.Schedule;
            }
            if (Stage == Stage.Scheduled)
            {
                yield return ArticleAction.Unschedule;
            }
            if (HasUnpublishedChanges && Stage != Stage.Scheduled)
            {
                yield return ArticleAction.DiscardChanges;
            }
            yield return PublicState == PublicState.Live ? ArticleAction.Withdraw : ArticleAction.Trash;
        }
    }

    /// <summary>Null when the state allows the action, else the refusal, which says what is possible.</summary>
    public ProblemDetails? Refuse(ArticleAction action) =>
        AllowedActions.Contains(action)
            ? null
            : Problems.ActionNotAllowed(EnumNames.Of(action), EnumNames.Of(Status), AllowedActions.Select(EnumNames.Of));

    /// <summary>
    /// The contributor's rule once more, now that the row is locked: between the policy's look and the lock an editor may have
    /// published, or scheduled.
    /// </summary>
    public ProblemDetails? RefuseStranger(Actor actor) =>
        actor.Role >= Role.Editor || OwnArticles.MayWrite(actor.Name, CreatedBy, PublicState, Stage) ? null : Problems.Forbidden(OwnArticles.Rule);

    /// <summary>The working copy as a revision keeps it.</summary>
    public ArticleSnapshot Snapshot() => new()
    {
        Content = Content,
        Source = SourceId,
        Authors = [.. authors.Select(author => author.AuthorId)],
        Tags = [.. tags.Select(tag => tag.TagId)],
        Related = [.. related.Select(other => new RelatedSnapshot(other.RelatedId, other.Kind))],
    };

    /// <summary>A save: new content, the next revision, the next version. The live article does not change.</summary>
    public void Save(ArticleSnapshot snapshot, DateTimeOffset now)
    {
        Take(snapshot);
        Revision = ++LastRevision;
        Touch(now);
    }

    /// <summary>The working copy is as a script sent it.</summary>
    public void NoteUpsert() => UpsertedRevision = Revision;

    /// <summary>The working copy goes back to the live revision.</summary>
    public void DiscardChanges(ArticleSnapshot live, DateTimeOffset now)
    {
        Take(live);
        Revision = LiveRevision!.Value;
        Stage = Stage.Draft;
        Touch(now);
    }

    public void Submit(DateTimeOffset now) => MoveTo(Stage.InReview, now);

    public void Return(DateTimeOffset now) => MoveTo(Stage.Draft, now);

    /// <summary>The working copy, as it is now, is to go live later; saves after this do not move into it.</summary>
    public void Schedule(DateTimeOffset at, string by, DateTimeOffset now)
    {
        if (Scheduled is null)
        {
            Scheduled = new ScheduledPublication(Id);
        }
        Scheduled.Pin(Revision, Content.Slug, at, by, now);
        MoveTo(Stage.Scheduled, now);
    }

    public void Unschedule(DateTimeOffset now) => MoveTo(Stage.Draft, now);

    /// <summary>A revision goes live: the working copy's, or the one that was pinned.</summary>
    public void Publish(int revision, string slug, DateTimeOffset now)
    {
        FirstPublishedAt ??= now;
        PublicState = PublicState.Live;
        LiveRevision = revision;
        LiveSlug = slug;
        MoveTo(Stage.Draft, now);
    }

    /// <summary>
    /// The article leaves the public; its working copy stays. Taken back by an editor, it does not come again by itself: a publication to
    /// come is called off. One that only ran out of time or rights keeps it.
    /// </summary>
    public void Withdraw(bool byEditor, DateTimeOffset now)
    {
        PublicState = PublicState.Withdrawn;
        MoveTo(byEditor && Stage == Stage.Scheduled ? Stage.Draft : Stage, now);
    }

    public void Trash(DateTimeOffset now) => MoveTo(Stage.Trashed, now);

    public void Restore(DateTimeOffset now) => MoveTo(Stage.Draft, now);

    private void Take(ArticleSnapshot snapshot)
    {
        Content = snapshot.Content;
        BodyIsEmpty = ArticleBody.IsEmpty(snapshot.Content.Body);
        SourceId = snapshot.Source;
        Align(authors, snapshot.Authors, last => new ArticleAuthor { Position = (last?.Position ?? -1) + 1 }, (row, id) => row.AuthorId = id);
        Align(tags, snapshot.Tags, last => new ArticleTag { Position = (last?.Position ?? -1) + 1 }, (row, id) => row.TagId = id);
        Align(related, snapshot.Related, last => new ArticleRelation { Position = (last?.Position ?? -1) + 1 }, (row, other) =>
        {
            row.RelatedId = other.Id;
            row.Kind = other.Kind;
        });
    }

    /// <summary>Whatever stage comes after it, a publication to come ends with the stage.</summary>
    private void MoveTo(Stage stage, DateTimeOffset now)
    {
        Stage = stage;
        if (stage != Stage.Scheduled)
        {
            Scheduled = null;
        }
        Touch(now);
    }

    private void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }

    /// <summary>
    /// One row for each value, in order; rows that are there are kept, so that a save writes only what moved. Positions may have gaps:
    /// a related article that was deleted for ever took its row with it.
    /// </summary>
    private static void Align<TRow, TValue>(List<TRow> rows, IReadOnlyList<TValue> values, Func<TRow?, TRow> rowAfter, Action<TRow, TValue> set)
        where TRow : class
    {
        if (rows.Count > values.Count)
        {
            rows.RemoveRange(values.Count, rows.Count - values.Count);
        }
        for (var nth = 0; nth < values.Count; nth++)
        {
            if (nth == rows.Count)
            {
                rows.Add(rowAfter(rows.LastOrDefault()));
            }
            set(rows[nth], values[nth]);
        }
    }
}
