using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>
/// What a follower of the log cannot do waits here and is tried again, more and more seldom, so that it holds up nothing else. Only the
/// waiting is kept here: that there is something to do must stand in the database as well, where it outlives this process.
/// </summary>
internal sealed partial class PutAside(string what, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Guid, Waiting> waiting = [];

    /// <summary>Those whose time has not come.</summary>
    public Guid[] Held => [.. waiting.Where(one => !IsDue(one.Value)).Select(one => one.Key)];

    public bool Has(Guid id) => waiting.ContainsKey(id);

    /// <summary>Those to try again, the longest waiting first.</summary>
    public Guid[] Due(int most) =>
        [.. waiting.Where(one => IsDue(one.Value)).OrderBy(one => one.Value.TryAt).Take(most).Select(one => one.Key)];

    /// <summary>All together; where that fails because of what they are, each by itself.</summary>
    /// <returns>Those that failed and are put aside.</returns>
    public async Task<IReadOnlyList<Guid>> Do(Guid[] ids, Func<Guid[], Task> work, CancellationToken cancel)
    {
        if (ids.Length > 1)
        {
            try
            {
                await work(ids);
                Forget(ids);
                return [];
            }
            catch (Exception failure) when (IsOfTheirs(failure, cancel))
            {
                Log.OneByOne(logger, failure, ids.Length, what);
            }
        }
        var failed = new List<Guid>();
        foreach (var id in ids)
        {
            try
            {
                await work([id]);
                Forget([id]);
            }
            catch (Exception failure) when (IsOfTheirs(failure, cancel))
            {
                failed.Add(id);
                Put(id, failure);
            }
        }
        return failed;
    }

    /// <summary>Not the database's absence, nor anything that would have happened to others as well or passes by itself.</summary>
    public static bool IsOfTheirs(Exception failure, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return false;
        }
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PostgresException refusal:
                    // Of the connection, of a transaction that may not write, of a server that goes down or comes up.
                    return !refusal.IsTransient && refusal.SqlState[..2] is not ("08" or "25") && !refusal.SqlState.StartsWith("57P", StringComparison.Ordinal);
                case NpgsqlException or OperationCanceledException or IOException:
                    return false;
            }
        }
        return true;
    }

    private bool IsDue(Waiting one) => one.TryAt <= clock.GetUtcNow();

    private void Put(Guid id, Exception failure)
    {
        var pause = waiting.TryGetValue(id, out var before) ? before.Pause * 2 : First;
        pause = pause < Longest ? pause : Longest;
        waiting[id] = new Waiting(pause, clock.GetUtcNow() + pause);
        Log.Failed(logger, failure, id, what, pause);
    }

    private void Forget(Guid[] ids)
    {
        foreach (var id in ids)
        {
            waiting.Remove(id);
        }
    }

    private sealed record Waiting(TimeSpan Pause, DateTimeOffset TryAt);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} at once failed ({What}): each is done by itself")]
        public static partial void OneByOne(ILogger logger, Exception failure, int count, string what);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Id} failed ({What}) and is tried again in {Pause}")]
        public static partial void Failed(ILogger logger, Exception failure, Guid id, string what, TimeSpan pause);
    }
}
