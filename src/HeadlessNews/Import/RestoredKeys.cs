using HeadlessNews.Data;

namespace HeadlessNews.Import;

/// <summary>What may be there once alone, among the lines of one batch. What is in the database already, the database refuses by itself.</summary>
internal sealed class RestoredKeys
{
    private readonly HashSet<object> taken = [];

    /// <summary>Takes what the group brings.</summary>
    /// <returns>What it brings a second time; null when nothing.</returns>
    public string? Take(RestoreGroup group)
    {
        var keys = Of(group).ToList();
        var twice = keys.FirstOrDefault(key => !taken.Add(key));
        return twice?.ToString();
    }

    private static IEnumerable<object> Of(RestoreGroup group) => group.Head switch
    {
        ExportedArticle article =>
        [
            article.Id, .. Slugs(SlugKind.Article, article.Slugs), .. article.Corrections.Select(correction => (object)correction.Id),
            .. article.Clearances.Select(clearance => (object)clearance.Id),
        ],
        ExportedDeletedArticle deleted => [deleted.Id, .. Slugs(SlugKind.Article, deleted.Slugs)],
        ExportedKeptSlug slug => Slugs(slug.Kind, [new ExportedSlug { Slug = slug.Slug, WasPublic = slug.WasPublic }]),
        ExportedSource source => [source.Id, .. Slugs(SlugKind.Source, source.Slugs)],
        ExportedAuthor author => [author.Id, .. Slugs(SlugKind.Author, author.Slugs)],
        ExportedTag tag => [tag.Id, .. Slugs(SlugKind.Tag, tag.Slugs)],
        ExportedFront front => [front.Id, .. Slugs(SlugKind.Front, front.Slugs), .. front.Editions.Select(edition => (object)edition.Id)],
        var other => throw new InvalidOperationException($"{other?.Type} is not written."),
    };

    private static IEnumerable<object> Slugs(SlugKind kind, IEnumerable<ExportedSlug> slugs) => slugs.Select(slug => (object)(kind, slug.Slug));
}
