using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>The editors' list.</summary>
internal static class ArticleListEndpoints
{
    public static void MapArticleList(this RouteGroupBuilder group)
    {
        group.MapGet("", List).WithName("ListEditorArticles").RequireRole(Role.Contributor);
    }

    /// <summary>List articles</summary>
    /// <remarks>
    /// Working copies of every status, the trash included if asked for. Filters combine, with each other and with every order. What
    /// `q` finds by the thousand, or by fewer than three letters or digits in a row, is looked for in the list itself, 10,000 articles
    /// to a page: such a page may be short, even empty, and still have a `nextCursor`: follow it.
    /// </remarks>
    /// <param name="status">Only articles that stand so. Left out: all but the trash.</param>
    /// <param name="source">Only this source's (slug or id).</param>
    /// <param name="author">Only this author's (slug or id).</param>
    /// <param name="tag">Only with this tag itself (slug or id).</param>
    /// <param name="language">Only in this language, exactly as tagged (BCP 47).</param>
    /// <param name="q">Only with this text in the headline, kicker, summary or slug, in capitals or not; or with exactly this `externalId`.</param>
    /// <param name="changedSince">Only saved or acted on at this time or later (RFC 3339). What is appended, such as a correction, is no save.</param>
    /// <param name="mine">True: only those made with the key that asks.</param>
    /// <param name="sort">The order; `updated` if left out. `published` lists only what has a time of publication, `scheduled` only what is scheduled.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorArticleCard>>> List(
        QueryEnum<ArticleStatus>? status, string? source, string? author, string? tag, string? language, string? q, QueryTime? changedSince,
        bool? mine, QueryEnum<ArticleSort>? sort, int? limit, string? after,
        NewsDbContext db, Actor actor, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var order = sort?.Value ?? ArticleSort.Updated;
        // As it is kept: composed (NFC), without the spaces of a hasty paste.
        q = q?.Normalize().Trim() is { Length: > 0 } text ? text : null;
        var list = $"editorial/articles?{status?.Value}&{source}&{author}&{tag}&{language}&{q}&{changedSince?.Value.UtcTicks}&{(mine == true ? actor.Name : "")}&{order}";
        var last = cursors.Read(list, after) is { } cursor ? ArticleListPlace.Of(cursor) : ArticleListPlace.Start(order);
        var articles = await Filtered(db, status?.Value, source, author, tag, language, cancel);
        if (changedSince is { Value: var since })
        {
            articles = articles.Where(article => article.UpdatedAt >= since);
        }
        if (mine == true)
        {
            articles = articles.Where(article => article.CreatedBy == actor.Name);
        }
        articles = articles.Beyond(order, last);
        var (found, bound) = q is null ? (articles, null) : await Find(db, articles, order, q, cancel);
        var rows = await Cards(found, order, mapper).Take(most + 1).ToListAsync(cancel);
        var hasMore = rows.Count > most;
        var page = rows.ToPage(most, http, card => Next(ArticleListPlace.Of(order, card)));
        if (hasMore || bound is null)
        {
            return TypedResults.Ok(page);
        }
        http.LinkNext(Next(bound));
        return TypedResults.Ok(page with { NextCursor = Next(bound) });

        string Next(ArticleListPlace place) => cursors.Make(list, place.SortKey, place.Id);
    }

    /// <summary>A page's query: one, for all that a card shows.</summary>
    internal static IQueryable<EditorArticleCard> Cards(IQueryable<Article> articles, ArticleSort sort, IMapper mapper) =>
        articles.Sorted(sort).ProjectTo<EditorArticleCard>(mapper.ConfigurationProvider);

    /// <returns>The articles with the text, and how far they were looked for; null for to the end.</returns>
    private static async Task<(IQueryable<Article> Found, ArticleListPlace? Bound)> Find(
        NewsDbContext db, IQueryable<Article> articles, ArticleSort sort, string q, CancellationToken cancel)
    {
        if (await ArticleSearch.FindFew(db, q, ArticleSearch.MostSorted, cancel) is { } few)
        {
            return (articles.Where(article => few.Contains(article.Id)), null);
        }
        // First the bound, then what lies before it: a range, so that nothing saved in between slips through.
        var bound = await articles.Sorted(sort).Skip(ArticleSearch.MostProbes - 1).Places(sort).FirstOrDefaultAsync(cancel);
        return ((bound is null ? articles : articles.UpTo(sort, bound)).WithText(q), bound);
    }

    internal static async Task<IQueryable<Article>> Filtered(
        NewsDbContext db, ArticleStatus? status, string? source, string? author, string? tag, string? language, CancellationToken cancel)
    {
        var articles = OfStatus(db.Articles.AsNoTracking(), status);
        if (source is not null)
        {
            var id = await db.FindId<Source>(SlugKind.Source, source, cancel);
            articles = articles.Where(article => article.SourceId == id);
        }
        if (author is not null)
        {
            var id = await db.FindId<Author>(SlugKind.Author, author, cancel);
            articles = articles.Where(article => article.Authors.Any(row => row.AuthorId == id));
        }
        if (tag is not null)
        {
            var id = await db.FindId<Tag>(SlugKind.Tag, tag, cancel);
            articles = articles.Where(article => article.Tags.Any(row => row.TagId == id));
        }
        if (language is not null)
        {
            var canonical = LanguageTag.Canonical(language);
            articles = articles.Where(article => article.Content.Language == canonical);
        }
        return articles;
    }

    private static IQueryable<Article> OfStatus(IQueryable<Article> articles, ArticleStatus? status) => status switch
    {
        null => articles.Where(article => article.Stage != Stage.Trashed),
        ArticleStatus.Trashed => articles.Where(article => article.Stage == Stage.Trashed),
        ArticleStatus.Scheduled => articles.Where(article => article.Stage == Stage.Scheduled),
        ArticleStatus.InReview => articles.Where(article => article.Stage == Stage.InReview),
        ArticleStatus.Published => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Live),
        ArticleStatus.Withdrawn => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Withdrawn),
        _ => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Never),
    };
}
