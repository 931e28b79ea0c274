using System.Runtime.CompilerServices;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>One restore under way. Disposed before its results are all taken, it is broken off.</summary>
internal sealed class RestoreRun(IServiceScopeFactory scopes, RestoreMark mark, RestoreBatches batches, Actor actor) : IAsyncDisposable
{
    /// <summary>While one batch waits for its turn in PostgreSQL, others are written up to there.</summary>
    private const int Lanes = 3;

    /// <summary>What an export does not count.</summary>
    private static readonly string[] Framing = [EnumNames.Of(ExportLineType.Export), EnumNames.Of(ExportLineType.End)];

    private readonly RestoreBatch taking = new(scopes, mark, actor);
    private readonly Queue<Task<RestoreOutcome>> atWork = new();
    private readonly Dictionary<string, long> seen = [];
    private long restored;
    private long unchanged;
    private long kept;
    private long refused;
    private long last = 1;
    private ProblemDetails? failure;

    /// <summary>Once.</summary>
    public async IAsyncEnumerable<RestoreResult> Results([EnumeratorCancellation] CancellationToken cancel)
    {
        ExportLineType? type = null;
        ExportEnd? end = null;
        try
        {
            await foreach (var batch in batches.Read(cancel))
            {
                // What one kind of line names is there before the next kind comes.
                await foreach (var result in Await(batch[0].Type == type ? Lanes - 1 : 0))
                {
                    yield return result;
                }
                if (failure is not null)
                {
                    break;
                }
                type = batch[0].Type;
                atWork.Enqueue(taking.Take(batch, cancel));
                end ??= batch[0].Head as ExportEnd;
            }
            await foreach (var result in Await(0))
            {
                yield return result;
            }
            yield return failure is null ? await TryFinish(end, cancel) : Result(RestoreStatus.Incomplete, failure);
        }
        finally
        {
            // Nobody restores beside what is being written yet. How the run ended is known: what befalls these adds nothing to it.
            await Task.WhenAll(atWork.Select(Task (batch) => batch)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>As often as one likes.</summary>
    public async ValueTask DisposeAsync()
    {
        await batches.DisposeAsync();
        await mark.DisposeAsync();
    }

    /// <summary>In the lines' order, whatever order they are written in; until a failure, or no more than so many are at work.</summary>
    private async IAsyncEnumerable<RestoreResult> Await(int most)
    {
        while (atWork.Count > most && failure is null)
        {
            var outcome = await atWork.Dequeue();
            Count(outcome);
            foreach (var result in outcome.Results)
            {
                yield return result;
            }
            if (failure is null && outcome.Batch[0].Head is not ExportEnd)
            {
                yield return Result(RestoreStatus.Restored, null);
            }
        }
    }

    private void Count(RestoreOutcome outcome)
    {
        restored += outcome.Restored;
        unchanged += outcome.Unchanged;
        kept += outcome.Kept;
        refused += outcome.Refused;
        failure = outcome.Failure;
        if (failure is not null)
        {
            return;
        }
        last = outcome.Batch[^1].Lines[^1].Number;
        foreach (var type in outcome.Batch.SelectMany(group => group.Lines).Select(line => line.Type).OfType<ExportLineType>())
        {
            seen[EnumNames.Of(type)] = seen.GetValueOrDefault(EnumNames.Of(type)) + 1;
        }
    }

    private async Task<RestoreResult> TryFinish(ExportEnd? end, CancellationToken cancel)
    {
        try
        {
            return end is null ? Result(RestoreStatus.Incomplete, Problems.CutOff()) : await Finish(end, cancel);
        }
        catch (Exception away) when (!cancel.IsCancellationRequested && ProblemHandling.IsDatabaseAway(away))
        {
            return Result(RestoreStatus.Incomplete, Problems.DatabaseAway());
        }
    }

    private async Task<RestoreResult> Finish(ExportEnd end, CancellationToken cancel)
    {
        await using (var own = scopes.CreateAsyncScope())
        {
            await own.ServiceProvider.GetRequiredService<RestoreRelations>().Run(cancel);
            await WordIndexes.Enter(own.ServiceProvider.GetRequiredService<Databases>().Editorial, cancel);
        }
        var miscounted = end.Counts.Keys.Union(seen.Keys).Except(Framing).FirstOrDefault(type => end.Counts.GetValueOrDefault(type) != seen.GetValueOrDefault(type));
        if (miscounted is not null)
        {
            return Result(RestoreStatus.Incomplete, Problems.NotAnExport(
                $"Its last line counts {end.Counts.GetValueOrDefault(miscounted)} lines of the type {miscounted}, and that is not how many came."));
        }
        if (refused > 0)
        {
            return Result(RestoreStatus.Incomplete, null);
        }
        await mark.End(cancel);
        return Result(RestoreStatus.Complete, null);
    }

    private RestoreResult Result(RestoreStatus status, ProblemDetails? problem) => new()
    {
        Line = last,
        Status = status,
        Counts = new RestoreCounts { Restored = restored, Unchanged = unchanged, Kept = kept, Refused = refused },
        Problem = problem is null ? null : ImportProblem.Of(problem),
    };
}
