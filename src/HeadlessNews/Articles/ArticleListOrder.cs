using System.Linq.Expressions;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The orders of the editors' list.</summary>
public enum ArticleSort
{
    /// <summary>Last saved or acted on first.</summary>
    Updated,

    /// <summary>Newest `publishedAt` first; only articles that have one.</summary>
    Published,

    /// <summary>Soonest first; only articles that are scheduled.</summary>
    Scheduled,
}

/// <summary>A place in the editors' list: after this article.</summary>
internal sealed record ArticleListPlace(DateTimeOffset Time, Guid Id)
{
    public string SortKey => Rfc3339.Format(Time);

    /// <summary>Before the first. The orders that leave articles out begin here too: whoever has no time is not beyond any.</summary>
    public static ArticleListPlace Start(ArticleSort sort) => sort == ArticleSort.Scheduled
        ? new ArticleListPlace(DateTimeOffset.MinValue, Guid.Empty)
        : new ArticleListPlace(new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero), Guid.AllBitsSet);

    /// <exception cref="ProblemException">The cursor was made by an earlier release, for another order.</exception>
    public static ArticleListPlace Of((string SortKey, Guid Id) cursor) =>
        Rfc3339.TryParse(cursor.SortKey, out var time) ? new ArticleListPlace(time, cursor.Id) : throw new ProblemException(Problems.BadCursor("after"));

    public static ArticleListPlace Of(ArticleSort sort, EditorArticleCard card) => new(sort switch
    {
        ArticleSort.Published => card.PublishedAt!.Value,
        ArticleSort.Scheduled => card.ScheduledFor!.Value,
        _ => card.UpdatedAt,
    }, card.Id);
}

/// <summary>Each order in the words of an index, so that a page is a range scan of it at any depth.</summary>
internal static class ArticleListOrder
{
    public static IQueryable<Article> Sorted(this IQueryable<Article> articles, ArticleSort sort) => sort switch
    {
        ArticleSort.Published => articles.OrderByDescending(article => article.Content.PublishedAt ?? article.FirstPublishedAt).ThenByDescending(article => article.Id),
        ArticleSort.Scheduled => articles.OrderBy(article => article.Scheduled!.DueAt).ThenBy(article => article.Scheduled!.ArticleId),
        _ => articles.OrderByDescending(article => article.UpdatedAt).ThenByDescending(article => article.Id),
    };

    public static IQueryable<Article> Beyond(this IQueryable<Article> articles, ArticleSort sort, ArticleListPlace last)
    {
        var (time, id) = last;
        return articles.Where(sort switch
        {
            ArticleSort.Published => article => EF.Functions.LessThan(
                ValueTuple.Create(article.Content.PublishedAt ?? article.FirstPublishedAt, article.Id), ValueTuple.Create((DateTimeOffset?)time, id)),
            // Said in words too: of a comparison of rows the planner does not know that it leaves out what is not scheduled.
            ArticleSort.Scheduled => article => article.Scheduled != null && EF.Functions.GreaterThan(
                ValueTuple.Create(article.Scheduled.DueAt, article.Scheduled.ArticleId), ValueTuple.Create(time, id)),
            _ => article => EF.Functions.LessThan(ValueTuple.Create(article.UpdatedAt, article.Id), ValueTuple.Create(time, id)),
        });
    }

    public static IQueryable<Article> UpTo(this IQueryable<Article> articles, ArticleSort sort, ArticleListPlace bound)
    {
        var (time, id) = bound;
        return articles.Where(sort switch
        {
            ArticleSort.Published => article => EF.Functions.GreaterThanOrEqual(
                ValueTuple.Create(article.Content.PublishedAt ?? article.FirstPublishedAt, article.Id), ValueTuple.Create((DateTimeOffset?)time, id)),
            ArticleSort.Scheduled => article => EF.Functions.LessThanOrEqual(
                ValueTuple.Create(article.Scheduled!.DueAt, article.Scheduled!.ArticleId), ValueTuple.Create(time, id)),
            _ => article => EF.Functions.GreaterThanOrEqual(ValueTuple.Create(article.UpdatedAt, article.Id), ValueTuple.Create(time, id)),
        });
    }

    public static IQueryable<ArticleListPlace> Places(this IQueryable<Article> articles, ArticleSort sort) => articles.Select(sort switch
    {
        ArticleSort.Published => article => new ArticleListPlace((article.Content.PublishedAt ?? article.FirstPublishedAt)!.Value, article.Id),
        ArticleSort.Scheduled => article => new ArticleListPlace(article.Scheduled!.DueAt, article.Id),
        _ => (Expression<Func<Article, ArticleListPlace>>)(article => new ArticleListPlace(article.UpdatedAt, article.Id)),
    });
}
