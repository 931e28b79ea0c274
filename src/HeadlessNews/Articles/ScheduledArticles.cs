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

    /// <summary>How often in a row the database may go away over the same work before the work is suspected.</summary>
    private const int MostLosses = 3;

    private int losses;

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
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
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
        const string why = "It failed unexpectedly; the service's log has more.";
        var withdrawn = await All((due, only) => due.Withdraw(only, cancel), (due, id) => due.Hold(id, ScheduledAction.Withdraw, why, cancel), cancel);
        var ended = await All((due, only) => due.EndSyndication(only, cancel), (due, id) => due.Hold(id, ScheduledAction.EndSyndication, why, cancel), cancel);
        var published = await All((due, only) => due.Publish(only, cancel), (due, id) => due.Postpone(id, why, cancel), cancel);
        return withdrawn + ended + published > 0;
    }

    /// <summary>One batch; when it fails, each of it alone, so that the one that cannot be done does not keep the others from their time.</summary>
    private async Task<int> All(
        Func<DueArticles, IReadOnlyList<Guid>?, Task<int>> step, Func<DueArticles, Guid, Task> setAside, CancellationToken cancel)
    {
        var (done, failed) = await Try(step, null, cancel);
        foreach (var id in failed)
        {
            var (one, again) = await Try(step, [id], cancel);
            done += one;
            if (again.Count > 0)
            {
                await using var scope = scopes.CreateAsyncScope();
                await setAside(scope.ServiceProvider.GetRequiredService<DueArticles>(), id);
            }
        }
        return done;
    }

    /// <returns>How many were done, and which were not because one of them failed.</returns>
    private async Task<(int Done, IReadOnlyList<Guid> Failed)> Try(
        Func<DueArticles, IReadOnlyList<Guid>?, Task<int>> step, IReadOnlyList<Guid>? only, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var due = scope.ServiceProvider.GetRequiredService<DueArticles>();
        try
        {
            var done = await step(due, only);
            losses = 0;
            return (done, []);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && due.Claimed.Count > 0 && (!IsAway(failure) || ++losses >= MostLosses))
        {
            Log.NotDone(logger, failure, due.Claimed.Count);
            return (0, due.Claimed);
        }
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
