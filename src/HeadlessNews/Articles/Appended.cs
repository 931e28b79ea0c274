using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>What was appended to articles without a save: corrections, newest first, and clearances.</summary>
internal sealed record Appended(ILookup<Guid, Correction> Corrections, ILookup<Guid, RightsClearance> Clearances)
{
    public static async Task<Appended> Read(NewsDbContext db, IReadOnlyCollection<Guid> articles, CancellationToken cancel) => new(
        (await db.Corrections.AsNoTracking().Where(correction => articles.Contains(correction.ArticleId))
            .OrderByDescending(correction => correction.At).ThenByDescending(correction => correction.Id).ToListAsync(cancel))
            .ToLookup(correction => correction.ArticleId),
        (await db.Clearances.AsNoTracking().Where(clearance => articles.Contains(clearance.ArticleId)).ToListAsync(cancel))
            .ToLookup(clearance => clearance.ArticleId));
}
