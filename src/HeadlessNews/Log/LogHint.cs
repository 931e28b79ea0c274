using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Log;

/// <summary>
/// Wakes the log's followers. PostgreSQL's NOTIFY is only a hint (it needs a session of its own and is lost with it), so a follower
/// also looks by itself every half second.
/// </summary>
internal sealed partial class LogHint(Databases databases, TimeProvider clock, ILogger<LogHint> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<LogHint>();
        services.AddHostedService(provider => provider.GetRequiredService<LogHint>());
    }

    /// <summary>Ends with the next news. Taken before looking at the log, none is missed.</summary>
    public Task News => Volatile.Read(ref news).Task;

    /// <summary>Until there is news, or half a second has passed.</summary>
    public Task Wait(CancellationToken cancel) => Wait(News, cancel);

    /// <summary>Until there has been news since <paramref name="since"/> was taken, or half a second has passed.</summary>
    public async Task Wait(Task since, CancellationToken cancel)
    {
        try
        {
            await since.WaitAsync(Poll, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Time to look, hint or no hint.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await databases.Editorial.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, _) => Tell();
                await using (var listen = new NpgsqlCommand($"LISTEN {ChangeLog.Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }
                while (true)
                {
                    await connection.WaitAsync(stoppingToken);
                }
            }
            catch (NpgsqlException lost)
            {
                Log.Lost(logger, lost.Message);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was must not end the service, which does without hints.
                Log.Failed(logger, failure);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, stoppingToken);
            }
        }
    }

    /// <summary>There may be news: for those on this node, without waiting for the database to say so.</summary>
    public void Tell() =>
        Interlocked.Exchange(ref news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No notifications from the log for now, followers poll: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Listening for the log's notifications failed and is tried again; followers poll")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
