using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// An old revision's content becomes the working copy again, in a new revision. A save like any other: what is live, and what is
/// scheduled, stays as it is.
/// </summary>
internal sealed class RestoreRevision(NewsDbContext db, Actor actor, SaveArticle save)
{
    public async Task<Written<EditorArticle>> Run(Guid id, int revision, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if ((article.RefuseStranger(actor) ?? precondition.Check(article.Version, http)) is { } refusal)
        {
            return refusal;
        }
        if (article.Stage == Stage.Trashed)
        {
            return Problems.ActionNotAllowed("restoreRevision", "trashed", article.AllowedActions.Select(EnumNames.Of));
        }
        var kept = await db.Revisions.Where(row => row.ArticleId == id && row.Revision == revision).Select(row => row.Content).SingleOrDefaultAsync(cancel);
        if (kept is null)
        {
            return new RevisionNumbers(article.Revision, article.LastRevision, article.LiveRevision).Missing(revision);
        }
        var old = SaveArticle.Deserialize(kept);
        var named = (await db.Name([old], cancel))[0];
        if (named.Source.Slug is null)
        {
            return Problems.Conflict($"The source of revision {revision} has been deleted since, and an article cannot be without one. "
                + "Save what you need of its content with another source.");
        }
        var lost = Lost(named).ToList();
        var comment = $"Restored from revision {revision}" + (lost.Count == 0 ? "" : $", without what has been deleted since: {string.Join(", ", lost)}") + ".";
        return await save.Keep(change, article, Restored(old, named, article.Content.Slug), comment, "article.revisionRestored",
            made => new { from = revision, revision = made, comment }, cancel);
    }

    /// <summary>The slug stays as it is: an address belongs to the article, not to one of its texts.</summary>
    private static ArticleSnapshot Restored(ArticleSnapshot old, NamedSnapshot named, string slug) => old with
    {
        Content = old.Content with { Slug = slug },
        Authors = [.. named.Authors.Where(IsThere).Select(author => author.Id)],
        Tags = [.. named.Tags.Where(IsThere).Select(tag => tag.Id)],
        Related = [.. named.Related.Where(other => IsThere(other.Article)).Select(other => new RelatedSnapshot(other.Article.Id, other.Kind))],
    };

    /// <summary>By their ids: their names went with them.</summary>
    private static IEnumerable<string> Lost(NamedSnapshot named) =>
    [
        .. named.Authors.Where(author => !IsThere(author)).Select(author => $"author {author.Id}"),
        .. named.Tags.Where(tag => !IsThere(tag)).Select(tag => $"tag {tag.Id}"),
        .. named.Related.Where(other => !IsThere(other.Article)).Select(other => $"related article {other.Article.Id}"),
    ];

    private static bool IsThere(KeptReference reference) => reference.Slug is not null;
}
