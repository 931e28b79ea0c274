using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>Published news in the trade's own formats. Of what may not be passed on, no text leaves by these routes.</summary>
internal static class FormatEndpoints
{
    public static void MapFormats(this RouteGroupBuilder api)
    {
        api.MapGet("/articles/{idOrSlug}/ninjs", GetNinjs).WithName("GetArticleAsNinjs").WithTags("Formats").Delivers<Ninjs>().MayAnswer(308, 404);
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
                FreshFor = Formatted.Sooner(publication.ShownFor, publication.SyndicableFor),
                Tags = [CacheTags.Article(publication.Id)],
            },
            { MovedTo: { } slug } => DeliveryEndpoints.Moved(http, "articles", slug, "/ninjs"),
            _ => Problems.NotFound("article").ToResult(),
        };
}
