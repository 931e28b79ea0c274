using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>Pages that editors put together.</summary>
internal static class PublishedFrontEndpoints
{
    public static void MapPublishedFronts(this RouteGroupBuilder api)
    {
        api.MapGet("/fronts", List).WithName("ListFronts").WithTags("Fronts").Delivers<Page<PublishedFrontCard>>();
        api.MapGet("/fronts/{idOrSlug}", Get).WithName("GetFront").WithTags("Fronts").Delivers<PublishedFront>().MayAnswer(308, 404);
    }

    /// <summary>List fronts in the order of their slugs</summary>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<object> List(int? limit, string? after, FrontReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        const string list = "delivery/fronts";
        var page = await reads.List(cursors.Read(list, after)?.SortKey ?? "", Paging.Limit(limit), (slug, id) => cursors.Make(list, slug, id), cancel);
        http.LinkNext(page.NextCursor);
        return new Delivered(page.Json) { Tags = page.Tags };
    }

    /// <summary>Get a front: its articles' cards, ready to be laid out</summary>
    /// <remarks>
    /// In the editors' order, with only what is published at this moment: what is withdrawn or expires leaves by itself, and is back when it is
    /// published again. No article is on it twice. A former slug redirects (308).
    /// </remarks>
    /// <param name="idOrSlug">The front's slug or id.</param>
    private static async Task<object> Get(string idOrSlug, FrontReads reads, HttpContext http, CancellationToken cancel) =>
        await reads.Get(idOrSlug, cancel) switch
        {
            { Front: { } front } => new Delivered(front.ToJson()) { FreshFor = front.FreshFor, Tags = [.. front.Tags], UnseenTags = [.. front.UnseenTags] },
            { MovedTo: { } slug, Id: var id } => DeliveryEndpoints.Moved(http, "fronts", slug, CacheTags.Of("front", id)),
            _ => Problems.NotFound("front").ToResult(),
        };
}
