using System.Runtime.CompilerServices;
using AutoMapper;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>Articles and what was appended to them as lines of an export, each followed by its revisions.</summary>
internal sealed class ExportArticles(NewsDbContext db, IMapper mapper)
{
    public IQueryable<Guid> Ids(Guid after) =>
        db.Articles.Where(article => article.Id.CompareTo(after) > 0).OrderBy(article => article.Id).Select(article => article.Id);

    public IQueryable<Guid> DeletedIds(Guid after) => db.Database.SqlQuery<Guid>(
        $"""
        SELECT article_id AS "Value" FROM delivery.articles AS gone
        WHERE article_id > {after} AND NOT EXISTS (SELECT FROM editorial.articles WHERE id = gone.article_id)
        """).OrderBy(id => id);

    public async IAsyncEnumerable<IExportLine> These(Guid[] ids, [EnumeratorCancellation] CancellationToken cancel)
    {
        var slugs = await db.SlugsOf(ids, cancel);
        var published = await Published(ids, cancel);
        var appended = await Appended.Read(db, ids, cancel);
        // Without their content: that is in the revisions.
        var lines = (await db.Articles.AsNoTracking().Where(article => ids.Contains(article.Id)).Select(article => new ExportedArticle
        {
            Id = article.Id,
            Version = article.Version,
            Revision = article.Revision,
            LastRevision = article.LastRevision,
            UpsertedRevision = article.UpsertedRevision,
            Stage = article.Stage,
            FirstPublishedAt = article.FirstPublishedAt,
            CreatedBy = article.CreatedBy,
            CreatedAt = article.CreatedAt,
            UpdatedAt = article.UpdatedAt,
            Slugs = Array.Empty<ExportedSlug>(),
            Corrections = Array.Empty<ArticleCorrection>(),
            Clearances = Array.Empty<ExportedClearance>(),
        }).ToListAsync(cancel)).ToDictionary(line => line.Id);
        var scheduled = await db.Set<ScheduledPublication>().AsNoTracking().Where(due => ids.Contains(due.ArticleId)).ToDictionaryAsync(due => due.ArticleId, cancel);

        var at = Guid.Empty;
        var revisions = db.Revisions.AsNoTracking().Where(kept => ids.Contains(kept.ArticleId)).OrderBy(kept => kept.ArticleId).ThenBy(kept => kept.Revision);
        await foreach (var kept in revisions.AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (kept.ArticleId != at)
            {
                at = kept.ArticleId;
                yield return lines[at] with
                {
                    Slugs = [.. slugs[at]],
                    Published = published.GetValueOrDefault(at),
                    Scheduled = scheduled.TryGetValue(at, out var due) ? mapper.Map<ExportedSchedule>(due) : null,
                    Corrections = mapper.Map<IReadOnlyList<ArticleCorrection>>(appended.Corrections[at].Reverse()),
                    Clearances = mapper.Map<IReadOnlyList<ExportedClearance>>(appended.Clearances[at].OrderBy(clearance => clearance.Id)),
                };
            }
            yield return new ExportedRevision
            {
                Article = kept.ArticleId,
                Revision = kept.Revision,
                SavedBy = kept.SavedBy,
                SavedAt = kept.SavedAt,
                PublishedAt = kept.PublishedAt,
                Content = SaveArticle.ToRequest(SaveArticle.Deserialize(kept.Content)) with { Comment = kept.Comment },
            };
        }
    }

    public async IAsyncEnumerable<IExportLine> Deleted(Guid[] ids, [EnumeratorCancellation] CancellationToken cancel)
    {
        var slugs = await db.SlugsOf(ids, cancel);
        var published = await Published(ids, cancel);
        foreach (var id in ids.Where(published.ContainsKey))
        {
            yield return new ExportedDeletedArticle { Id = id, Slugs = [.. slugs[id]], Published = published[id] };
        }
    }

    private async Task<Dictionary<Guid, ExportedPublication>> Published(Guid[] ids, CancellationToken cancel)
    {
        var rows = await db.Database.SqlQuery<PublishedRow>(
            $"""
            SELECT article_id AS "Id", slug AS "Slug", version AS "Version", revision AS "Revision", published_at AS "PublishedAt",
                   updated_at AS "UpdatedAt", withdrawn_at AS "WithdrawnAt", notice AS "Notice", language AS "Language",
                   redistribution AS "Redistribution", is_syndicable AS "IsSyndicable", syndicable_until AS "SyndicableUntil",
                   embargo_until AS "EmbargoUntil"
            FROM delivery.articles
            WHERE article_id = ANY ({ids})
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => row.Id, row => new ExportedPublication
        {
            Slug = row.Slug,
            Version = row.Version,
            Revision = row.Revision,
            PublishedAt = row.PublishedAt,
            UpdatedAt = row.UpdatedAt,
            Withdrawn = row.WithdrawnAt is not { } at ? null : new ExportedWithdrawal
            {
                At = at,
                Notice = row.Notice,
                Language = row.Language,
                Redistribution = EnumNames.Parse<Redistribution>(row.Redistribution),
                IsSyndicable = row.IsSyndicable,
                SyndicableUntil = row.SyndicableUntil,
                EmbargoUntil = row.EmbargoUntil,
            },
        });
    }

    private sealed record PublishedRow
    {
        public Guid Id { get; init; }
        public string Slug { get; init; } = "";
        public int Version { get; init; }
        public int Revision { get; init; }
        public DateTimeOffset PublishedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public DateTimeOffset? WithdrawnAt { get; init; }
        public string? Notice { get; init; }
        public string Language { get; init; } = "";
        public string Redistribution { get; init; } = "";
        public bool IsSyndicable { get; init; }
        public DateTimeOffset? SyndicableUntil { get; init; }
        public DateTimeOffset? EmbargoUntil { get; init; }
    }
}

internal sealed class ExportedArticleProfile : Profile
{
    public ExportedArticleProfile()
    {
        CreateMap<ScheduledPublication, ExportedSchedule>();
        CreateMap<RightsClearance, ExportedClearance>();
    }
}
