using HeadlessNews.Data;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Follows the log and queues what webhooks ask for: a row for each event and receiver, in the transaction that moves the reader's position,
/// so that a stop at any moment queues nothing twice and skips nothing. Every node tries; one at a time does it.
/// </summary>
internal sealed partial class QueueDeliveries(Databases databases, LogHint hint, DeliveryHint deliveries, TimeProvider clock, ILogger<QueueDeliveries> logger)
    : BackgroundService
{
    /// <summary>How many rows of the log one step covers: receivers' queues are locked for as long as it takes to write theirs.</summary>
    private const int Window = 200;

    private const string Place =
        """
        SELECT reader.position, head.position
        FROM log.readers AS reader CROSS JOIN log.head AS head
        WHERE reader.name = 'webhooks'
          AND (reader.position < head.position OR EXISTS (SELECT FROM webhooks.endpoints WHERE replay_next IS NOT NULL))
        FOR UPDATE OF reader SKIP LOCKED
        """;

    public const string LockQueues = "SELECT FROM webhooks.endpoints ORDER BY webhook_id FOR UPDATE";

    /// <summary>$1 and $2 the stretch of the log. The first in its line is due at once; what comes after it waits for it.</summary>
    private const string Queue =
        $"""
        INSERT INTO webhooks.deliveries (
            webhook_id, id, position, at, type, logged_as, resource_kind, resource_id, version, state, queued_at, due_at)
        SELECT webhook_id, id, position, at, told_as, type, resource_kind, resource_id, version, 'waiting', now(),
               CASE WHEN nth = 1 AND NOT EXISTS (
                   SELECT FROM webhooks.deliveries AS before
                   WHERE before.webhook_id = news.webhook_id AND before.resource_id = news.resource_id AND before.state = 'waiting') THEN now() END
        FROM (
            SELECT endpoint.webhook_id, told.*, row_number() OVER (PARTITION BY endpoint.webhook_id, told.resource_id ORDER BY told.position) AS nth
            FROM (
                SELECT position, id, at, type, resource_kind, resource_id, version, {WebhookEvents.TypeOf} AS told_as
                FROM log.public_events
                WHERE position > $1 AND position <= $2
            ) AS told
            JOIN editorial.webhooks AS webhook
                ON webhook.enabled AND (webhook.events && ARRAY ['*', told.resource_kind || '.*', told.told_as])
            JOIN webhooks.endpoints AS endpoint ON endpoint.webhook_id = webhook.id AND endpoint.from_position < told.position
            WHERE told.told_as IS NOT NULL
        ) AS news
        ON CONFLICT (webhook_id, id) DO NOTHING
        """;

    private const string Move = "UPDATE log.readers SET position = $1, updated_at = now() WHERE name = 'webhooks'";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = hint.News;
            try
            {
                if (!await Step(stoppingToken))
                {
                    await hint.Wait(news, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Whatever it was must not end the service. The position has not moved: the same step is tried again.
                if (failure is NpgsqlException and not PostgresException)
                {
                    Log.DatabaseAway(logger, failure.Message);
                }
                else
                {
                    Log.Failed(logger, failure);
                }
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
    }

    /// <returns>False when there is nothing to do, or another node is at it.</returns>
    private async Task<bool> Step(CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        long position, head;
        await using (var place = connection.Statement(Place, []))
        {
            await using var reader = await place.ExecuteReaderAsync(cancel);
            if (!await reader.ReadAsync(cancel))
            {
                return false;
            }
            (position, head) = (reader.GetInt64(0), reader.GetInt64(1));
        }
        await connection.Execute(LockQueues, [], cancel);
        await Replay.Step(connection, Window, cancel);
        if (position < head)
        {
            var end = Math.Min(head, position + Window);
            await connection.Execute(Queue, [position, end], cancel);
            await connection.Execute(Move, [end], cancel);
        }
        await transaction.CommitAsync(cancel);
        deliveries.Tell();
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Queueing for webhooks waits for the database: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Queueing for webhooks failed and is tried again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
