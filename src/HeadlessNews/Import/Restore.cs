using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HeadlessNews.Import;

/// <summary>
/// Turns an export back into content: lines in, results out. What it holds at a time is a batch, or one article with all its revisions. It
/// may be broken off at any moment and run again, with the same lines or with mended ones: what is there is left alone, what is not is
/// added. No transaction is open while lines are waited for.
/// </summary>
internal sealed class Restore(IServiceScopeFactory scopes, Databases databases)
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
        var run = new RestoreRun(scopes, mark, actor, export, cancel);
        var problem = await run.ReadHeader();
        if (problem is null)
        {
            await mark.Begin(actor, cancel);
            return (run, null);
        }
        await run.DisposeAsync();
        return (null, problem);
    }
}

/// <summary>One restore under way. Disposed before its results are all taken, it is broken off.</summary>
internal sealed class RestoreRun : IAsyncDisposable
{
    private const int MostOfABatch = 200;
    private const int MostBytesOfABatch = 4_000_000;

    /// <summary>While one batch waits for its turn in PostgreSQL, others are written up to there.</summary>
    private const int Lanes = 3;

    private readonly IServiceScopeFactory scopes;
    private readonly RestoreMark mark;
    private readonly Actor actor;
    private readonly AsyncServiceScope scope;
    private readonly IAsyncEnumerator<RestoreLine> lines;
    private readonly CancellationTokenSource stop;
    private readonly Dictionary<Type, long> seen = [];
    private long restored;
    private long unchanged;
    private long kept;
    private long refused;
    private long last = 1;
    private bool isOver;

