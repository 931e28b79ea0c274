using HeadlessNews.Delivery.Formats;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Delivery.Sync;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>
/// What the public reads: published documents only, from a data source whose role cannot see anything else. Nothing here knows how an
/// article is written.
/// </summary>
internal static class DeliveryEndpoints
{
    public static void MapDelivery(this RouteGroupBuilder api)
    {
        api.MapGet("/articles", ListArticles).WithName("ListArticles").WithTags("Articles").Delivers<ArticlePage>();
        api.MapGet("/articles/{idOrSlug}", GetArticle).WithName("GetArticle").WithTags("Articles").Delivers<PublishedArticle>().MayAnswer(308, 404, 410);
        api.MapGet("/articles/{idOrSlug}/related", GetRelated).WithName("GetRelatedArticles").WithTags("Articles").Delivers<Page<RelatedArticle>>().MayAnswer(308, 404, 410);
        api.MapGet("/articles/{idOrSlug}/coverage", GetCoverage).WithName("GetCoverage").WithTags("Articles").Delivers<Page<RelatedArticle>>().MayAnswer(308, 404, 410);
        api.MapGet("/authors", ListAuthors).WithName("ListAuthors").WithTags("Authors").Delivers<Page<PublishedAuthor>>();
        api.MapGet("/authors/{idOrSlug}", GetAuthor).WithName("GetAuthor").WithTags("Authors").Delivers<PublishedAuthor>().MayAnswer(308, 404);
        api.MapGet("/sources", ListSources).WithName("ListSources").WithTags("Sources").Delivers<Page<PublishedSource>>();
        api.MapGet("/sources/{idOrSlug}", GetSource).WithName("GetSource").WithTags("Sources").Delivers<PublishedSource>().MayAnswer(308, 404);
        api.MapGet("/tags", ListTags).WithName("ListTags").WithTags("Tags").Delivers<Page<PublishedTag>>();
        api.MapGet("/tags/{idOrSlug}", GetTag).WithName("GetTag").WithTags("Tags").Delivers<PublishedTag>().MayAnswer(308, 404);
        api.MapPublishedFronts();
        api.MapSearch();
        api.MapFormats();
        api.MapFeeds();
        api.MapSitemaps();
        api.MapSync();
    }

    /// <summary>List published articles, newest first</summary>
    /// <remarks>
    /// Filters combine: an article is listed when it meets them all. With several filters a page may be short, even empty, and still
    /// have a `nextCursor` (or, read backwards, a `previousCursor`): follow it. Pages are read in both directions, and what is published or
    /// withdrawn meanwhile moves no article from one to another.
    /// </remarks>
    /// <param name="tag">Only with this tag or one below it (slug or id). Repeat it to ask for several at once.</param>
    /// <param name="section">Only in this section or one below it: the slug or id of a tag of the kind `section`; one of another kind finds nothing.</param>
    /// <param name="author">Only by this author (slug or id).</param>
    /// <param name="source">Only from this source (slug or id).</param>
    /// <param name="language">Only in this language (BCP 47); `en` finds `en-GB` too.</param>
    /// <param name="genre">Only of this sort: `article`, `analysis`, `opinion` and so on, as in an article's `genre`.</param>
    /// <param name="from">Only published then or later.</param>
    /// <param name="to">Only published before; later than `from`.</param>
    /// <param name="fields">Only these members of each card, as names separated by commas (`headline,slug`); `id` is always there.</param>
    /// <param name="include">More of each article, as names separated by commas: `body`, `related`.</param>
    /// <param name="count">`exact` adds `count`, how many articles the whole list has.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    /// <param name="before">The `previousCursor` of the page after; not together with `after`.</param>
    private static async Task<object> ListArticles(
        string[]? tag, string? section, string? author, string? source, string? language, string? genre, QueryTime? from, QueryTime? to,
        string? fields, string? include, string? count, int? limit, string? after, string? before,
        ArticleLists lists, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var parts = ListedParts.Read(fields, include, count);
        var filter = ListFilter.Of(tag, section, author, source, language, genre, from, to).Checked();
        var turn = ListTurn.Read(cursors, filter, after, before, limit);
        var page = await lists.Page(filter, turn, parts, position => cursors.Make(filter.Name, position.SortKey, position.ArticleId), cancel);
        http.LinkNext(page.NextCursor, page.PreviousCursor);
        return new Delivered(page.Json) { FreshFor = page.FreshFor, Tags = page.Tags, UnseenTags = page.UnseenTags };
    }

