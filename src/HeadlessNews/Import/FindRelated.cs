using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>The articles that a batch's articles name: by slug, by id, by external id within the same source, or before them in the batch.</summary>
internal sealed class FindRelated(NewsDbContext db)
{
    /// <param name="lines">Those that are in order so far.</param>
    /// <param name="isDryRun">What would have been made before is not there to be named: it is not looked for.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task Find(IReadOnlyList<UpsertLine> lines, bool isDryRun, CancellationToken cancel)
    {
        var naming = lines.Where(line => line.Sent.Related is { Count: > 0 } && !line.Upsert.IsCanceled).ToList();
        if (naming.Count == 0)
        {
            return;
        }
        var names = naming.SelectMany(line => line.Sent.Related!).Select(other => other.Article!).Distinct().ToList();
        var found = (await db.FindIds<Article>(SlugKind.Article, names, cancel)).Zip(names).Where(pair => pair.First is not null)
            .ToDictionary(pair => pair.Second, pair => pair.First!.Value);
        var sources = naming.Select(line => line.SourceId).Distinct().ToList();
        var byExternalId = (await db.Articles.AsNoTracking()
                .Where(article => sources.Contains(article.SourceId) && names.Contains(article.Content.ExternalId!))
                .Select(article => new { article.SourceId, article.Content.ExternalId, article.Id }).ToListAsync(cancel))
            .ToDictionary(article => (article.SourceId, article.ExternalId!), article => article.Id);
        foreach (var line in lines)
        {
            if (line.Sent.Related is { Count: > 0 } others && !line.Upsert.IsCanceled)
            {
                Name(line, others);
            }
            byExternalId.TryAdd((line.SourceId, line.Sent.ExternalId!), line.Id);
            if (line.Sent.Slug is { } slug)
            {
                found.TryAdd(slug, line.Id);
            }
        }

        void Name(UpsertLine line, IReadOnlyList<RelatedRequest> others)
        {
            var errors = new Dictionary<string, string[]>();
            var related = new List<RelatedSnapshot>();
            for (var nth = 0; nth < others.Count; nth++)
            {
                var name = others[nth].Article!;
                var id = found.TryGetValue(name, out var bySlug) ? bySlug : byExternalId.GetValueOrDefault((line.SourceId, name));
                if (id == Guid.Empty && isDryRun)
                {
                    continue;
                }
                if (id == Guid.Empty)
                {
                    errors[$"related[{nth}].article"] = [References.NamesNone(SlugKind.Article, name)];
                }
                else if (related.Any(other => other.Id == id))
                {
                    errors[$"related[{nth}].article"] = ["names the same article twice"];
                }
                related.Add(new RelatedSnapshot(id, others[nth].Kind ?? RelationKind.Related));
            }
            line.Related = related;
            if (errors.Count > 0)
            {
                line.Refuse(Problems.Invalid(errors));
            }
        }
    }
}
