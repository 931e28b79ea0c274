using AutoMapper;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

internal static class ArticleQueries
{
    private const int MostRelatedFrom = 50;

    /// <summary>
    /// Saves, reads the answer, commits: in this order, because what is read after the commit may be another editor's save, and its
    /// ETag would let this one undo it unseen.
    /// </summary>
    public static async Task<Written<EditorArticle>> Finish(this Change change, NewsDbContext db, IMapper mapper, Guid id, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        await db.FreeSlugs([id], cancel);
        var answer = await db.Read(mapper, id, cancel);
        await change.Commit(cancel);
        return new Written<EditorArticle>(null, answer);
    }

    /// <summary>
    /// The article with all that its snapshot needs, its row locked until the transaction ends: of two editors who save at once the
    /// second waits here, and then finds the version changed.
    /// </summary>
    public static async Task<Article?> Lock(this NewsDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.articles WHERE id = {id} FOR NO KEY UPDATE", cancel);
        return await db.Load(id, cancel);
    }

    /// <summary>As above, unlocked: within a transaction that sees one state.</summary>
    public static async Task<Article?> Load(this NewsDbContext db, Guid id, CancellationToken cancel)
    {
        var article = await db.Articles.Include(found => found.Scheduled).SingleOrDefaultAsync(found => found.Id == id, cancel);
        if (article is not null)
        {
            await db.Entry(article).Collection(locked => locked.Authors).Query().OrderBy(row => row.Position).LoadAsync(cancel);
            await db.Entry(article).Collection(locked => locked.Tags).Query().OrderBy(row => row.Position).LoadAsync(cancel);
            await db.Entry(article).Collection(locked => locked.Related).Query().OrderBy(row => row.Position).LoadAsync(cancel);
        }
        return article;
    }

    /// <summary>
    /// As above, many at once, and without asking each: the articles of these sources that have these external ids.
    /// </summary>
    public static async Task<IReadOnlyList<Article>> Lock(this NewsDbContext db, Guid[] sources, string[] externalIds, CancellationToken cancel)
    {
        var ids = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT article.id AS "Value"
            FROM editorial.articles AS article
            JOIN unnest({sources}, {externalIds}) AS sought (source_id, external_id) USING (source_id, external_id)
            ORDER BY article.id
            FOR NO KEY UPDATE OF article
            """).ToListAsync(cancel);
        return ids.Count == 0 ? [] : await db.LoadAll([.. ids], cancel);
    }

    /// <summary>Locks those of the articles that are there, in the order of their ids.</summary>
    public static Task<int> LockAll(this NewsDbContext db, Guid[] ids, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"SELECT FROM editorial.articles WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE", cancel);

    /// <summary>Those of the articles that are there, each as <see cref="Load"/> loads it.</summary>
    public static async Task<IReadOnlyList<Article>> LoadAll(this NewsDbContext db, Guid[] ids, CancellationToken cancel)
    {
        var articles = await db.Articles.Include(found => found.Scheduled).Where(found => ids.Contains(found.Id)).ToListAsync(cancel);
        await db.Set<ArticleAuthor>().Where(row => ids.Contains(row.ArticleId)).OrderBy(row => row.ArticleId).ThenBy(row => row.Position).LoadAsync(cancel);
        await db.Set<ArticleTag>().Where(row => ids.Contains(row.ArticleId)).OrderBy(row => row.ArticleId).ThenBy(row => row.Position).LoadAsync(cancel);
        await db.Set<ArticleRelation>().Where(row => ids.Contains(row.ArticleId)).OrderBy(row => row.ArticleId).ThenBy(row => row.Position).LoadAsync(cancel);
        return articles;
    }

    /// <summary>The article as editors see it. Several queries: within a transaction that sees one state, or holds the article's lock.</summary>
    public static async Task<EditorArticle?> Read(this NewsDbContext db, IMapper mapper, Guid id, CancellationToken cancel)
    {
        var article = await db.Articles.AsNoTracking().AsSplitQuery()
            .Include(found => found.Source)
            .Include(found => found.Authors).ThenInclude(row => row.Author)
            .Include(found => found.Tags).ThenInclude(row => row.Tag)
            .Include(found => found.Related).ThenInclude(row => row.Related)
            .Include(found => found.Scheduled)
            .Include(found => found.Corrections)
            .Include(found => found.Clearances)
            .SingleOrDefaultAsync(found => found.Id == id, cancel);
        if (article is null)
        {
            return null;
        }
        var relatedFrom = await db.Set<ArticleRelation>()
            .Where(row => row.RelatedId == id)
            .Join(db.Articles.Where(naming => naming.Stage != Stage.Trashed), row => row.ArticleId, naming => naming.Id, (row, naming) => new { row, naming })
            .OrderByDescending(one => one.row.ArticleId).Take(MostRelatedFrom)
            .Select(one => new EditorRelated
            {
                Article = new Reference { Id = one.naming.Id, Slug = one.naming.Content.Slug, Name = one.naming.Content.Headline },
                Kind = one.row.Kind,
            }).ToListAsync(cancel);
        var answer = mapper.Map<EditorArticle>(article);
        return answer with
        {
            RelatedFrom = relatedFrom,
            BlockedBy = PublishingBlocks.Of(article, answer.EffectiveRights, await db.Now(cancel)),
        };
    }

    /// <summary>An old revision may name related articles that were deleted for ever since; its other references are kept from that.</summary>
    public static async Task<ArticleSnapshot> WithoutDeletedRelations(this NewsDbContext db, ArticleSnapshot snapshot, CancellationToken cancel)
    {
        var ids = snapshot.Related.Select(other => other.Id).ToList();
        var there = await db.Articles.Where(article => ids.Contains(article.Id)).Select(article => article.Id).ToListAsync(cancel);
        return snapshot with { Related = [.. snapshot.Related.Where(other => there.Contains(other.Id))] };
    }

    /// <summary>Gives back what was never public and is neither the working copy's slug nor the pinned revision's; what was public stays, as a redirect.</summary>
    public static Task<int> FreeSlugs(this NewsDbContext db, Guid[] ids, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"""
        DELETE FROM editorial.slugs AS taken
        USING editorial.articles AS article LEFT JOIN editorial.scheduled_publications AS due ON due.article_id = article.id
        WHERE article.id = ANY ({ids}) AND taken.kind = 'article' AND taken.owner_id = article.id AND NOT taken.was_public
          AND taken.slug <> article.slug AND taken.slug IS DISTINCT FROM due.slug
        """, cancel);
}
