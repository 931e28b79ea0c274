using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>
/// Keeps this node's cache in step with the log: every public event names what it changed, and answers that show it are let go. As long as
/// the log can be read, what is cached is trusted; when it cannot, it is asked for anew, or given as stale.
/// </summary>
internal sealed partial class CacheEviction(OutputCache cache, Databases databases, LogHint hint, TimeProvider clock, ILogger<CacheEviction> logger)
    : BackgroundService
{
    private const int Window = 1_000;

    /// <summary>From the moment the log was last looked at: no node shows what is older.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(1);

    private readonly Lock waiting = new();
    private List<TaskCompletionSource> forNextLook = [];
    private long position = -1;

    /// <summary>Until all that was in the log before this call is out of the cache.</summary>
    public async Task CatchUp(CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (waiting)
        {
            forNextLook.Add(done);
        }
        hint.Tell();
        try
        {
            await done.Task.WaitAsync(Trust, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Rather nothing than something old.
            cache.Clear();
        }
    }

    /// <summary>Before the first request comes: nothing is trusted until the log has been looked at.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        cache.TrustFor(TimeSpan.Zero);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = hint.News;
            List<TaskCompletionSource> asked;
            lock (waiting)
            {
                (asked, forNextLook) = (forNextLook, []);
            }
            try
            {
                var lookedAt = clock.GetTimestamp();
                while (await Look(stoppingToken))
                {
                }
                cache.TrustFor(Trust - clock.GetElapsedTime(lookedAt));
                asked.ForEach(done => done.TrySetResult());
                await hint.Wait(news, stoppingToken);
            }
            catch (NpgsqlException away)
            {
                // Those who asked wait for their patience to end, and then clear the cache.
                Log.DatabaseAway(logger, away.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was must not end the service. What is cached is trusted no longer than the log was looked at.
                Log.Failed(logger, failure);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, stoppingToken);
            }
        }
    }

    /// <returns>True when there may be more.</returns>
    private async Task<bool> Look(CancellationToken cancel)
    {
        if (position < 0)
        {
            await using var head = databases.Following.CreateCommand("SELECT position FROM log.head");
            position = (long)(await head.ExecuteScalarAsync(cancel))!;
            // What was read before may be older than this position, and no event will say so.
            cache.Clear();
            return false;
        }
        await using var command = databases.Following.CreateCommand(
            """
            SELECT head.position, event.position, event.tags
            FROM log.head AS head
            LEFT JOIN LATERAL (
                SELECT position, tags FROM log.public_events WHERE position > $1 ORDER BY position LIMIT $2
            ) AS event ON true
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Window });
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var (read, last) = (0, position);
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                if (reader.IsDBNull(1))
                {
                    // Nothing public up to the head.
                    last = reader.GetInt64(0);
                    if (last < position)
                    {
                        // The database is another, or an older one: a restored backup.
                        cache.Clear();
                    }
                    break;
                }
                read++;
                last = reader.GetInt64(1);
                if (!reader.IsDBNull(2))
                {
                    tags.UnionWith(reader.GetFieldValue<string[]>(2));
                }
            }
        }
        if (read > 0)
        {
            cache.Evict(CacheTags.WithLists(tags));
        }
        position = last;
        return read == Window;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The cache cannot follow the log and is not trusted: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Following the log for the cache failed and is tried again: the cache is not trusted meanwhile")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

internal static class WritesShowAtOnce
{
    /// <summary>A write has answered only when this node's cache has let go of what it changed: who wrote reads what he wrote.</summary>
    public static RouteGroupBuilder ShowWritesAtOnce(this RouteGroupBuilder editorial)
    {
        editorial.AddEndpointFilter(static async (context, next) =>
        {
            var answer = await next(context);
            if (!HttpMethods.IsGet(context.HttpContext.Request.Method))
            {
                await context.HttpContext.RequestServices.GetRequiredService<CacheEviction>().CatchUp(context.HttpContext.RequestAborted);
            }
            return answer;
        });
        return editorial;
    }
}