    /// <summary>Get a published article</summary>
    /// <remarks>A former slug redirects (308). A withdrawn article answers 410 with the editors' notice.</remarks>
    /// <param name="idOrSlug">The article's slug or id.</param>
    private static async Task<object> GetArticle(string idOrSlug, ArticleReads reads, HttpContext http, CancellationToken cancel)
    {
        var found = await reads.Get(idOrSlug, cancel);
        return found switch
        {
            { Json: { } json } => new Delivered(json) { EntityTag = found.EntityTag!, LastModified = found.RenderedAt, FreshFor = found.FreshFor, Tags = [CacheTags.Article(found.Id)] },
            { WithdrawnAt: { } at } => Problems.Withdrawn(found.Notice, at).ToResult(),
            { MovedTo: { } slug } => Moved(http, "articles", slug, CacheTags.Article(found.Id)),
            _ => Problems.NotFound("article").ToResult(),
        };
    }

    /// <summary>Get the articles that stand beside an article</summary>
    /// <remarks>
    /// First what its editors chose, in their order (`chosenBy: editor`, at most 50), then what was found to be related (`chosenBy: automatic`):
    /// by text and tags, the nearer in time the better, without other reports of the same event, which stand under `/coverage`. Without
    /// `limit` all that was chosen is here, and what was found fills up to 20.
    ///
    /// What is found is looked for right after each publication: give it a second or two, and an imported archive longer. One page: at most
    /// 20 are kept. Only what is published now is here; what is withdrawn leaves by itself, and what was chosen is back when it is published again.
    /// Addresses answer as the article's own do: 308 from a former slug, 410 for a withdrawn article.
    /// </remarks>
    /// <param name="idOrSlug">The article's slug or id.</param>
    /// <param name="limit">How many to answer in all, 1 to 100.</param>
    private static Task<object> GetRelated(string idOrSlug, int? limit, RelatedReads reads, HttpContext http, CancellationToken cancel) =>
        GetBeside(idOrSlug, Beside.Related, limit, reads, http, cancel);

    /// <summary>Get other sources' reports of the event that an article reports</summary>
    /// <remarks>
    /// First what its editors chose as `sameStory`, in their order (`chosenBy: editor`), then what was found (`chosenBy: automatic`), the
    /// surest first: articles in the same language, from other sources, published within three days, that share names and places as well
    /// as what is told of them. An empty page says that nobody else was found to report it; where it is in doubt, it is left out. Without
    /// `limit` all that was chosen is here, and what was found fills up to 20, which is all that is kept.
    ///
    /// What is found is looked for right after each publication, and again when a report changes: a new report joins the others' pages within a second or two.
    /// Addresses answer as the article's own do: 308 from a former slug, 410 for a withdrawn article.
    /// </remarks>
    /// <param name="idOrSlug">The article's slug or id.</param>
    /// <param name="limit">How many to answer in all, 1 to 100.</param>
    private static Task<object> GetCoverage(string idOrSlug, int? limit, RelatedReads reads, HttpContext http, CancellationToken cancel) =>
        GetBeside(idOrSlug, Beside.Coverage, limit, reads, http, cancel);

    private static async Task<object> GetBeside(string idOrSlug, Beside beside, int? limit, RelatedReads reads, HttpContext http, CancellationToken cancel)
    {
        var found = await reads.Get(idOrSlug, beside, limit is null ? null : Paging.Limit(limit), cancel);
        return found switch
        {
            { Page: { } page } => new Delivered(page.Json) { FreshFor = page.FreshFor, Tags = page.Tags, UnseenTags = page.UnseenTags },
            { Article: { WithdrawnAt: { } at, Notice: var notice } } => Problems.Withdrawn(notice, at).ToResult(),
            { Article: { MovedTo: { } slug, Id: var id } } => Moved(http, "articles", slug, CacheTags.Article(id), beside == Beside.Related ? "/related" : "/coverage"),
            _ => Problems.NotFound("article").ToResult(),
        };
    }

