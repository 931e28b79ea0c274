using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>An expiry, or the end of a clearance, that could not be done at its time: why, and when it is tried again.</summary>
internal sealed class DueFailure
{
    public required Guid ArticleId { get; init; }
    public required ScheduledAction Action { get; init; }
    public required DateTimeOffset FailedAt { get; init; }
    public required string Failure { get; init; }
    public required DateTimeOffset TryAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<DueFailure>
    {
        public void Configure(EntityTypeBuilder<DueFailure> builder)
        {
            builder.ToTable("due_failures").HasKey(failure => new { failure.ArticleId, failure.Action });
            builder.HasOne<Article>().WithMany().HasForeignKey(failure => failure.ArticleId);
        }
    }
}
