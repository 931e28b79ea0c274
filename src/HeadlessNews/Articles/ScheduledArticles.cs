using System.Data.Common;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Articles;

/// <summary>
/// Does what falls due, at its time: publications, expiries, ends of clearances. Every node runs it, and they share the work. It sleeps
/// until the next due time, half a second at most, so that what another node schedules is not missed; after an outage it begins with
/// what is overdue.
/// </summary>
internal sealed partial class ScheduledArticles(IServiceScopeFactory scopes, LogHint hint, TimeProvider clock, ILogger<ScheduledArticles> logger)
    : BackgroundService
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Penalty = TimeSpan.FromMinutes(1);

    /// <summary>What could not be taken back although it was due, and when to try again (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    private readonly Dictionary<Guid, long> held = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var next = await Do(due => due.UntilNext(stoppingToken));
                if (next is null || next > TimeSpan.Zero)
                {
                    await Sleep(next, stoppingToken);
                }
                else if (!await Step(stoppingToken))
                {
                    // Due, and in another's hands: an editor's or another node's.
                    await Task.Delay(Breath, clock, stoppingToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Whatever it was must not end the service: a schedule that silently stopped is what nobody forgives.
                if (IsAway(failure))
                {
                    Log.DatabaseAway(logger, failure.GetBaseException().Message);
                }
                else
                {
                    Log.Failed(logger, failure);
                }
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    /// <summary>Taking back comes first: that something is read too late is worse than that it is read too early.</summary>
    private async Task<bool> Step(CancellationToken cancel)
    {
        var except = Held();
        var withdrawn = await All((due, most) => due.Withdraw(most, except, cancel), Hold);
        var ended = await All((due, most) => due.EndSyndication(most, except, cancel), Hold);
        var published = await All((due, most) => due.Publish(most, cancel), (id, why) => Do(async due =>
        {
            await due.Postpone(id, why, cancel);
            return true;
        }));
        return withdrawn + ended + published > 0;
    }

    /// <summary>
    /// One batch; when it fails, one by one, so that the one that cannot be done does not keep the others from their time.
    /// </summary>
    private async Task<int> All(Func<DueArticles, int, Task<int>> step, Func<Guid, string, Task> setAside)
    {
        for (var most = DueArticles.Batch; ; most = 1)
        {
            await using var scope = scopes.CreateAsyncScope();
            var due = scope.ServiceProvider.GetRequiredService<DueArticles>();
            try
            {
                return await step(due, most);
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !IsAway(failure) && due.Claimed.Count > 0)
            {
                Log.NotDone(logger, failure, due.Claimed.Count);
                if (due.Claimed is [var one])
                {
                    await setAside(one, "It failed unexpectedly; the service's log has more.");
                    return 1;
                }
            }
        }
    }

    private Task Hold(Guid id, string why)
    {
        held[id] = clock.GetTimestamp() + (long)(Penalty.TotalSeconds * clock.TimestampFrequency);
        return Task.CompletedTask;
    }

    private Guid[] Held()
    {
        foreach (var (id, until) in held.ToList())
        {
            if (until <= clock.GetTimestamp())
            {
                held.Remove(id);
            }
        }
        return [.. held.Keys];
    }

    private async Task Sleep(TimeSpan? next, CancellationToken cancel)
    {
        if (next is null || next > Poll)
        {
            await hint.Wait(cancel);
        }
        else
        {
            await Task.Delay(next.Value + TimeSpan.FromMilliseconds(1), clock, cancel);
        }
    }

    private async Task<T> Do<T>(Func<DueArticles, Task<T>> ask)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<DueArticles>());
    }

    /// <summary>A database that went away, or two writers who had to be parted: the same again in a moment is the cure.</summary>
    private static bool IsAway(Exception failure) =>
        failure is NpgsqlException { IsTransient: true } or DbException { IsTransient: true } || (failure.InnerException is { } inner && IsAway(inner));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What is due waits for the database: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Count} due articles could not be done")]
        public static partial void NotDone(ILogger logger, Exception failure, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The schedule failed and will be tried again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
