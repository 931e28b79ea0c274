using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>Published news in the trade's own formats. Of what may not be passed on, no text leaves by these routes.</summary>
internal static class FormatEndpoints
{
    private const string JsonLd = "application/ld+json";

    public static void MapFormats(this RouteGroupBuilder api)
    {
        api.MapGet("/articles/{idOrSlug}/ninjs", GetNinjs).WithName("GetArticleAsNinjs").WithTags("Formats").Delivers<Ninjs>().MayAnswer(308, 404);
        api.MapGet("/articles/{idOrSlug}/jsonld", GetJsonLd).WithName("GetArticleAsJsonLd").WithTags("Formats").Delivers<JsonLdArticle>(JsonLd).MayAnswer(308, 404, 410);
    }

    /// <summary>Get an article as IPTC ninjs 3.1</summary>
    /// <remarks>
    /// `pubStatus` is `usable` for what may be used; `withheld` for what is published here and may not be passed on (or no longer: do not
    /// use it until it is `usable` again); `canceled` for what was withdrawn, with the editors' notice as `edNote`: stop using it. The
    /// latter two are 200 too, so that who follows an article learns it in the format he reads, and hold not a word of the text. A
    /// former slug redirects (308).
    /// </remarks>
    /// <param name="idOrSlug">The article's slug or id.</param>
    private static async Task<object> GetNinjs(string idOrSlug, FormatReads reads, Site site, HttpContext http, CancellationToken cancel) =>
        await reads.Get(idOrSlug, cancel) switch
        {
            { Publication: { } publication } => new Delivered(JsonSerializer.SerializeToUtf8Bytes(Ninjs.Of(publication, site), Formatted.Sparse))
            {
                FreshFor = Freshness.Sooner(publication.ShownFor, publication.SyndicableFor),
                Tags = [CacheTags.Article(publication.Id)],
            },
            { MovedTo: { } slug, Id: var id } => DeliveryEndpoints.Moved(http, "articles", slug, CacheTags.Article(id), "/ninjs"),
            _ => Problems.NotFound("article").ToResult(),
        };

    /// <summary>Get an article as schema.org JSON-LD, to be placed in its page</summary>
    /// <remarks>
    /// A `NewsArticle` without the text, which stands on the page: also of what is published on the site alone and may not be passed on.
    /// Safe inside a `script` element as it comes. Addresses answer as the article's own do: 308 from a former slug, 410 for a withdrawn one.
    /// </remarks>
    /// <param name="idOrSlug">The article's slug or id.</param>
    private static async Task<object> GetJsonLd(string idOrSlug, FormatReads reads, Site site, HttpContext http, CancellationToken cancel) =>
        await reads.Get(idOrSlug, cancel) switch
        {
            { Publication: { Article: { } article } publication } => new Delivered(JsonSerializer.SerializeToUtf8Bytes(JsonLdArticle.Of(article, site), Formatted.InHtml))
            {
                ContentType = JsonLd,
                LastModified = publication.RenderedAt,
                FreshFor = publication.ShownFor,
                Tags = [CacheTags.Article(publication.Id)],
            },
            { Publication: { WithdrawnAt: { } at, Notice: var notice } } => Problems.Withdrawn(notice, at).ToResult(),
            { MovedTo: { } slug, Id: var id } => DeliveryEndpoints.Moved(http, "articles", slug, CacheTags.Article(id), "/jsonld"),
            _ => Problems.NotFound("article").ToResult(),
        };
}
