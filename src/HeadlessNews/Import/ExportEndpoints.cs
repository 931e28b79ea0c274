using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Import;

internal static class ExportEndpoints
{
    public static void MapExport(this RouteGroupBuilder editorial) =>
        editorial.MapGet("/export", Export).WithName("ExportContent").WithTags("Import and export").RequireRole(Role.Editor)
            .Produces<IExportLine>(StatusCodes.Status200OK, Ndjson.ContentType)
            .WithMetadata(new Meaning(503, "The database cannot be reached, or too many exports are being made.", Problems.ExportsBusy));

    /// <summary>Export all content</summary>
    /// <remarks>
    /// One line of JSON after the other (NDJSON), from one moment, whatever is saved meanwhile: everything that a restore on an empty
    /// installation turns back into the same content. The last line is `end`: a file without it was cut off. The same content makes the
    /// same bytes. Authors' e-mail addresses and internal notes are in it. Not in it: keys, webhooks and preview links, which open
    /// something and are made anew; and the log, which tells what happened here.
    /// </remarks>
    private static async Task<PushStreamHttpResult> Export(Exports exports, HttpContext http, CancellationToken cancel)
    {
        if (http.WasHead())
        {
            return Answer(_ => Task.CompletedTask);
        }
        var export = await exports.Begin(cancel);
        http.Response.RegisterForDisposeAsync(export);
        return Answer(body => export.CopyTo(body, http.RequestAborted));
    }

    private static PushStreamHttpResult Answer(Func<Stream, Task> write) => TypedResults.Stream(write, Ndjson.ContentType, "headlessnews.ndjson");
}
