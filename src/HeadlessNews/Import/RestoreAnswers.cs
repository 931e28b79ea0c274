using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Delivery;
using HeadlessNews.Http;

namespace HeadlessNews.Import;

internal static class RestoreAnswers
{
    /// <summary>Restores what comes in the body: the way of <c>import?mode=restore</c>, whose route demands an editor's role.</summary>
    public static async Task<IResult> Answer(Restore restore, CacheEviction eviction, Actor actor, HttpContext http, CancellationToken cancel)
    {
        if (actor.Role < Role.Admin)
        {
            return Problems.Forbidden("The role admin is needed to restore.").ToResult();
        }
        http.TakeWithoutBound();
        var (run, problem) = await restore.Begin(http.Request.Body, actor, cancel);
        if (run is null)
        {
            return problem!.ToResult();
        }
        http.Response.RegisterForDisposeAsync(run);
        return TypedResults.Stream(body => Write(run, eviction, body, cancel), Ndjson.ContentType);
    }

    private static async Task Write(RestoreRun run, CacheEviction eviction, Stream body, CancellationToken cancel)
    {
        RestoreResult? last = null;
        await foreach (var result in run.Results(cancel))
        {
            if (last is not null)
            {
                await Write(last, body, cancel);
            }
            last = result;
        }
        // Who has read the last result reads what it brought, and may begin another run.
        await run.DisposeAsync();
        await eviction.CatchUp(cancel);
        await Write(last!, body, cancel);
    }

    private static async Task Write(RestoreResult result, Stream body, CancellationToken cancel)
    {
        await body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(result, Json.Options), (byte)'\n'], cancel);
        await body.FlushAsync(cancel);
    }
}
