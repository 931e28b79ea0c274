using HeadlessNews.Data;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Webhooks;

/// <summary>
/// The queue in the database, which all nodes share. A delivery that is taken is leased: what a killed node had in its hands is due again when
/// the lease has run out. Everything is done for many at a time.
/// </summary>
internal sealed class DeliveryQueue(Databases databases, IOptions<WebhookSettings> settings)
{
    /// <summary>
    /// $1 and $2 how many each receiver has under way on this node, $3 the most for one, $4 for all, $5 the lease, $6 its time, $7 failures before
    /// probing. A receiver that is probed is locked, so that one node does it, with one delivery.
    /// </summary>
    private const string TakeDue =
        """
        WITH probed AS MATERIALIZED (
            SELECT webhook_id FROM webhooks.endpoints
            WHERE failures >= $7 AND greatest(probe_at, paused_until) <= now()
            FOR UPDATE SKIP LOCKED
        ),
        ready AS (
            SELECT endpoint.webhook_id,
                   CASE WHEN endpoint.failures >= $7 THEN 1 ELSE $3 - coalesce(busy.many, 0) END AS most
            FROM webhooks.endpoints AS endpoint
            JOIN editorial.webhooks AS webhook ON webhook.id = endpoint.webhook_id AND webhook.enabled
            LEFT JOIN unnest($1, $2) AS busy (webhook_id, many) ON busy.webhook_id = endpoint.webhook_id
            WHERE endpoint.paused_until <= now()
              AND (endpoint.failures < $7 OR endpoint.webhook_id IN (SELECT webhook_id FROM probed))
        ),
        picked AS MATERIALIZED (
            SELECT due.webhook_id, due.id
            FROM ready
            CROSS JOIN LATERAL (
                SELECT webhook_id, id, due_at FROM webhooks.deliveries
                WHERE webhook_id = ready.webhook_id AND due_at <= now()
                ORDER BY due_at
                LIMIT greatest(ready.most, 0)
                FOR UPDATE SKIP LOCKED
            ) AS due
            ORDER BY due.due_at
            LIMIT $4
        ),
        probing AS (
            UPDATE webhooks.endpoints AS endpoint
            SET probe_at = now() + $6
            WHERE endpoint.webhook_id IN (SELECT webhook_id FROM picked INTERSECT SELECT webhook_id FROM probed)
        )
        UPDATE webhooks.deliveries AS delivery
        SET lease = $5, due_at = now() + $6
        FROM picked
        WHERE (delivery.webhook_id, delivery.id) = (picked.webhook_id, picked.id)
        RETURNING delivery.webhook_id, delivery.id, delivery.at, delivery.logged_as, delivery.position, delivery.resource_kind, delivery.resource_id,
                  delivery.version, delivery.tries, now() - delivery.queued_at
        """;

    private const string ReceiversOf =
        """
        SELECT webhook.id, webhook.url, array_agg(secret.value ORDER BY secret.number DESC)
        FROM editorial.webhooks AS webhook
        JOIN webhooks.secrets AS secret ON secret.webhook_id = webhook.id AND (secret.ends_at IS NULL OR secret.ends_at > now())
        WHERE webhook.id = ANY ($1)
        GROUP BY webhook.id
        """;

    public async Task<List<Taken>> Take(IReadOnlyDictionary<Guid, int> busy, int room, CancellationToken cancel)
    {
        var lease = Guid.NewGuid();
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var command = connection.Statement(TakeDue,
            [busy.Keys.ToArray(), busy.Values.ToArray(), settings.Value.MaxPerReceiver, room, lease, settings.Value.Lease, settings.Value.FailuresBeforeProbing]);
        var taken = new List<Taken>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            taken.Add(new Taken
            {
                Webhook = reader.GetGuid(0),
                Id = reader.GetGuid(1),
                Lease = lease,
                At = reader.GetFieldValue<DateTimeOffset>(2),
                LoggedAs = reader.GetString(3),
                Position = reader.GetInt64(4),
                Kind = reader.GetString(5),
                Resource = reader.GetGuid(6),
                Version = reader.GetInt32(7),
                Tries = reader.GetInt32(8),
                Age = reader.GetTimeSpan(9),
            });
        }
        return taken;
    }

    /// <summary>Where to, and signed with what. One that has been deleted meanwhile is not among them.</summary>
    public async Task<Dictionary<Guid, Receiver>> ReceiversFor(IEnumerable<Guid> webhooks, CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var command = connection.Statement(ReceiversOf, [webhooks.Distinct().ToArray()]);
        var receivers = new Dictionary<Guid, Receiver>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            receivers.Add(reader.GetGuid(0), new Receiver(reader.GetString(1), reader.GetFieldValue<byte[][]>(2)));
        }
        return receivers;
    }

    /// <summary>What this node has in its hands goes back, as if it had not been touched.</summary>
    public async Task GiveBack(IReadOnlyCollection<Taken> taken, CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            UPDATE webhooks.deliveries SET lease = NULL, due_at = now()
            WHERE (webhook_id, id, lease) IN (SELECT * FROM unnest($1, $2, $3))
            """,
            [taken.Select(one => one.Webhook).ToArray(), taken.Select(one => one.Id).ToArray(), taken.Select(one => one.Lease).ToArray()], cancel);
    }
}
