using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>
/// The site's pages for search engines: what editors asked them to pass over, or what first stood elsewhere, is not in it; what may not be
/// passed on is, since its page stands on the site.
/// </summary>
internal static class SitemapEndpoints
{
    public static void MapSitemaps(this RouteGroupBuilder api)
    {
        api.MapGet("/sitemap.xml", GetSitemap).WithName("GetSitemap").WithTags("Sitemaps").Delivers<string>(Sitemap.ContentType)
            .WithMetadata(new AnswerExample(Sitemap.Example)).MayAnswer(422);
        api.MapGet("/sitemap-news.xml", GetNewsSitemap).WithName("GetNewsSitemap").WithTags("Sitemaps").Delivers<string>(Sitemap.ContentType)
            .WithMetadata(new AnswerExample(Sitemap.NewsExample)).MayAnswer(404, 422);
    }

    /// <summary>Get the sitemap of all published articles</summary>
    /// <remarks>
    /// An index of parts, each at the address that the index names: at most 50,000 pages of the site, mostly 10,000. Articles whose editors
    /// ask search engines to leave them out (`seo.noIndex`), or that name a canonical address, are in none. Few parts are made at a time;
    /// who waits too long for his turn is told to come again (503, `sitemaps-busy`).
    /// </remarks>
    /// <param name="from">Where a part begins. Taken from the index.</param>
    /// <param name="until">Where a part ends. Taken from the index.</param>
    private static async Task<object> GetSitemap(Guid? from, Guid? until, SitemapReads reads, SitemapRanges ranges, Site site, CancellationToken cancel)
    {
        if (from is { } first)
        {
            var (entries, freshFor) = await reads.Read(first, until, cancel);
            return Deliver(Sitemap.OfPages(entries, site), freshFor);
        }
        if (until is not null)
        {
            return Problems.Invalid("until", "is taken from the index together with `from`").ToResult();
        }
        var parts = await ranges.Now(cancel);
        return Deliver(Sitemap.Index(parts.Select(part =>
            (site.UrlOfApi($"/api/v1/sitemap.xml?from={part.From}{(part.Until is { } end ? $"&until={end}" : "")}"), (DateTimeOffset?)part.LastModified))), null);
    }

    /// <summary>Get the news sitemap: what was published in the last 48 hours</summary>
    /// <remarks>As Google News reads it: at most 1,000 articles; when there are more, an index of pages of as many.</remarks>
    /// <param name="page">A page's number, from 1. Taken from the index.</param>
    private static async Task<object> GetNewsSitemap(int? page, SitemapReads reads, Site site, CancellationToken cancel)
    {
        if (page is < 1 or > 100_000)
        {
            return Problems.Invalid("page", "must be a page of the index").ToResult();
        }
        if (page is null && await reads.NewsNow(cancel) is { Count: > SitemapReads.MostNews } news)
        {
            var pages = Enumerable.Range(1, (news.Count + SitemapReads.MostNews - 1) / SitemapReads.MostNews);
            return Deliver(Sitemap.Index(pages.Select(number => (site.UrlOfApi($"/api/v1/sitemap-news.xml?page={number}"), (DateTimeOffset?)null))), news.FreshFor);
        }
        var (entries, freshFor) = await reads.ReadNews(page ?? 1, cancel);
        return entries.Count == 0 && page > 1 ? Problems.NotFound("page").ToResult() : Deliver(Sitemap.OfNews(entries, site), freshFor);
    }

    private static Delivered Deliver(byte[] bytes, int? freshFor) =>
        new(bytes) { ContentType = $"{Sitemap.ContentType}; charset=utf-8", FreshFor = freshFor, Tags = [CacheTags.Of(Facet.All)] };
}
