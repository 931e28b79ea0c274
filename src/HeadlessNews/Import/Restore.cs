using HeadlessNews.Access;
using HeadlessNews.Data;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>
/// Turns an export back into content: lines in, results out. What it holds at a time is a few batches, or one article with all its
/// revisions. It may be broken off at any moment and run again, with the same lines or with mended ones: what is there is left alone, what
/// is not is added. No transaction is open while lines are waited for.
/// </summary>
internal sealed class Restore(IServiceProvider services, IServiceScopeFactory scopes, Databases databases)
{
    /// <summary>The run that may begin, or why none may.</summary>
    /// <param name="export">Its first line is read here.</param>
    /// <param name="actor">Who restores.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task<(RestoreRun? Run, ProblemDetails? Problem)> Begin(Stream export, Actor actor, CancellationToken cancel)
    {
        var (mark, refusal) = await RestoreMark.Take(databases, cancel);
        if (mark is null)
        {
            return (null, refusal);
        }
        var batches = new RestoreBatches(new RestoreLines(services), export, cancel);
        var run = new RestoreRun(scopes, mark, batches, actor);
        try
        {
            var problem = await batches.ReadHeader();
            if (problem is null)
            {
                await mark.Begin(actor, cancel);
                return (run, null);
            }
            await run.DisposeAsync();
            return (null, problem);
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }
}
