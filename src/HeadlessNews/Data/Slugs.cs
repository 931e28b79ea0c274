using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Data;

/// <summary>What a slug can name.</summary>
internal enum SlugKind
{
    Article,
    Author,
    Source,
    Tag,
    Front,
}

/// <summary>A slug that is or was in use: working, live or former.</summary>
internal sealed class TakenSlug
{
    public required SlugKind Kind { get; init; }
    public required string Slug { get; init; }
    public required Guid OwnerId { get; init; }
    public required bool WasPublic { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<TakenSlug>
    {
        public void Configure(EntityTypeBuilder<TakenSlug> builder)
        {
            builder.ToTable("slugs").HasKey(taken => new { taken.Kind, taken.Slug });
        }
    }
}

/// <summary>Takes and frees slugs. The table's primary key decides who wins; nothing here checks first and inserts later.</summary>
internal static class Slugs
{
    /// <summary>Take a slug an editor chose. False when somebody else holds it, or once held it.</summary>
    public static async Task<bool> TryTake(this NewsDbContext db, SlugKind kind, string slug, Guid owner, bool isPublic, CancellationToken cancel)
    {
        var kindName = EnumNames.Of(kind);
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO editorial.slugs (kind, slug, owner_id, was_public)
            VALUES ({kindName}, {slug}, {owner}, {isPublic})
            ON CONFLICT (kind, slug) DO UPDATE
                SET was_public = slugs.was_public OR excluded.was_public
                WHERE slugs.owner_id = excluded.owner_id
            """, cancel);
        return taken == 1;
    }

    /// <summary>Take a slug made from a headline or a name; the second of a kind is called -2.</summary>
    public static async Task<string> Take(
        this NewsDbContext db, SlugKind kind, string text, string? language, Guid owner, bool isPublic, CancellationToken cancel)
    {
        var wanted = SlugText.From(text, language);
        if (wanted.Length == 0)
        {
            // A headline of nothing but emoji.
            wanted = EnumNames.Of(kind);
        }
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var slug = attempt == 1 ? wanted : $"{wanted}-{attempt}";
            if (await db.TryTake(kind, slug, owner, isPublic, cancel))
            {
                return slug;
            }
        }
        // Counting on would cost a query for each namesake ("Weather" every morning): the tail of the id is as good as unique.
        var last = $"{wanted}-{owner.ToString("N")[^10..]}";
        return await db.TryTake(kind, last, owner, isPublic, cancel)
            ? last
            : throw new InvalidOperationException($"The slug {last} made from an id is taken.");
    }
}
