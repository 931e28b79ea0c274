using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

internal static class PreviewEndpoints
{
    public static void MapPreviewLinks(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/preview-links", List).WithName("ListPreviewLinks").RequireRole(Role.Contributor);
        group.MapPost("/{id:guid}/preview-links", Make).WithName("MakePreviewLink").RequireOwnArticleOrEditor().Validate<PreviewLinkRequest>()
            .TakesNoIdempotencyKey("its answer holds a secret, which is kept nowhere").MayAnswer(409);
        group.MapDelete("/{id:guid}/preview-links/{linkId:guid}", Revoke).WithName("RevokePreviewLink").RequireOwnArticleOrEditor();
    }

    public static void MapPreview(this RouteGroupBuilder previews) =>
        previews.MapGet("/{token}", Look).WithName("GetPreview").WithTags("Articles")
            .Produces<PublishedArticle>(StatusCodes.Status200OK, "application/json").MayAnswer(429);

    /// <summary>List an article's preview links, newest first</summary>
    /// <remarks>Expired and revoked ones too; never what opens them.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Results<Ok<Page<PreviewLinkSummary>>, ProblemHttpResult>> List(
        Guid id, int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var list = $"editorial/articles/{id}/preview-links";
        var most = Paging.Limit(limit);
        var last = cursors.Read(list, after);
        if (!await db.Articles.AnyAsync(article => article.Id == id, cancel))
        {
            return Problems.NotFound("article").ToResult();
        }
        var links = db.PreviewLinks.Where(link => link.ArticleId == id).NewestFirst(last, most);
        var rows = await links.ProjectTo<PreviewLinkSummary>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, link => cursors.Make(list, "", link.Id)));
    }

    /// <summary>Make a link that shows an article as publishing would make it</summary>
    /// <remarks>
    /// For whoever has no key: the address is the authority, so pass it on with care. It is shown in this answer alone. It opens this
    /// article, or this revision of it, and nothing else; embargo, rights and an empty body do not matter to it. Appended, so no If-Match, and
    /// `version` stays. An article in the trash has no preview (409).
    /// </remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Created<NewPreviewLink>, ProblemHttpResult>> Make(
        Guid id, PreviewLinkRequest request, SharePreview share, CancellationToken cancel)
    {
        var (answer, problem) = await share.Make(id, request, cancel);
        return problem is null ? TypedResults.Created($"/api/v1/editorial/articles/{id}/preview-links", answer) : problem.ToResult();
    }

    /// <summary>Revoke a preview link</summary>
    /// <remarks>It is dead from the next look on. Revoking twice changes nothing.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="linkId">The link's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid id, Guid linkId, SharePreview share, CancellationToken cancel) =>
        await share.Revoke(id, linkId, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();

    /// <summary>Look at an article as publishing would make it</summary>
    /// <remarks>
    /// The very document that delivery would answer if the link's revision were published at this moment: `version` is the one that
    /// publishing would give, `updatedAt` is now. Needs no key; may be fetched by any web page, is never to be kept (`no-store`) nor found
    /// (`noindex`). A token that is forged, expired or revoked, and one of an article that is deleted or in the trash or of a revision that
    /// is not kept any more, are alike 404.
    /// </remarks>
    /// <param name="token">The token of a preview link.</param>
    private static async Task<IResult> Look(string token, PreviewArticle preview, CancellationToken cancel) =>
        await preview.Render(token, cancel) is { } document
            ? TypedResults.Text(document, "application/json; charset=utf-8")
            : Problems.NotFound("preview").ToResult();
}
