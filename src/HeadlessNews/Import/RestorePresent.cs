using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>Which lines are there already, from an earlier run: exported anew, and compared.</summary>
internal sealed class RestorePresent(NewsDbContext db, ExportContent content)
{
    /// <param name="groups">Of one type.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>Those that are there, and whether as they say.</returns>
    public async Task<Dictionary<RestoreGroup, bool>> Of(IReadOnlyList<RestoreGroup> groups, CancellationToken cancel)
    {
        var ids = groups.Select(group => group.Id!.Value).Distinct().ToArray();
        if (groups[0].Head is ExportedKeptSlug)
        {
            var taken = (await db.Slugs.AsNoTracking().Where(slug => ids.Contains(slug.OwnerId)).ToListAsync(cancel)).ToLookup(slug => (slug.Kind, slug.Slug));
            return groups.Where(group => taken.Contains(Key(group))).ToDictionary(group => group, group =>
                taken[Key(group)].Any(slug => slug.OwnerId == group.Id && slug.WasPublic == ((ExportedKeptSlug)group.Head!).WasPublic));
        }
        var present = groups[0].Head switch
        {
            ExportedSource => content.Sources(ids, cancel),
            ExportedAuthor => content.Authors(ids, cancel),
            ExportedTag => content.Tags(ids, cancel),
            ExportedArticle => content.Articles(ids, cancel),
            ExportedDeletedArticle => content.DeletedArticles(ids, cancel),
            ExportedFront => content.Fronts(ids, cancel),
            var other => throw new InvalidOperationException($"{other?.Type} is looked for by nothing."),
        };
        var byId = groups.ToLookup(group => group.Id!.Value);
        var same = new Dictionary<RestoreGroup, bool>();
        var at = 0;
        IReadOnlyList<RestoreGroup> these = [];
        await foreach (var line in present)
        {
            if (line is not ExportedRevision)
            {
                Close();
                these = [.. byId[RestoreGroup.IdOf(line)!.Value]];
                these.ToList().ForEach(group => same[group] = true);
                at = 0;
            }
            var bytes = ExportText.Bytes(line);
            foreach (var group in these)
            {
                same[group] &= at < group.Lines.Count && bytes.AsSpan().SequenceEqual(ExportText.Bytes(group.Lines[at].Line!));
            }
            at++;
        }
        Close();
        return same;

        void Close()
        {
            foreach (var group in these)
            {
                same[group] &= at == group.Lines.Count;
            }
        }
    }

    private static (SlugKind, string) Key(RestoreGroup group) => group.Head is ExportedKeptSlug slug ? (slug.Kind, slug.Slug) : default;
}
