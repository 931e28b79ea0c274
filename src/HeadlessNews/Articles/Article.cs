using HeadlessNews.Access;
using HeadlessNews.Authors;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>Where the working copy stands.</summary>
internal enum Stage
{
    Draft,
    InReview,
    Scheduled,
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

    public Stage Stage { get; private set; } = Stage.Draft;
    public PublicState PublicState { get; private set; } = PublicState.Never;
    public int? LiveRevision { get; private set; }
    public string? LiveSlug { get; private set; }
    public DateTimeOffset? FirstPublishedAt { get; private set; }
    public string CreatedBy { get; private init; } = "";
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    public ArticleContent Content { get; private set; } = null!;
    public Guid SourceId { get; private set; }
    public Source? Source { get; private set; }
    public IReadOnlyList<ArticleAuthor> Authors => authors;
    public IReadOnlyList<ArticleTag> Tags => tags;
    public IReadOnlyList<ArticleRelation> Related => related;

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
            if (PublicState != PublicState.Live || HasUnpublishedChanges)
            {
                yield return ArticleAction.Publish;
            }
            if (PublicState == PublicState.Live)
            {
                yield return ArticleAction.Withdraw;
            }
            else
            {
                yield return ArticleAction.Trash;
            }
        }
    }

    /// <summary>Null when the state allows the action, else the refusal, which says what is possible.</summary>
    public ProblemDetails? Refuse(ArticleAction action) =>
        AllowedActions.Contains(action)
            ? null
            : Problems.ActionNotAllowed(EnumNames.Of(action), EnumNames.Of(Status), AllowedActions.Select(EnumNames.Of));

    /// <summary>
    /// The contributor's rule once more, now that the row is locked: between the policy's look and the lock an editor may have
    /// published.
    /// </summary>
    public ProblemDetails? RefuseStranger(Actor actor) =>
        actor.Role >= Role.Editor || (CreatedBy == actor.Name && PublicState == PublicState.Never)
            ? null
            : Problems.Forbidden(OwnArticles.Rule);

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
        Content = snapshot.Content;
        SourceId = snapshot.Source;
        Align(authors, snapshot.Authors, last => new ArticleAuthor { Position = (last?.Position ?? -1) + 1 }, (row, id) => row.AuthorId = id);
        Align(tags, snapshot.Tags, last => new ArticleTag { Position = (last?.Position ?? -1) + 1 }, (row, id) => row.TagId = id);
        Align(related, snapshot.Related, last => new ArticleRelation { Position = (last?.Position ?? -1) + 1 }, (row, other) =>
        {
            row.RelatedId = other.Id;
            row.Kind = other.Kind;
        });
        Revision++;
        Touch(now);
    }

    /// <summary>The working copy goes live.</summary>
    public void Publish(DateTimeOffset now)
    {
        FirstPublishedAt ??= now;
        PublicState = PublicState.Live;
        Stage = Stage.Draft;
        LiveRevision = Revision;
        LiveSlug = Content.Slug;
        Touch(now);
    }

    /// <summary>The article leaves the public; its working copy stays.</summary>
    public void Withdraw(DateTimeOffset now)
    {
        PublicState = PublicState.Withdrawn;
        Touch(now);
    }

    public void Trash(DateTimeOffset now)
    {
        Stage = Stage.Trashed;
        Touch(now);
    }

    public void Restore(DateTimeOffset now)
    {
        Stage = Stage.Draft;
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

    internal sealed class Table : IEntityTypeConfiguration<Article>
    {
        public void Configure(EntityTypeBuilder<Article> builder)
        {
            builder.ToTable("articles");
            builder.Property(article => article.Version).IsConcurrencyToken();
            builder.Ignore(article => article.HasUnpublishedChanges).Ignore(article => article.Status).Ignore(article => article.AllowedActions);
            builder.HasOne(article => article.Source).WithMany().HasForeignKey(article => article.SourceId);
            builder.HasMany(article => article.Authors).WithOne().HasForeignKey(author => author.ArticleId);
            builder.HasMany(article => article.Tags).WithOne().HasForeignKey(tag => tag.ArticleId);
            builder.HasMany(article => article.Related).WithOne().HasForeignKey(other => other.ArticleId);
            builder.ComplexProperty(article => article.Content, content =>
            {
                content.ComplexProperty(part => part.Body, body =>
                {
                    body.Property(text => text.Format).IsRequired();
                    body.Property(text => text.Content).IsRequired();
                });
                content.ComplexProperty(part => part.Dateline).IsRequired();
                content.ComplexProperty(part => part.LeadMedia, media => media.Property(picture => picture.Url).IsRequired());
                content.ComplexProperty(part => part.Rights).IsRequired();
                content.ComplexProperty(part => part.Seo).IsRequired();
            });
        }
    }
}

/// <summary>A byline's author, in order.</summary>
internal sealed class ArticleAuthor
{
    public Guid ArticleId { get; private init; }
    public required int Position { get; init; }
    public Guid AuthorId { get; set; }
    public Author? Author { get; private init; }
}

/// <summary>One of an article's tags, in order.</summary>
internal sealed class ArticleTag
{
    public Guid ArticleId { get; private init; }
    public required int Position { get; init; }
    public Guid TagId { get; set; }
    public Tag? Tag { get; private init; }
}

/// <summary>Another article that an editor chose to stand beside this one.</summary>
internal sealed class ArticleRelation
{
    public Guid ArticleId { get; private init; }
    public required int Position { get; init; }
    public Guid RelatedId { get; set; }
    public RelationKind Kind { get; set; }
    public Article? Related { get; private init; }
}

/// <summary>One saved state.</summary>
internal sealed class ArticleRevision
{
    public required Guid ArticleId { get; init; }
    public required int Revision { get; init; }
    public required string Content { get; init; }
    public required string SavedBy { get; init; }
    public required DateTimeOffset SavedAt { get; init; }
}

internal sealed class ArticleTables :
    IEntityTypeConfiguration<ArticleAuthor>, IEntityTypeConfiguration<ArticleTag>, IEntityTypeConfiguration<ArticleRelation>, IEntityTypeConfiguration<ArticleRevision>
{
    public void Configure(EntityTypeBuilder<ArticleAuthor> builder)
    {
        builder.ToTable("article_authors").HasKey(row => new { row.ArticleId, row.Position });
        builder.Property(row => row.Position).ValueGeneratedNever();
        builder.HasOne(row => row.Author).WithMany().HasForeignKey(row => row.AuthorId);
    }

    public void Configure(EntityTypeBuilder<ArticleTag> builder)
    {
        builder.ToTable("article_tags").HasKey(row => new { row.ArticleId, row.Position });
        builder.Property(row => row.Position).ValueGeneratedNever();
        builder.HasOne(row => row.Tag).WithMany().HasForeignKey(row => row.TagId);
    }

    public void Configure(EntityTypeBuilder<ArticleRelation> builder)
    {
        builder.ToTable("article_relations").HasKey(row => new { row.ArticleId, row.Position });
        builder.Property(row => row.Position).ValueGeneratedNever();
        builder.HasOne(row => row.Related).WithMany().HasForeignKey(row => row.RelatedId);
    }

    public void Configure(EntityTypeBuilder<ArticleRevision> builder)
    {
        builder.ToTable("article_revisions").HasKey(row => new { row.ArticleId, row.Revision });
        builder.Property(row => row.Content).HasColumnType("jsonb");
        builder.HasOne<Article>().WithMany().HasForeignKey(row => row.ArticleId);
    }
}
