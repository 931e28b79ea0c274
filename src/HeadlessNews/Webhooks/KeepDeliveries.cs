using HeadlessNews.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Once a minute: gives up what has waited too long for a receiver that is dead or disabled, and takes away what is old or has lost its webhook, and secrets that sign no more. In bits, so that
/// nobody waits for it; on one node at a time.
/// </summary>
internal sealed partial class KeepDeliveries(Databases databases, IOptions<WebhookSettings> options, TimeProvider clock, ILogger<KeepDeliveries> logger)
    : BackgroundService
{
    private const int Bit = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// $1 the patience, $2 failures before probing, $3 how many. One that comes to the head of its line is tried in any case where the receiver is known to
    /// take anything; here, it is known not to.
    /// </summary>
    private const string GiveUp =
        """
        UPDATE webhooks.deliveries AS delivery
        SET state = 'failed', due_at = NULL, finished_at = now()
        FROM (
            SELECT old.webhook_id, old.id
            FROM webhooks.endpoints AS endpoint
            JOIN editorial.webhooks AS webhook ON webhook.id = endpoint.webhook_id
            CROSS JOIN LATERAL (
                SELECT webhook_id, id FROM webhooks.deliveries
                WHERE webhook_id = endpoint.webhook_id AND due_at IS NOT NULL AND lease IS NULL AND queued_at < now() - $1
                LIMIT $3
            ) AS old
            WHERE endpoint.failures >= $2 OR NOT webhook.enabled
            LIMIT $3
        ) AS given
        WHERE (delivery.webhook_id, delivery.id) = (given.webhook_id, given.id)
        RETURNING delivery.webhook_id, delivery.resource_id
        """;

    /// <summary>$1 how long they are kept, $2 how many.</summary>
    private const string TakeAwayOld =
        """
        WITH past AS (
            SELECT position FROM log.events WHERE at < now() - $1 ORDER BY at DESC, position DESC LIMIT 1
        ),
        old AS (
            SELECT ended.webhook_id, ended.id
            FROM editorial.webhooks AS webhook
            CROSS JOIN LATERAL (
                SELECT webhook_id, id FROM webhooks.deliveries
                WHERE webhook_id = webhook.id AND position <= (SELECT position FROM past) AND finished_at < now() - $1
                ORDER BY position
                LIMIT $2
            ) AS ended
            LIMIT $2
        ),
        attempts AS (
            DELETE FROM webhooks.attempts AS attempt USING old WHERE (attempt.webhook_id, attempt.delivery_id) = (old.webhook_id, old.id)
        )
        DELETE FROM webhooks.deliveries AS delivery USING old WHERE (delivery.webhook_id, delivery.id) = (old.webhook_id, old.id)
        """;

    /// <summary>$1 how many. The webhooks that have deliveries are found by stepping from one to the next in the primary key.</summary>
    private const string TakeAwayOrphans =
        """
        WITH RECURSIVE known AS (
            (SELECT webhook_id FROM webhooks.deliveries ORDER BY webhook_id LIMIT 1)
            UNION ALL
            SELECT (SELECT delivery.webhook_id FROM webhooks.deliveries AS delivery WHERE delivery.webhook_id > known.webhook_id ORDER BY delivery.webhook_id LIMIT 1)
            FROM known WHERE known.webhook_id IS NOT NULL
        ),
        orphans AS (
            SELECT left_behind.webhook_id, left_behind.id
            FROM known
            CROSS JOIN LATERAL (SELECT webhook_id, id FROM webhooks.deliveries WHERE webhook_id = known.webhook_id LIMIT $1) AS left_behind
            WHERE NOT EXISTS (SELECT FROM editorial.webhooks WHERE id = known.webhook_id)
            LIMIT $1
        ),
        attempts AS (
            DELETE FROM webhooks.attempts AS attempt USING orphans WHERE (attempt.webhook_id, attempt.delivery_id) = (orphans.webhook_id, orphans.id)
        )
        DELETE FROM webhooks.deliveries AS delivery USING orphans WHERE (delivery.webhook_id, delivery.id) = (orphans.webhook_id, orphans.id)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            try
            {
                while (await Step(stoppingToken))
                {
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was must not end the service, and can wait a minute.
                Log.HeldUp(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>Whether there may be more to do.</returns>
    internal async Task<bool> Step(CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var turn = connection.Statement("SELECT pg_try_advisory_xact_lock(hashtext('keep deliveries'))", []))
        {
            if (!(bool)(await turn.ExecuteScalarAsync(cancel))!)
            {
                return false;
            }
        }
        await connection.Execute("DELETE FROM webhooks.secrets WHERE ends_at <= now()", [], cancel);
        await connection.Execute(QueueDeliveries.LockQueues, [], cancel);
        var lines = await Line.Of(connection, GiveUp, [options.Value.Patience, options.Value.FailuresBeforeProbing, Bit], cancel);
        await Line.Forward(connection, lines, cancel);
        var old = await Count(connection, TakeAwayOld, [TimeSpan.FromDays(options.Value.KeepDays), Bit], cancel);
        var orphans = await Count(connection, TakeAwayOrphans, [Bit], cancel);
        await transaction.CommitAsync(cancel);
        return lines.Count >= Bit || old >= Bit || orphans >= Bit;
    }

    private static async Task<int> Count(NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancel)
    {
        await using var command = connection.Statement(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old deliveries of webhooks could not be cleared away")]
        public static partial void HeldUp(ILogger logger, Exception failure);
    }
}
