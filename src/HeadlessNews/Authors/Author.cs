using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Authors;

/// <summary>Who wrote an article: a person, or an organization such as an editorial staff.</summary>
internal sealed class Author : NamedRecord<AuthorRequest>
{
    private Author() { }

    public Author(Guid id) => Id = id;

    public override SlugKind SlugKind => SlugKind.Author;
    public AuthorKind Kind { get; private set; }
    public string? Role { get; private set; }
    public string? Bio { get; private set; }
    public string? AvatarUrl { get; private set; }
    public string? Email { get; private set; }
    public IReadOnlyList<Link> Links { get; private set; } = [];

    public override void Replace(AuthorRequest request)
    {
        Name = request.Name!;
        Kind = request.Kind!.Value;
        Role = request.Role;
        Bio = request.Bio;
        AvatarUrl = request.AvatarUrl;
        Email = request.Email;
        Links = request.Links ?? [];
    }

    public override AuthorRequest ToRequest() => new()
    {
        Slug = Slug,
        Name = Name,
        Kind = Kind,
        Role = Role,
        Bio = Bio,
        AvatarUrl = AvatarUrl,
        Email = Email,
        Links = Links,
    };

    internal sealed class Table : IEntityTypeConfiguration<Author>
    {
        public void Configure(EntityTypeBuilder<Author> builder)
        {
            builder.ToTable("authors").Ignore(author => author.SlugKind);
            builder.HasIndex(author => author.Slug).IsUnique();
            builder.Property(author => author.Version).IsConcurrencyToken();
            builder.Property(author => author.Links).HasColumnType("jsonb").HasConversion(
                links => JsonSerializer.Serialize(links, Json.Options),
                json => JsonSerializer.Deserialize<IReadOnlyList<Link>>(json, Json.Options)!,
                new ValueComparer<IReadOnlyList<Link>>(
                    (one, other) => one!.SequenceEqual(other!), links => links.Count, links => links.ToList()));
        }
    }
}
