using System.Buffers;
using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Import;

internal static class ImportEndpoints
{
    private const string NinjsLines = "application/ninjs+json";

    public static void MapImport(this RouteGroupBuilder editorial) =>
        editorial.MapPost("/import", Import).WithName("ImportArticles").WithTags("Import and export").RequireRole(Role.Editor)
            .WithMetadata(new AcceptedBody(typeof(UpsertRequest), [Ndjson.ContentType, NinjsLines], IsOptional: false))
            .Produces<IImportAnswer>(StatusCodes.Status200OK, Ndjson.ContentType)
            .TakesNoIdempotencyKey("its answer is a stream, and what is here already is found unchanged")
            .MayAnswer(409, 422);

    /// <summary>Import articles, and the authors, sources and tags that they name</summary>
    /// <remarks>
    /// A line of JSON for each article, as `PUT sources/{idOrSlug}/articles` takes it, with `source` and `externalId`; the answer has a line
    /// for each, in their order, as soon as what it says is durable. A line that is refused says why, and stops no other. Sent again, what is here
    /// already is `unchanged`: an import that broke off is sent again whole.
    ///
    /// Lines of authors, sources and tags stand before the articles that name them, as `{"type":"author","data":{...}}`, and are found again by
    /// their slug (or by name, without one); articles may be written so, too. In ninjs, `uri` is the external id, `canceled` and `withheld`
    /// withdraw what is live, and problems name the members of the article that it would have become.
    ///
    /// There is no bound to how many lines are sent, but to how long one is. Read the answer while you send: who does not is made to wait, and
    /// then given up.
    ///
    /// With `mode=restore` (role: admin) the lines are those of an export, all of them, and turn an installation without content back into what was
    /// exported; no other parameter is taken. It answers what was not taken, how far it is, and last whether it is `complete`. Until it is, it can be
    /// sent again: what is there stays, what is not is added.
    /// </remarks>
    /// <param name="mode">`restore` for an export; `articles` if left out.</param>
    /// <param name="format">What the lines are written in; left out: `ninjs` where the content type says so, else `native`.</param>
    /// <param name="source">The source, by slug, id or name, of articles that name none; of ninjs, of all items.</param>
    /// <param name="publish">True publishes what can be published, each article in the transaction that saves it; one that cannot be is refused.</param>
    /// <param name="overwrite">True puts what is sent in the place of what a person has edited or withdrawn.</param>
    /// <param name="onConflict">What becomes of what is here already and differs; `update` if left out.</param>
    /// <param name="create">Which records are made when none has the name: `authors`, `tags`, `sources`, with commas between; none if left out.</param>
    /// <param name="dryRun">True tries everything and keeps nothing: each line by what is there, so not by what lines of articles before it would have made.</param>
    private static async Task Import(
        QueryEnum<ImportMode>? mode, QueryEnum<ImportFormat>? format, string? source, bool? publish, bool? overwrite, QueryEnum<OnConflict>? onConflict, string? create, bool? dryRun,
        ImportRun import, Restore restore, CacheEviction eviction, Actor actor, HttpContext http)
    {
        var cancel = http.RequestAborted;
        if (mode is { Value: ImportMode.Restore })
        {
            var answer = http.Request.Query.Count > 1
                ? Problems.BadParameter("mode", "is the only parameter of a restore").ToResult()
                : await RestoreAnswers.Answer(restore, eviction, actor, http, cancel);
            await answer.ExecuteAsync(http);
            return;
        }
        var isNinjs = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var sent) && sent.MediaType.Equals(NinjsLines, StringComparison.OrdinalIgnoreCase);
        var options = new ImportOptions(format?.Value ?? (isNinjs ? ImportFormat.Ninjs : ImportFormat.Native), source, new UpsertOptions
        {
            Publish = publish == true,
            Overwrite = overwrite == true,
            OnConflict = onConflict?.Value ?? OnConflict.Update,
            Create = Creatable.Read(create),
            DryRun = dryRun == true,
            Pretended = dryRun == true ? new Pretended() : null,
        });
        http.TakeWithoutBound();
        http.Response.ContentType = Ndjson.ContentType;
        http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await http.Response.StartAsync(cancel);
        try
        {
            await foreach (var results in import.Run(http.Request.BodyReader, options, (0, 0), cancel))
            {
                foreach (var line in results)
                {
                    http.Response.BodyWriter.Write(JsonSerializer.SerializeToUtf8Bytes(line.Result, Json.Options));
                    http.Response.BodyWriter.Write("\n"u8);
                }
                await http.Response.BodyWriter.FlushAsync(cancel);
            }
        }
        catch (Exception failure) when (ProblemHandling.IsDatabaseAway(failure))
        {
            // An answer that has begun cannot say so: it breaks off, and is not mistaken for a whole one.
            http.Abort();
        }
        catch (Exception gone) when (cancel.IsCancellationRequested || gone is BadHttpRequestException)
        {
            // The sender is gone, in the middle of a line perhaps. What was answered is durable; the rest is done or not, and safe to send again.
            http.Abort();
        }
    }

    /// <summary>Lines are bounded, a stream of them is not; nor need it come without a pause.</summary>
    public static void TakeWithoutBound(this HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        http.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
    }
}
