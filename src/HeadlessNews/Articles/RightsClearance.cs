using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>What a clearance lets through.</summary>
public enum ClearanceScope
{
    /// <summary>The article may be read on the delivery API.</summary>
    Site,

    /// <summary>The article may be passed on: feeds, ninjs, sync, stream and webhooks.</summary>
    Syndication,
}

/// <summary>One article let through although its rights prohibit it. Appended; ended early by bringing its end forward.</summary>
internal sealed class RightsClearance
{
    public required Guid Id { get; init; }
    public required Guid ArticleId { get; init; }
    public required ClearanceScope Scope { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset? Until { get; set; }
    public required string ClearedBy { get; init; }
    public required DateTimeOffset ClearedAt { get; init; }

    public bool IsActive(DateTimeOffset at) => Until is null || Until > at;

    internal sealed class Table : IEntityTypeConfiguration<RightsClearance>
    {
        public void Configure(EntityTypeBuilder<RightsClearance> builder)
        {
            builder.ToTable("rights_clearances");
            builder.HasOne<Article>().WithMany(article => article.Clearances).HasForeignKey(clearance => clearance.ArticleId);
        }
    }
}
