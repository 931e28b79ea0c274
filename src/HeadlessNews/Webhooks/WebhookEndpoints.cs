using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Webhooks;

internal static class WebhookEndpoints
{
    public static void MapWebhooks(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/webhooks").WithTags("Webhooks").RequireRole(Role.Admin);
        group.MapGet("", List).WithName("ListWebhooks");
        group.MapPost("", Create).WithName("CreateWebhook").Validate<WebhookRequest>()
            .WithMetadata(new AnswerHeader("201", "ETag", "The webhook's version, for If-Match."))
            .TakesNoIdempotencyKey("its answer holds a secret, which can be read nowhere else");
        group.MapGet("/{id:guid}", Get).WithName("GetWebhook");
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceWebhook").Validate<WebhookRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchWebhook").RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("DeleteWebhook").RequireIfMatchOrAny().MayAnswer(409);
        group.MapWebhookActions();
    }

    /// <summary>List webhooks, newest first</summary>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorWebhook>>> List(
        int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        const string list = "editorial/webhooks";
        var most = Paging.Limit(limit);
        var rows = await db.Webhooks.NewestFirst(cursors.Read(list, after), most).ProjectTo<EditorWebhook>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, webhook => cursors.Make(list, "", webhook.Id)));
    }

    /// <summary>Create a webhook</summary>
    /// <remarks>
    /// Its secret is in the answer, this once, and cannot be read again. Each event is posted as JSON with the headers of
    /// [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id` (`evt_...`, the same at every attempt and replay), `webhook-timestamp` and
    /// `webhook-signature` (`v1,` and the Base64 of the HMAC-SHA256 of `{id}.{timestamp}.{body}`; several, with spaces between them, while a rotated secret still
    /// signs). The body:
    ///
    ///     { "type": "article.published", "timestamp": "2026-05-04T09:30:00.000000Z", "kind": "article", "id": "...", "version": 3, "data": { ... } }
    ///
    /// `timestamp` is when it happened; `kind`, `id` and `version` name the article, author, source or tag; `data` is what `GET /api/v1/articles/{id}` answers at the
    /// moment of sending (of `authors`, `sources` and `tags` without `articleCount`). `null` means that it is to be removed: `type` is then `article.withdrawn`, also for what may not
    /// be passed on, or `deleted`, whatever had happened to it before. So no late event brings back what is gone.
    ///
    /// Answer 2xx within 10 seconds. Anything else is tried again, over three days: redirects are not followed, `Retry-After` is heeded, and 410 disables the
    /// webhook. An event may come twice; of one article (author, source, tag) the next comes when the one before was taken or given up, others meanwhile.
    /// </remarks>
    private static async Task<Results<Created<NewWebhook>, ProblemHttpResult>> Create(
        WebhookRequest request, SaveWebhook save, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var (made, problem) = await save.Create(id, request, cancel);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        http.Response.SetEntityTag(made!.Webhook.Version);
        return TypedResults.Created($"/api/v1/editorial/webhooks/{id}", made);
    }

    /// <summary>Get a webhook, without its secrets</summary>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Ok<EditorWebhook>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel) =>
        Answer(new Written<EditorWebhook>(null,
            await db.Webhooks.Where(webhook => webhook.Id == id).ProjectTo<EditorWebhook>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel)), http);

    /// <summary>Replace a webhook</summary>
    /// <remarks>
    /// Every member that is left out becomes null, but for `enabled`, which becomes true. The secrets stay. To enable it, or give it another address, makes what
    /// waits be tried at once.
    /// </remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Ok<EditorWebhook>, ProblemHttpResult>> Replace(
        Guid id, WebhookRequest request, Precondition precondition, SaveWebhook save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, _ => request, precondition, http, cancel), http);

    /// <summary>Change members of a webhook</summary>
    /// <remarks>
    /// JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole. `{ "enabled": true }` brings back one that the service
    /// has disabled.
    /// </remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<Ok<EditorWebhook>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<WebhookRequest> patch, Precondition precondition, SaveWebhook save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, patch.ApplyTo, precondition, http, cancel), http);

    /// <summary>Delete a webhook</summary>
    /// <remarks>With its secrets, what waits for it, and its delivery log. A request that is under way may still arrive.</remarks>
    /// <param name="id">The webhook's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, SaveWebhook save, HttpContext http, CancellationToken cancel) =>
        await save.Delete(id, precondition, http, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();

    private static Results<Ok<EditorWebhook>, ProblemHttpResult> Answer(Written<EditorWebhook> written, HttpContext http) => written.ToResult(SaveWebhook.NotFound, http);
}
