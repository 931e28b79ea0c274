using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Delivery;

/// <summary>
/// The authors, sources and tags (with all tags above them) that snapshots name, share-locked: none is renamed between being read
/// here and the document's commit. A rename waits for us, and its event comes after ours; or it came first, and we read it.
/// </summary>
internal sealed record Named(
    IReadOnlyDictionary<Guid, Author> Authors, IReadOnlyDictionary<Guid, Source> Sources, IReadOnlyDictionary<Guid, Tag> Tags,
    long LogPosition)
{
    /// <summary>Whether all that the snapshot names is there: an old revision may name what was deleted since.</summary>
    public bool Knows(ArticleSnapshot snapshot) =>
        Sources.ContainsKey(snapshot.Source) && snapshot.Authors.All(Authors.ContainsKey) && snapshot.Tags.All(Tags.ContainsKey);

    public static Task<Named> Lock(NewsDbContext db, IReadOnlyCollection<ArticleSnapshot> snapshots, CancellationToken cancel) =>
        Lock(db,
            [.. snapshots.SelectMany(snapshot => snapshot.Authors).Distinct()],
            [.. snapshots.Select(snapshot => snapshot.Source).Distinct()],
            [.. snapshots.SelectMany(snapshot => snapshot.Tags).Distinct()],
            cancel);

    /// <summary>Unlocked, within a transaction that sees one state: for what is rendered and kept nowhere.</summary>
    public static async Task<Named> Read(NewsDbContext db, ArticleSnapshot snapshot, CancellationToken cancel) =>
        new(
            await db.Authors.AsNoTracking().Where(author => snapshot.Authors.Contains(author.Id)).ToDictionaryAsync(author => author.Id, cancel),
            await db.Sources.AsNoTracking().Where(source => source.Id == snapshot.Source).ToDictionaryAsync(source => source.Id, cancel),
            await ReadTags(db, await WithTagsAbove(db, [.. snapshot.Tags], cancel), cancel),
            await ReadLogPosition(db, cancel));

    public static async Task<Named> Lock(NewsDbContext db, Guid[] authors, Guid[] sources, Guid[] tags, CancellationToken cancel)
    {
        // In the order of ids, so that two publishers never wait for each other in a ring.
        await db.Database.ExecuteSqlAsync(
            $"""
            SELECT FROM editorial.authors WHERE id = ANY ({authors}) ORDER BY id FOR SHARE;
            SELECT FROM editorial.sources WHERE id = ANY ({sources}) ORDER BY id FOR SHARE
            """, cancel);
        return new Named(
            await db.Authors.AsNoTracking().Where(author => authors.Contains(author.Id)).ToDictionaryAsync(author => author.Id, cancel),
            await db.Sources.AsNoTracking().Where(source => sources.Contains(source.Id)).ToDictionaryAsync(source => source.Id, cancel),
            await LockTags(db, tags, cancel),
            // Read last: all that the log says up to here is in what was read above.
            await ReadLogPosition(db, cancel));
    }

    private static async Task<Dictionary<Guid, Tag>> LockTags(NewsDbContext db, Guid[] wanted, CancellationToken cancel)
    {
        while (true)
        {
            var ids = await WithTagsAbove(db, wanted, cancel);
            await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.tags WHERE id = ANY ({ids}) ORDER BY id FOR SHARE", cancel);
            var tags = await ReadTags(db, ids, cancel);
            if (tags.Values.All(tag => tag.ParentId is null || tags.ContainsKey(tag.ParentId.Value)))
            {
                return tags;
            }
            // A tag was moved below another between the look and the lock: look again, from what is locked now.
        }
    }

    private static Task<Guid[]> WithTagsAbove(NewsDbContext db, Guid[] wanted, CancellationToken cancel) =>
        db.Database.SqlQuery<Guid>(
            $"""
            WITH RECURSIVE upwards AS (
                SELECT id, parent_id FROM editorial.tags WHERE id = ANY ({wanted})
                UNION
                SELECT above.id, above.parent_id FROM editorial.tags AS above JOIN upwards ON above.id = upwards.parent_id
            )
            SELECT id AS "Value" FROM upwards
            """).ToArrayAsync(cancel);

    private static Task<Dictionary<Guid, Tag>> ReadTags(NewsDbContext db, Guid[] ids, CancellationToken cancel) =>
        db.Tags.AsNoTracking().Where(tag => ids.Contains(tag.Id)).ToDictionaryAsync(tag => tag.Id, cancel);

    private static Task<long> ReadLogPosition(NewsDbContext db, CancellationToken cancel) =>
        db.Database.SqlQuery<long>($"SELECT position AS \"Value\" FROM log.head").SingleAsync(cancel);
}
