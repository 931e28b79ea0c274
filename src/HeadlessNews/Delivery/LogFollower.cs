using System.Data;
using HeadlessNews.Data;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Where a follower of the log stands, and where the log ends.</summary>
internal sealed record LogPlace(long Position, int RenderVersion, long Head);

/// <summary>
/// Follows the log from a position kept in the database (<c>log.readers</c>), on one node at a time: a stop in the middle repeats a step at
/// most and skips none.
/// </summary>
internal abstract partial class LogFollower(string name, Databases databases, LogHint hint, TimeProvider clock, ILogger logger) : BackgroundService
{
    /// <summary>How many rows of the log one look covers.</summary>
    protected const int Window = 1_000;

    /// <summary>News comes in company, at a busy desk or out of an import: what comes within this is followed together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    protected TimeProvider Clock => clock;

    /// <summary>Whether what happened before it first looked is none of its business.</summary>
    protected virtual bool StartsAtTheEnd => false;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var worked = await Step(stoppingToken);
                if (!worked)
                {
                    await hint.Wait(stoppingToken);
                    await Task.Delay(Gathering, clock, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Broken off, in whatever way a connection says so: a stop is no fault, and the step is begun again by whoever follows next.
                return;
            }
            catch (Exception failure)
            {
                // Whatever it was must not end the service. The position has not moved: the same step is tried again, and said again.
                if (failure is NpgsqlException and not PostgresException)
                {
                    Log.DatabaseAway(logger, name, failure.Message);
                }
                else
                {
                    Log.Failed(logger, failure, name);
                }
                await Task.Delay(TimeSpan.FromSeconds(2), clock, stoppingToken);
            }
        }
    }

    /// <summary>One step, taken by one node. False when there was nothing to do.</summary>
    protected abstract Task<bool> Follow(NpgsqlConnection turn, LogPlace place, CancellationToken cancel);

    /// <summary>False when there was nothing to do, or another node is at it.</summary>
    private async Task<bool> Step(CancellationToken cancel)
    {
        // A session lock on a connection of its own: it goes with the connection, whatever happens to this process.
        await using var turn = await databases.Editorial.OpenConnectionAsync(cancel);
        if (!(bool)(await Ask(turn, "SELECT pg_try_advisory_lock(hashtext($1))", cancel))!)
        {
            return false;
        }
        try
        {
            return await Follow(turn, await ReadPlace(turn, cancel), cancel);
        }
        finally
        {
            // With a broken connection the lock is gone already; asking for it back would hide what broke it.
            if (turn.State == ConnectionState.Open)
            {
                await Ask(turn, "SELECT pg_advisory_unlock(hashtext($1))", CancellationToken.None);
            }
        }
    }

    private async Task<object?> Ask(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.Statement(sql, [name]);
        return await command.ExecuteScalarAsync(cancel);
    }

    private async Task<LogPlace> ReadPlace(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using (var command = connection.Statement(
            "SELECT reader.position, reader.render_version, head.position FROM log.readers AS reader CROSS JOIN log.head AS head WHERE reader.name = $1", [name]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                return new LogPlace(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2));
            }
        }
        await connection.Execute("INSERT INTO log.readers (name, position) SELECT $1, CASE WHEN $2 THEN position ELSE 0 END FROM log.head", [name, StartsAtTheEnd], cancel);
        return new LogPlace(0, 0, 0);
    }

    /// <summary>Where this reader is, for whoever wants to see it in <c>log.readers</c>.</summary>
    protected Task Progress(
        NpgsqlConnection connection, CancellationToken cancel, long? position = null, int? renderVersion = null, string? workingOn = null, int done = 0, int of = 0) =>
        connection.Execute(
            """
            UPDATE log.readers
            SET position = coalesce($2, position), render_version = coalesce($3, render_version),
                working_on = $4, done = $5, of_total = $6, updated_at = now()
            WHERE name = $1
            """,
            [
                name, new NpgsqlParameter<long?> { TypedValue = position }, new NpgsqlParameter<int?> { TypedValue = renderVersion },
                new NpgsqlParameter<string?> { TypedValue = workingOn }, done, of,
            ],
            cancel);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The log's reader {Reader} waits for the database: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reader, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The log's reader {Reader} failed and will try again")]
        public static partial void Failed(ILogger logger, Exception failure, string reader);
    }
}
