using System.Data;
using System.Runtime.CompilerServices;
using AutoMapper;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Fronts;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>
/// All content, line by line, as one snapshot of the database has it. Records are read some hundred at a time and revisions one by one,
/// so that what is held does not grow with what there is. In the order of ids and without a time of its own: the same content is the same
/// lines.
/// </summary>
internal sealed class ExportContent(NewsDbContext db, IMapper mapper, ExportArticles articles)
{
    public const int Version = 1;

    private const int Chunk = 500;

    public async IAsyncEnumerable<IExportLine> Lines([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        // It locks nothing that a writer waits for, and who takes the lines may take a breath.
        await db.Database.ExecuteSqlAsync($"SET TRANSACTION READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0", cancel);
        var counts = Enum.GetValues<ExportLineType>().ToDictionary(type => type, _ => 0L);
        await foreach (var line in Content(cancel))
        {
            counts[line.Type]++;
            yield return line;
        }
        counts.Remove(ExportLineType.Export);
        counts.Remove(ExportLineType.End);
        yield return new ExportEnd { Counts = counts.ToDictionary(count => Http.EnumNames.Of(count.Key), count => count.Value) };
    }

    /// <summary>How many articles there are, for who shows how far it is.</summary>
    public Task<int> CountArticles(CancellationToken cancel) => db.Articles.CountAsync(cancel);

    public IAsyncEnumerable<IExportLine> Sources(Guid[] ids, CancellationToken cancel) => Records<Source>(ids, cancel);

    public IAsyncEnumerable<IExportLine> Authors(Guid[] ids, CancellationToken cancel) => Records<Author>(ids, cancel);

    public IAsyncEnumerable<IExportLine> Tags(Guid[] ids, CancellationToken cancel) => Records<Tag>(ids, cancel);

    public IAsyncEnumerable<IExportLine> Articles(Guid[] ids, CancellationToken cancel) => articles.These(ids, cancel);

    public IAsyncEnumerable<IExportLine> DeletedArticles(Guid[] ids, CancellationToken cancel) => articles.Deleted(ids, cancel);

    public async IAsyncEnumerable<IExportLine> Fronts(Guid[] ids, [EnumeratorCancellation] CancellationToken cancel)
    {
        var slugs = await db.SlugsOf(ids, cancel);
        var fronts = await db.Fronts.AsNoTracking().Include(front => front.Editions).Where(front => ids.Contains(front.Id)).ToDictionaryAsync(front => front.Id, cancel);
        foreach (var front in ids.Where(fronts.ContainsKey).Select(id => fronts[id]))
        {
            yield return mapper.Map<ExportedFront>(front) with { Slugs = slugs[front.Id].ToList() };
        }
    }

    private async IAsyncEnumerable<IExportLine> Content([EnumeratorCancellation] CancellationToken cancel)
    {
        yield return new ExportHeader { Version = Version, LastSavedAt = await LastSavedAt(cancel) };
        IAsyncEnumerable<IExportLine>[] kinds =
        [
            InChunks(after => Ids(db.Sources, after), Sources, cancel),
            InChunks(after => Ids(db.Authors, after), Authors, cancel),
            TagsFromTheTop(cancel),
            InChunks(articles.Ids, Articles, cancel),
            InChunks(articles.DeletedIds, DeletedArticles, cancel),
            KeptSlugs(cancel),
            InChunks(after => Ids(db.Fronts, after), Fronts, cancel),
        ];
        foreach (var kind in kinds)
        {
            await foreach (var line in kind)
            {
                yield return line;
            }
        }
    }

    private static async IAsyncEnumerable<IExportLine> InChunks(
        Func<Guid, IQueryable<Guid>> idsAfter, Func<Guid[], CancellationToken, IAsyncEnumerable<IExportLine>> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = Guid.Empty;
        while (await idsAfter(last).Take(Chunk).ToArrayAsync(cancel) is { Length: > 0 } ids)
        {
            await foreach (var line in read(ids, cancel))
            {
                yield return line;
            }
            last = ids[^1];
        }
    }

    /// <summary>Level by level; the ids of all tags are held, and they are not many.</summary>
    private async IAsyncEnumerable<IExportLine> TagsFromTheTop([EnumeratorCancellation] CancellationToken cancel)
    {
        var ids = await db.Database.SqlQuery<Guid>(
            $"""
            WITH RECURSIVE downwards AS (
                SELECT id, 0 AS level FROM editorial.tags WHERE parent_id IS NULL
                UNION ALL
                SELECT below.id, level + 1 FROM editorial.tags AS below JOIN downwards ON below.parent_id = downwards.id
            )
            SELECT id AS "Value" FROM downwards ORDER BY level, id
            """).ToListAsync(cancel);
        foreach (var some in ids.Chunk(Chunk))
        {
            await foreach (var line in Tags(some, cancel))
            {
                yield return line;
            }
        }
    }

    private async IAsyncEnumerable<IExportLine> Records<TRecord>(Guid[] ids, [EnumeratorCancellation] CancellationToken cancel) where TRecord : NamedRecord
    {
        var slugs = await db.SlugsOf(ids, cancel);
        var records = await db.Set<TRecord>().AsNoTracking().Where(record => ids.Contains(record.Id)).ToDictionaryAsync(record => record.Id, cancel);
        foreach (var record in ids.Where(records.ContainsKey).Select(id => records[id]))
        {
            yield return mapper.Map<ExportedRecord>(record) with { Slugs = slugs[record.Id].ToList() };
        }
    }

    /// <summary>A deleted article's own stand in its line.</summary>
    private async IAsyncEnumerable<IExportLine> KeptSlugs([EnumeratorCancellation] CancellationToken cancel)
    {
        var kept = db.Database.SqlQuery<KeptSlug>(
            $"""
            SELECT kind AS "Kind", slug AS "Slug", owner_id AS "Owner", was_public AS "WasPublic"
            FROM editorial.slugs AS taken
            WHERE NOT EXISTS (SELECT FROM editorial.articles WHERE id = taken.owner_id)
              AND NOT EXISTS (SELECT FROM delivery.articles WHERE article_id = taken.owner_id)
              AND NOT EXISTS (SELECT FROM editorial.authors WHERE id = taken.owner_id)
              AND NOT EXISTS (SELECT FROM editorial.sources WHERE id = taken.owner_id)
              AND NOT EXISTS (SELECT FROM editorial.tags WHERE id = taken.owner_id)
              AND NOT EXISTS (SELECT FROM editorial.fronts WHERE id = taken.owner_id)
            ORDER BY kind COLLATE "C", slug COLLATE "C"
            """).AsAsyncEnumerable();
        await foreach (var slug in kept.WithCancellation(cancel))
        {
            yield return new ExportedKeptSlug
            {
                Kind = Http.EnumNames.Parse<SlugKind>(slug.Kind),
                Slug = slug.Slug,
                Owner = slug.Owner,
                WasPublic = slug.WasPublic,
            };
        }
    }

    private static IQueryable<Guid> Ids<TRecord>(IQueryable<TRecord> records, Guid after) where TRecord : NamedRecord =>
        records.Where(record => record.Id.CompareTo(after) > 0).OrderBy(record => record.Id).Select(record => record.Id);

    private Task<DateTimeOffset?> LastSavedAt(CancellationToken cancel) => db.Database.SqlQuery<DateTimeOffset?>(
        $"""
        SELECT greatest(
            (SELECT max(updated_at) FROM editorial.articles), (SELECT max(updated_at) FROM editorial.authors),
            (SELECT max(updated_at) FROM editorial.sources), (SELECT max(updated_at) FROM editorial.tags),
            (SELECT max(updated_at) FROM editorial.fronts)) AS "Value"
        """).SingleAsync(cancel);

    private sealed record KeptSlug
    {
        public string Kind { get; init; } = "";
        public string Slug { get; init; } = "";
        public Guid Owner { get; init; }
        public bool WasPublic { get; init; }
    }
}

internal sealed class ExportProfile : Profile
{
    public ExportProfile()
    {
        CreateMap<NamedRecord, ExportedRecord>().Include<Source, ExportedSource>().Include<Author, ExportedAuthor>().Include<Tag, ExportedTag>().Include<Front, ExportedFront>()
            .ForMember(line => line.Slugs, map => map.MapFrom(_ => Array.Empty<ExportedSlug>()));
        CreateMap<Source, ExportedSource>().ForMember(line => line.Content, map => map.MapFrom(source => source.ToRequest()));
        CreateMap<Author, ExportedAuthor>().ForMember(line => line.Content, map => map.MapFrom(author => author.ToRequest()));
        CreateMap<Tag, ExportedTag>().ForMember(line => line.Content, map => map.MapFrom(tag => tag.ToRequest()));
        CreateMap<Front, ExportedFront>()
            .ForMember(line => line.Content, map => map.MapFrom(front => front.ToRequest()))
            .ForMember(line => line.Editions, map => map.MapFrom(front => front.Editions.OrderBy(edition => edition.At)));
        CreateMap<FrontEdition, ExportedFrontEdition>()
            .ForMember(line => line.Content, map => map.MapFrom(edition => edition.ToRequest()));
    }
}

internal static class SlugsOfRecords
{
    /// <summary>By owner, in an order that no collation has a say in.</summary>
    public static async Task<ILookup<Guid, ExportedSlug>> SlugsOf(this NewsDbContext db, Guid[] owners, CancellationToken cancel) =>
        (await db.Slugs.AsNoTracking().Where(taken => owners.Contains(taken.OwnerId)).ToListAsync(cancel))
            .OrderBy(taken => taken.Slug, StringComparer.Ordinal)
            .ToLookup(taken => taken.OwnerId, taken => new ExportedSlug { Slug = taken.Slug, WasPublic = taken.WasPublic });
}
