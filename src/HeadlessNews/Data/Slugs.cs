using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Data;

/// <summary>What a slug can name.</summary>
public enum SlugKind
{
    /// <summary>An article.</summary>
    Article,

    /// <summary>An author.</summary>
    Author,

    /// <summary>A source.</summary>
    Source,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>A front.</summary>
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

/// <summary>A slug that is wanted: one that was chosen, or whichever is free of those that a text makes.</summary>
internal sealed record SlugWish(Guid Owner, string? Chosen, string Text, string? Language);

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
        var wanted = Wanted(kind, text, language);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var slug = attempt == 1 ? wanted : $"{wanted}-{attempt}";
            if (await db.TryTake(kind, slug, owner, isPublic, cancel))
            {
                return slug;
            }
        }
        // Counting on would cost a query for each namesake ("Weather" every morning): the tail of the id is as good as unique.
        var last = Last(wanted, owner);
        return await db.TryTake(kind, last, owner, isPublic, cancel)
            ? last
            : throw new InvalidOperationException($"The slug {last} made from an id is taken.");
    }

    /// <summary>Takes one for each of many. Of two that want the same, the first gets it.</summary>
    /// <returns>What each got; null where the one that was chosen is somebody else's.</returns>
    public static async Task<IReadOnlyDictionary<Guid, string?>> Take(
        this NewsDbContext db, SlugKind kind, IReadOnlyList<SlugWish> wishes, bool isPublic, CancellationToken cancel)
    {
        var kindName = EnumNames.Of(kind);
        var got = new Dictionary<Guid, string?>(wishes.Count);
        var rest = wishes.Select(wish => (Wish: wish, Wanted: wish.Chosen ?? Wanted(kind, wish.Text, wish.Language))).ToList();
        for (var attempt = 1; rest.Count > 0; attempt++)
        {
            var tried = new Dictionary<string, Guid>();
            foreach (var (wish, wanted) in rest)
            {
                tried.TryAdd(attempt == 1 ? wanted : attempt <= 5 ? $"{wanted}-{attempt}" : Last(wanted, wish.Owner), wish.Owner);
            }
            // In the order of slugs, so that two who take many do not wait for each other in a ring.
            var rows = tried.OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
            var (slugs, owners) = (rows.Select(row => row.Key).ToArray(), rows.Select(row => row.Value).ToArray());
            var taken = await db.Database.SqlQuery<string>(
                $"""
                INSERT INTO editorial.slugs (kind, slug, owner_id, was_public)
                SELECT {kindName}, slug, owner_id, {isPublic} FROM unnest({slugs}, {owners}) AS wish (slug, owner_id)
                ON CONFLICT (kind, slug) DO UPDATE
                    SET was_public = slugs.was_public OR excluded.was_public
                    WHERE slugs.owner_id = excluded.owner_id
                RETURNING slug AS "Value"
                """).ToListAsync(cancel);
            taken.ForEach(slug => got[tried[slug]] = slug);
            foreach (var (wish, _) in rest.Where(one => one.Wish.Chosen is not null))
            {
                got.TryAdd(wish.Owner, null);
            }
            rest.RemoveAll(one => got.ContainsKey(one.Wish.Owner));
            if (attempt > 5 && rest.Count > 0)
            {
                throw new InvalidOperationException("A slug made from an id is taken.");
            }
        }
        return got;
    }

    private static string Wanted(SlugKind kind, string text, string? language)
    {
        var wanted = SlugText.From(text, language);
        // A headline of nothing but emoji.
        return wanted.Length == 0 ? EnumNames.Of(kind) : wanted;
    }

    private static string Last(string wanted, Guid owner) => $"{wanted}-{owner.ToString("N")[^10..]}";
}
