using HeadlessNews.Data;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Tags;

/// <summary>What an article is about. Tags form a tree: who asks for a parent gets its children's articles too.</summary>
internal sealed class Tag : NamedRecord<TagRequest>
{
    private Tag() { }

    public Tag(Guid id) => Id = id;

    public override SlugKind SlugKind => SlugKind.Tag;
    public TagKind Kind { get; private set; }
    public string? Description { get; private set; }
    public Guid? ParentId { get; private set; }
    public Tag? Parent { get; private set; }
    public string? MediaTopic { get; private set; }
    public IReadOnlyList<string> Aliases { get; private set; } = [];

    public override void Replace(TagRequest request)
    {
        Name = request.Name!;
        Kind = request.Kind!.Value;
        Description = request.Description;
        MediaTopic = request.MediaTopic;
        Aliases = request.Aliases ?? [];
    }

    public void MoveBelow(Guid? parentId) => ParentId = parentId;

    public override TagRequest ToRequest() => new()
    {
        Slug = Slug,
        Name = Name,
        Kind = Kind,
        Description = Description,
        Parent = ParentId?.ToString(),
        MediaTopic = MediaTopic,
        Aliases = Aliases,
    };

    internal sealed class Table : IEntityTypeConfiguration<Tag>
    {
        public void Configure(EntityTypeBuilder<Tag> builder)
        {
            builder.ToTable("tags").Ignore(tag => tag.SlugKind);
            builder.HasIndex(tag => tag.Slug).IsUnique();
            builder.Property(tag => tag.Version).IsConcurrencyToken();
            builder.HasOne(tag => tag.Parent).WithMany().HasForeignKey(tag => tag.ParentId);
        }
    }
}
