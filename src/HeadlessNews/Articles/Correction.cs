using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>What a note to readers is about.</summary>
public enum CorrectionKind
{
    /// <summary>Something was wrong.</summary>
    Correction,

    /// <summary>Something could be misunderstood.</summary>
    Clarification,

    /// <summary>Something has happened since.</summary>
    Update,
}

/// <summary>A dated public note on an article. Appended, never changed.</summary>
internal sealed class Correction
{
    public required Guid Id { get; init; }
    public required Guid ArticleId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required CorrectionKind Kind { get; init; }
    public required string Note { get; init; }
    public required string MadeBy { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Correction>
    {
        public void Configure(EntityTypeBuilder<Correction> builder)
        {
            builder.ToTable("corrections");
            builder.HasOne<Article>().WithMany(article => article.Corrections).HasForeignKey(correction => correction.ArticleId);
        }
    }
}
