using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>
/// Related articles of working copies, out of the revisions that these are: when all articles are there, since any may name any. What was
/// deleted is named by nobody, as everywhere.
/// </summary>
internal sealed class RestoreRelations(NewsDbContext db)
{
    private const int Chunk = 5_000;

    /// <summary>Some thousand articles at a time; doing it again adds nothing.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var from = Guid.Empty;
        while (await db.Articles.Where(article => article.Id.CompareTo(from) > 0).OrderBy(article => article.Id).Select(article => article.Id)
            .Take(Chunk).OrderByDescending(id => id).Take(1).ToListAsync(cancel) is [var to])
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO editorial.article_relations (article_id, position, related_id, kind)
                SELECT article.id, chosen.nth - 1, other.id, chosen.named ->> 'kind'
                FROM editorial.articles AS article
                JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (article.id, article.revision)
                CROSS JOIN jsonb_array_elements(kept.content -> 'related') WITH ORDINALITY AS chosen (named, nth)
                JOIN editorial.articles AS other ON other.id = (chosen.named ->> 'id')::uuid
                WHERE article.id > {from} AND article.id <= {to}
                  AND NOT EXISTS (SELECT FROM editorial.article_relations AS present WHERE present.article_id = article.id)
                ON CONFLICT DO NOTHING
                """, cancel);
            from = to;
        }
    }
}