    /// <summary>List authors with something published, in the order of their slugs</summary>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<object> ListAuthors(int? limit, string? after, DirectoryReads reads, Cursors cursors, HttpContext http, CancellationToken cancel) =>
        ListDirectory("author", limit, after, reads, cursors, http, cancel);

    /// <summary>Get an author with something published</summary>
    /// <remarks>A former slug redirects (308).</remarks>
    /// <param name="idOrSlug">The author's slug or id.</param>
    private static Task<object> GetAuthor(string idOrSlug, DirectoryReads reads, HttpContext http, CancellationToken cancel) =>
        GetFromDirectory("author", idOrSlug, reads, http, cancel);

    /// <summary>List sources with something published, in the order of their slugs</summary>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<object> ListSources(int? limit, string? after, DirectoryReads reads, Cursors cursors, HttpContext http, CancellationToken cancel) =>
        ListDirectory("source", limit, after, reads, cursors, http, cancel);

    /// <summary>Get a source with something published</summary>
    /// <remarks>A former slug redirects (308).</remarks>
    /// <param name="idOrSlug">The source's slug or id.</param>
    private static Task<object> GetSource(string idOrSlug, DirectoryReads reads, HttpContext http, CancellationToken cancel) =>
        GetFromDirectory("source", idOrSlug, reads, http, cancel);

    /// <summary>List tags with something published, in the order of their slugs</summary>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static Task<object> ListTags(int? limit, string? after, DirectoryReads reads, Cursors cursors, HttpContext http, CancellationToken cancel) =>
        ListDirectory("tag", limit, after, reads, cursors, http, cancel);

    /// <summary>Get a tag with something published, itself or below it</summary>
    /// <remarks>A former slug redirects (308).</remarks>
    /// <param name="idOrSlug">The tag's slug or id.</param>
    private static Task<object> GetTag(string idOrSlug, DirectoryReads reads, HttpContext http, CancellationToken cancel) =>
        GetFromDirectory("tag", idOrSlug, reads, http, cancel);

    private static async Task<object> ListDirectory(
        string kind, int? limit, string? after, DirectoryReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var list = $"delivery/{kind}s";
        var page = await reads.List(kind, cursors.Read(list, after)?.SortKey ?? "", Paging.Limit(limit), (slug, id) => cursors.Make(list, slug, id), cancel);
        http.LinkNext(page.NextCursor);
        return new Delivered(page.Json) { FreshFor = page.FreshFor, Tags = page.Tags };
    }

    private static async Task<object> GetFromDirectory(string kind, string idOrSlug, DirectoryReads reads, HttpContext http, CancellationToken cancel)
    {
        return await reads.Get(kind, idOrSlug, cancel) switch
        {
            { Json: { } json, Id: var id, FreshFor: var freshFor } => new Delivered(json) { FreshFor = freshFor, Tags = [CacheTags.Of(kind, id)] },
            { MovedTo: { } slug, Id: var id } => Moved(http, $"{kind}s", slug, CacheTags.Of(kind, id)),
            _ => Problems.NotFound(kind).ToResult(),
        };
    }

    /// <summary>Kept by caches like what it points to, and let go with it.</summary>
    internal static IResult Moved(HttpContext http, string collection, string slug, string tag, string below = "")
    {
        http.Response.Headers["Cache-Tag"] = tag;
        http.Response.Headers["Surrogate-Key"] = http.RequestServices.GetRequiredService<CdnPurge>().SurrogateKeys([tag]);
        http.Response.Headers.CacheControl = http.RequestServices.GetRequiredService<DeliveryCaching>().For(http).Control();
        return Results.Redirect($"/api/v1/{collection}/{Uri.EscapeDataString(slug)}{below}{http.Request.QueryString}", permanent: true, preserveMethod: true);
    }
}
