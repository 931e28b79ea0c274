using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Sending once more what happened since a time. It is read out of the log bit by bit, beside what is new: however much it is, nobody waits for it, and a
/// stop in the middle goes on where it was.
/// </summary>
internal static class Replay
{
    /// <summary>
    /// $1 the webhook, $2 the time. Times rise with positions, unless a clock was set back: a day's grace lets it begin near the time that is
    /// asked for; the times themselves decide. One that is still under way is widened.
    /// </summary>
    private const string Begin =
        """
        UPDATE webhooks.endpoints AS endpoint
        SET replay_next = least(endpoint.replay_next, asked.position), replay_end = head.position, replay_from = least(endpoint.replay_from, $2)
        FROM log.head AS head,
             (SELECT coalesce((SELECT position FROM log.events WHERE at < $2 - interval '1 day' ORDER BY at DESC, position DESC LIMIT 1), 0) AS position) AS asked
        WHERE endpoint.webhook_id = $1
        """;

    /// <summary>$1 how many rows of the log. What still waits is left where it stands.</summary>
    private const string Again =
        $"""
        INSERT INTO webhooks.deliveries AS present (
            webhook_id, id, position, at, type, logged_as, resource_kind, resource_id, version, state, queued_at)
        SELECT endpoint.webhook_id, told.id, told.position, told.at, told.told_as, told.type, told.resource_kind, told.resource_id, told.version, 'waiting', now()
        FROM webhooks.endpoints AS endpoint
        JOIN editorial.webhooks AS webhook ON webhook.id = endpoint.webhook_id
        CROSS JOIN LATERAL (
            SELECT position, id, at, type, resource_kind, resource_id, version, {WebhookEvents.TypeOf} AS told_as
            FROM log.public_events
            WHERE position > endpoint.replay_next AND position <= least(endpoint.replay_end, endpoint.replay_next + $1) AND at >= endpoint.replay_from
        ) AS told
        WHERE endpoint.replay_next IS NOT NULL
          AND told.told_as IS NOT NULL AND webhook.events && ARRAY ['*', told.resource_kind || '.*', told.told_as]
        ON CONFLICT (webhook_id, id) DO UPDATE
            SET state = 'waiting', queued_at = now(), tries = 0, finished_at = NULL
            WHERE present.state <> 'waiting'
        RETURNING webhook_id, resource_id
        """;

    private const string Advance =
        """
        UPDATE webhooks.endpoints
        SET replay_next = CASE WHEN replay_next + $1 < replay_end THEN replay_next + $1 END,
            replay_end = CASE WHEN replay_next + $1 < replay_end THEN replay_end END,
            replay_from = CASE WHEN replay_next + $1 < replay_end THEN replay_from END
        WHERE replay_next IS NOT NULL
        """;

    /// <summary>$1 the webhook, $2 the delivery. One that waits for its next attempt is due now; one in another's hands, or behind another, is left to it.</summary>
    private const string One =
        """
        UPDATE webhooks.deliveries
        SET state = 'waiting', finished_at = NULL,
            queued_at = CASE WHEN state = 'waiting' THEN queued_at ELSE now() END,
            tries = CASE WHEN state = 'waiting' THEN tries ELSE 0 END,
            due_at = CASE WHEN lease IS NULL AND due_at IS NOT NULL THEN now() ELSE due_at END
        WHERE webhook_id = $1 AND id = $2
        RETURNING webhook_id, resource_id
        """;

    public static Task Since(NpgsqlConnection connection, Guid webhook, DateTimeOffset from, CancellationToken cancel) =>
        connection.Execute(Begin, [webhook, from], cancel);

    /// <returns>False when there is no such delivery.</returns>
    public static async Task<bool> Of(NpgsqlConnection connection, Guid webhook, Guid delivery, CancellationToken cancel)
    {
        var lines = await Line.Of(connection, One, [webhook, delivery], cancel);
        await Line.Forward(connection, lines, cancel);
        return lines.Count > 0;
    }

    /// <summary>The next bit of every replay that is under way; the queues are locked.</summary>
    public static async Task Step(NpgsqlConnection connection, int window, CancellationToken cancel)
    {
        await Line.Forward(connection, await Line.Of(connection, Again, [window], cancel), cancel);
        await connection.Execute(Advance, [window], cancel);
    }
}
