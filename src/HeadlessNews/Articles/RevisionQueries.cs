using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>A revision as it is kept, and what of it may have changed since: its standing, and the names of what it names.</summary>
internal sealed record KeptRevision(EditorRevisionCard Card, NamedSnapshot Content);

/// <summary>A revision's content with the names of what it names.</summary>
internal sealed record NamedSnapshot(
    ArticleContent Content, KeptReference Source, IReadOnlyList<KeptReference> Authors, IReadOnlyList<KeptReference> Tags, IReadOnlyList<KeptRelation> Related);

/// <summary>Which numbers an article's revisions have.</summary>
internal sealed record RevisionNumbers(int Working, int Last, int? Live);

/// <summary>Reading revisions. Several queries each: within a transaction that sees one state.</summary>
internal static class RevisionQueries
{
    public static Task<RevisionNumbers?> RevisionNumbers(this NewsDbContext db, Guid article, CancellationToken cancel) =>
        db.Articles.Where(found => found.Id == article)
            .Select(found => new RevisionNumbers(found.Revision, found.LastRevision, found.LiveRevision)).SingleOrDefaultAsync(cancel);

    /// <summary>Why a revision that is not there is not there: its number was never reached, or its time is over.</summary>
    public static ProblemDetails Missing(this RevisionNumbers numbers, int revision) =>
        revision >= 1 && revision <= numbers.Last ? Problems.RevisionPruned(revision) : Problems.NotFound("revision");

    public static async Task<(EditorRevision? Answer, ProblemDetails? Problem)> ReadRevision(
        this NewsDbContext db, IMapper mapper, Guid article, int revision, CancellationToken cancel)
    {
        if (await db.RevisionNumbers(article, cancel) is not { } numbers)
        {
            return (null, Problems.NotFound("article"));
        }
        var kept = db.Revisions.AsNoTracking().Where(row => row.ArticleId == article && row.Revision == revision);
        if (await kept.ProjectTo<EditorRevisionCard>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel) is not { } card)
        {
            return (null, numbers.Missing(revision));
        }
        var snapshot = SaveArticle.Deserialize(await kept.Select(row => row.Content).SingleAsync(cancel));
        return (mapper.Map<EditorRevision>(new KeptRevision(card, (await db.Name([snapshot], cancel))[0])), null);
    }

    /// <summary>The snapshots' contents with the present names of what they name; what has been deleted since has none.</summary>
    public static async Task<List<NamedSnapshot>> Name(this NewsDbContext db, IReadOnlyList<ArticleSnapshot> snapshots, CancellationToken cancel)
    {
        var sources = await Names(db.Sources, snapshots.Select(snapshot => snapshot.Source), cancel);
        var authors = await Names(db.Authors, snapshots.SelectMany(snapshot => snapshot.Authors), cancel);
        var tags = await Names(db.Tags, snapshots.SelectMany(snapshot => snapshot.Tags), cancel);
        var ids = snapshots.SelectMany(snapshot => snapshot.Related).Select(other => other.Id).ToHashSet();
        var articles = await db.Articles.Where(article => ids.Contains(article.Id))
            .Select(article => new KeptReference { Id = article.Id, Slug = article.Content.Slug, Name = article.Content.Headline })
            .ToDictionaryAsync(reference => reference.Id, cancel);
        return
        [
            .. snapshots.Select(snapshot => new NamedSnapshot(
                snapshot.Content,
                In(sources, snapshot.Source),
                [.. snapshot.Authors.Select(id => In(authors, id))],
                [.. snapshot.Tags.Select(id => In(tags, id))],
                [.. snapshot.Related.Select(other => new KeptRelation { Article = In(articles, other.Id), Kind = other.Kind })])),
        ];
    }

    private static async Task<Dictionary<Guid, KeptReference>> Names<TRecord>(IQueryable<TRecord> records, IEnumerable<Guid> named, CancellationToken cancel)
        where TRecord : NamedRecord
    {
        var ids = named.ToHashSet();
        return ids.Count == 0
            ? []
            : await records.Where(record => ids.Contains(record.Id))
                .Select(record => new KeptReference { Id = record.Id, Slug = record.Slug, Name = record.Name })
                .ToDictionaryAsync(reference => reference.Id, cancel);
    }

    private static KeptReference In(Dictionary<Guid, KeptReference> named, Guid id) =>
        named.TryGetValue(id, out var reference) ? reference : new KeptReference { Id = id, Slug = null, Name = null };
}
