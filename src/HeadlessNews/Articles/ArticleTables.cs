using HeadlessNews.Authors;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

internal sealed class ArticleTable : IEntityTypeConfiguration<Article>
{
    public void Configure(EntityTypeBuilder<Article> builder)
    {
        builder.ToTable("articles");
        builder.Property(article => article.Version).IsConcurrencyToken();
        builder.Property(article => article.SearchText).ValueGeneratedOnAddOrUpdate();
        builder.Ignore(article => article.HasUnpublishedChanges).Ignore(article => article.Status).Ignore(article => article.AllowedActions);
        builder.HasOne(article => article.Source).WithMany().HasForeignKey(article => article.SourceId);
        builder.HasOne(article => article.Scheduled).WithOne().HasForeignKey<ScheduledPublication>(scheduled => scheduled.ArticleId);
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

    /// <summary>Why, in the editor's words.</summary>
    public string? Comment { get; init; }

    /// <summary>When it first went live; null for what was never public.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    public Article? Article { get; private init; }
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
        builder.HasOne(row => row.Article).WithMany().HasForeignKey(row => row.ArticleId);
    }
}