    public RestoreRun(IServiceScopeFactory scopes, RestoreMark mark, Actor actor, Stream export, CancellationToken cancel)
    {
        (this.scopes, this.mark, this.actor) = (scopes, mark, actor);
        scope = scopes.CreateAsyncScope();
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lines = new RestoreLines(scope.ServiceProvider).Read(export, stop.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    private RestoreCounts Counts => new() { Restored = restored, Unchanged = unchanged, Kept = kept, Refused = refused };

    public async Task<ProblemDetails?> ReadHeader() =>
        !await lines.MoveNextAsync() ? Problems.NotAnExport("It is empty.")
        : lines.Current is not { Line: ExportHeader header, Problem: null } ? Problems.NotAnExport("Its first line is not `export`.")
        : header.Version != ExportContent.Version ? Problems.NotAnExport($"It is of version {header.Version}; version {ExportContent.Version} is taken here.")
        : null;

    public async IAsyncEnumerable<RestoreResult> Results([EnumeratorCancellation] CancellationToken cancel)
    {
        var batches = Channel.CreateBounded<List<RestoreGroup>>(1);
        // While some batches are in PostgreSQL, the next is read and its bodies are rendered.
        var reading = Task.Run(() => ReadBatches(batches.Writer, stop.Token), CancellationToken.None);
        var atWork = new Queue<Task<Outcome>>();
        Type? type = null;
        ExportEnd? end = null;
        ProblemDetails? failure = null;
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancel))
            {
                // What one kind of line names is there before the next kind comes.
                for (var most = batch[0].Lines[0].Type == type ? Lanes - 1 : 0; atWork.Count > most && failure is null;)
                {
                    foreach (var result in Counted(await atWork.Dequeue(), out failure))
                    {
                        yield return result;
                    }
                }
                if (failure is not null)
                {
                    break;
                }
                type = batch[0].Lines[0].Type;
                atWork.Enqueue(TryTake(batch, cancel));
                end = batch[0].Head as ExportEnd;
                if (end is not null)
                {
                    break;
                }
            }
            while (atWork.Count > 0 && failure is null)
            {
                foreach (var result in Counted(await atWork.Dequeue(), out failure))
                {
                    yield return result;
                }
            }
            yield return failure is null ? await TryFinish(end, cancel) : Result(RestoreStatus.Incomplete, failure);
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            await Task.WhenAll(atWork).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>As often as one likes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isOver)
        {
            isOver = true;
            await lines.DisposeAsync();
            await scope.DisposeAsync();
            await mark.DisposeAsync();
            stop.Dispose();
        }
    }

    private async Task ReadBatches(ChannelWriter<List<RestoreGroup>> batches, CancellationToken cancel)
    {
        try
        {
            var batch = new List<RestoreGroup>();
            var bytes = 0L;
            await foreach (var group in RestoreGroup.Gather(Remaining(), cancel))
            {
                if (batch.Count > 0 && (batch.Count == MostOfABatch || bytes > MostBytesOfABatch || batch[0].Lines[0].Type != group.Lines[0].Type))
                {
                    await batches.WriteAsync(batch, cancel);
                    (batch, bytes) = ([], 0);
                }
                batch.Add(group);
                bytes += group.Lines.Sum(line => (long)line.Length);
            }
            if (batch.Count > 0)
            {
                await batches.WriteAsync(batch, cancel);
            }
            batches.Complete();
        }
        catch (Exception failure)
        {
            // Whoever takes the batches hears of it after the last.
            batches.Complete(failure);
        }
    }

    private async IAsyncEnumerable<RestoreLine> Remaining()
    {
        while (await lines.MoveNextAsync())
        {
            yield return lines.Current;
        }
    }

    /// <summary>In the lines' order, whatever order they were written in.</summary>
    private List<RestoreResult> Counted(Outcome outcome, out ProblemDetails? failure)
    {
        restored += outcome.Restored;
        unchanged += outcome.Unchanged;
        kept += outcome.Kept;
        refused += outcome.Refused;
        failure = outcome.Failure;
        if (failure is null)
        {
            last = outcome.Batch[^1].Lines[^1].Number;
            foreach (var line in outcome.Batch.SelectMany(group => group.Lines).Where(line => line.Type is not null))
            {
                seen[line.Type!] = seen.GetValueOrDefault(line.Type!) + 1;
            }
            if (outcome.Batch[0].Head is not ExportEnd)
            {
                outcome.Results.Add(Result(RestoreStatus.Restored, null));
            }
        }
        return outcome.Results;
    }

    /// <summary>A fault that is not the lines' own ends the run; what was committed before stays, and another run goes on from there.</summary>
    private async Task<Outcome> TryTake(List<RestoreGroup> batch, CancellationToken cancel)
    {
        var outcome = new Outcome(batch);
        try
        {
            await Take(outcome, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && ProblemHandling.IsDatabaseAway(failure))
        {
            outcome.Failure = Problems.DatabaseAway();
        }
        return outcome;
    }

    private async Task Take(Outcome outcome, CancellationToken cancel)
    {
        foreach (var group in outcome.Batch.Where(group => group.Problem is not null))
        {
            outcome.Refuse(group, group.Problem!);
        }
        var good = outcome.Batch.Where(group => group.Problem is null && group.Head is not ExportEnd).ToList();
        if (good.Count == 0)
        {
            return;
        }
        if (good[0].Head is ExportHeader)
        {
            good.ForEach(group => outcome.Refuse(group, Problems.Unrestorable("This is the first line of an export, in the middle of one.")));
            return;
        }
        var present = mark.IsFirst ? [] : await Present(good, cancel);
        foreach (var group in good.Where(present.ContainsKey))
        {
            outcome.Found(group, present[group]);
        }
        await Write([.. good.Where(group => !present.ContainsKey(group))], outcome, cancel);
    }

    private async Task<Dictionary<RestoreGroup, bool>> Present(List<RestoreGroup> groups, CancellationToken cancel)
    {
        await using var own = scopes.CreateAsyncScope();
        return await own.ServiceProvider.GetRequiredService<RestorePresent>().Of(groups, cancel);
    }

    private async Task Write(IReadOnlyList<RestoreGroup> groups, Outcome outcome, CancellationToken cancel)
    {
        if (groups.Count == 0)
        {
            return;
        }
        try
        {
            await using var own = scopes.CreateAsyncScope();
            var left = await own.ServiceProvider.GetRequiredService<RestoreWriter>().Write(groups, actor, cancel);
            outcome.Written(groups.Where(group => !left.ContainsKey(group)));
            foreach (var (group, problem) in left)
            {
                outcome.Refuse(group, problem);
            }
        }
        catch (Exception failure) when (RefusalIn(failure) is { } refusal && !ProblemHandling.IsDatabaseAway(failure))
        {
            if (groups.Count == 1)
            {
                outcome.Refuse(groups[0], Constraints.ProblemFor(refusal) ?? Problems.Unrestorable($"The database refuses it: {refusal.MessageText}."));
                return;
            }
            // One of them: each by itself.
            foreach (var group in groups)
            {
                await Write([group], outcome, cancel);
            }
        }
    }

    private async Task<RestoreResult> TryFinish(ExportEnd? end, CancellationToken cancel)
    {
        try
        {
            return end is null ? Result(RestoreStatus.Incomplete, Problems.CutOff()) : await Finish(end, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && ProblemHandling.IsDatabaseAway(failure))
        {
            return Result(RestoreStatus.Incomplete, Problems.DatabaseAway());
        }
    }

    private async Task<RestoreResult> Finish(ExportEnd end, CancellationToken cancel)
    {
        await using (var own = scopes.CreateAsyncScope())
        {
            await own.ServiceProvider.GetRequiredService<RestoreRelations>().Run(cancel);
        }
        var missing = end.Counts.FirstOrDefault(count => count.Value != seen.FirstOrDefault(type => RestoreLines.NameOf(type.Key) == count.Key).Value);
        if (missing.Key is not null)
        {
            return Result(RestoreStatus.Incomplete, Problems.NotAnExport($"Its last line counts {missing.Value} lines of the type {missing.Key}, and that is not how many came."));
        }
        if (refused > 0)
        {
            return Result(RestoreStatus.Incomplete, null);
        }
        await mark.End(cancel);
        return Result(RestoreStatus.Complete, null);
    }

    private RestoreResult Result(RestoreStatus status, ProblemDetails? problem) => new() { Line = last, Status = status, Counts = Counts, Problem = problem is null ? null : ImportProblem.Of(problem) };

    /// <summary>What became of a batch.</summary>
    private sealed class Outcome(List<RestoreGroup> batch)
    {
        public List<RestoreGroup> Batch => batch;

        public List<RestoreResult> Results { get; } = [];

        public ProblemDetails? Failure { get; set; }

        public long Restored { get; private set; }

        public long Unchanged { get; private set; }

        public long Kept { get; private set; }

        public long Refused { get; private set; }

        public void Written(IEnumerable<RestoreGroup> groups) => Restored += groups.Sum(group => (long)group.Lines.Count);

        public void Found(RestoreGroup group, bool isSame)
        {
            if (isSame)
            {
                Unchanged += group.Lines.Count;
                return;
            }
            Kept += group.Lines.Count;
            Results.Add(new RestoreResult { Line = group.Lines[0].Number, Status = RestoreStatus.Kept, Id = group.Id });
        }

        public void Refuse(RestoreGroup group, ProblemDetails problem)
        {
            Refused += group.Lines.Count;
            Results.AddRange(group.Lines.Where((line, nth) => nth == 0 || line.Problem is not null).Select(line => new RestoreResult
            {
                Line = line.Number,
                Status = RestoreStatus.Refused,
                Id = group.Id,
                Problem = ImportProblem.Of(line.Problem ?? problem),
            }));
        }
    }

    private static PostgresException? RefusalIn(Exception failure) => failure as PostgresException ?? (failure as DbUpdateException)?.InnerException as PostgresException;
}
