using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Records;

/// <summary>Finds what requests name by id or by slug. A former slug still names its record.</summary>
internal static class References
{
    /// <summary>The ids behind the names, in order; a name that means nothing adds an error under its path.</summary>
    public static async Task<IReadOnlyList<Guid>> Resolve<TRecord>(
        this NewsDbContext db, SlugKind kind, IReadOnlyList<string> names, Func<int, string> path, Dictionary<string, string[]> errors, CancellationToken cancel)
        where TRecord : class
    {
        var found = await db.FindIds<TRecord>(kind, names, cancel);
        for (var i = 0; i < names.Count; i++)
        {
            if (found[i] is null)
            {
                errors[path(i)] = [NamesNone(kind, names[i])];
            }
            else if (found.Take(i).Contains(found[i]))
            {
                errors[path(i)] = [$"names the same {EnumNames.Of(kind)} twice"];
            }
        }
        return [.. found.Select(id => id ?? Guid.Empty)];
    }

    /// <summary>The ids behind the names, in order; null for a name that means nothing.</summary>
    public static async Task<IReadOnlyList<Guid?>> FindIds<TRecord>(this NewsDbContext db, SlugKind kind, IReadOnlyList<string> names, CancellationToken cancel)
        where TRecord : class
    {
        if (names.Count == 0)
        {
            return [];
        }
        var bySlug = await db.Slugs.AsNoTracking()
            .Where(taken => taken.Kind == kind && names.Contains(taken.Slug))
            .ToDictionaryAsync(taken => taken.Slug, taken => taken.OwnerId, cancel);
        var wanted = names.Select(name => bySlug.TryGetValue(name, out var owner) ? owner : Guid.TryParse(name, out var id) ? id : Guid.Empty).ToList();
        var there = await db.Set<TRecord>().Select(record => EF.Property<Guid>(record, "Id")).Where(id => wanted.Contains(id)).ToListAsync(cancel);
        return wanted.ConvertAll(id => there.Contains(id) ? id : (Guid?)null);
    }

    public static string NamesNone(SlugKind kind, string name) => $"names no {EnumNames.Of(kind)} that exists: {name}";

    /// <summary>The id behind a filter's slug or id; one that names nothing finds nothing.</summary>
    public static async Task<Guid> FindId<TRecord>(this NewsDbContext db, SlugKind kind, string name, CancellationToken cancel) where TRecord : class =>
        (await db.Resolve<TRecord>(kind, [name], _ => "", [], cancel))[0];
}

/// <summary>LIKE patterns.</summary>
internal static class Likes
{
    /// <summary>The text itself, whatever wildcards it holds.</summary>
    public static string Escape(string text) => text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_");
}
