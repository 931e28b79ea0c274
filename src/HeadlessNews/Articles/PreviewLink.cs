using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>
/// Leave to look at one article, or at one revision of it, without a key. What opens it is a token made from its id and the
/// installation's key (<see cref="PreviewTokens"/>), which is kept nowhere.
/// </summary>
internal sealed class PreviewLink : IOrderedById
{
    public required Guid Id { get; init; }
    public required Guid ArticleId { get; init; }

    /// <summary>Null shows the working copy as it is when looked at.</summary>
    public required int? Revision { get; init; }
    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; private set; }

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    internal sealed class Table : IEntityTypeConfiguration<PreviewLink>
    {
        public void Configure(EntityTypeBuilder<PreviewLink> builder)
        {
            builder.ToTable("preview_links");
            builder.HasOne<Article>().WithMany().HasForeignKey(link => link.ArticleId);
        }
    }
}
