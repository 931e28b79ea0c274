using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Webhooks;

/// <summary>Where deliveries of one resource to one receiver stand one behind the other.</summary>
internal readonly record struct Line(Guid Webhook, Guid Resource);

/// <summary>A delivery in this node's hands, until it says what became of it or its lease runs out.</summary>
internal sealed record Taken
{
    public required Guid Webhook { get; init; }
    public required Guid Id { get; init; }
    public required Guid Lease { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string LoggedAs { get; init; }
    public required long Position { get; init; }
    public required string Kind { get; init; }
    public required Guid Resource { get; init; }
    public required int Version { get; init; }

    /// <summary>How often it was tried since it was queued.</summary>
    public required int Tries { get; init; }

    /// <summary>Since it was queued.</summary>
    public required TimeSpan Age { get; init; }
}

/// <summary>What became of a delivery; no attempt where there was nothing to say any more.</summary>
internal sealed record Outcome(Taken Of, WebhookDeliveryState State, TimeSpan RetryIn, Attempted? Attempt);

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

    private const string LockThese = "SELECT FROM webhooks.endpoints WHERE webhook_id = ANY ($1) ORDER BY webhook_id FOR UPDATE";

    /// <summary>What another node holds by now, because the lease ran out here, is left to it.</summary>
    private const string EndTurns =
        """
        WITH told AS (
            SELECT *
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                AS told (webhook_id, id, lease, state, retry_in, at, took_ms, status, request, response, error)
        ),
        ended AS (
            UPDATE webhooks.deliveries AS delivery
            SET state = told.state, lease = NULL,
                attempts = delivery.attempts + (told.at IS NOT NULL)::integer, tries = delivery.tries + (told.at IS NOT NULL)::integer,
                due_at = CASE told.state WHEN 'waiting' THEN now() + told.retry_in END,
                finished_at = CASE WHEN told.state <> 'waiting' THEN now() END
            FROM told
            WHERE (delivery.webhook_id, delivery.id, delivery.lease) = (told.webhook_id, told.id, told.lease)
            RETURNING delivery.webhook_id, delivery.id, delivery.attempts
        )
        INSERT INTO webhooks.attempts (webhook_id, delivery_id, number, at, took_ms, status, request, response, error)
        SELECT told.webhook_id, told.id, ended.attempts, told.at, told.took_ms, told.status, told.request, told.response, told.error
        FROM told JOIN ended USING (webhook_id, id)
        WHERE told.at IS NOT NULL
        """;

    /// <summary>$1 and $2 the lines: the first that waits in each is due, unless one of the line is already.</summary>
    private const string MoveForward =
        """
        UPDATE webhooks.deliveries AS next
        SET due_at = now()
        FROM unnest($1, $2) AS line (webhook_id, resource_id)
        CROSS JOIN LATERAL (
            SELECT id FROM webhooks.deliveries AS first
            WHERE first.webhook_id = line.webhook_id AND first.resource_id = line.resource_id AND first.state = 'waiting'
            ORDER BY position
            LIMIT 1
        ) AS head
        WHERE next.webhook_id = line.webhook_id AND next.id = head.id
          AND NOT EXISTS (
              SELECT FROM webhooks.deliveries AS other
              WHERE other.webhook_id = line.webhook_id AND other.resource_id = line.resource_id AND other.state = 'waiting' AND other.due_at IS NOT NULL)
        """;

    /// <summary>
    /// $1 the receivers; $2 whether one has taken something; $3 its failures since; $4 how long it asked to be left alone; $5 failures before probing, $6 the
    /// longest wait between probes.
    /// </summary>
    private const string NoteFares =
        """
        UPDATE webhooks.endpoints AS endpoint
        SET failures = fare.failures,
            probe_at = CASE WHEN fare.failures < $5 THEN '-infinity' ELSE now() + least(interval '1 second' * power(2, least(fare.failures - $5, 20)), $6) END,
            paused_until = greatest(endpoint.paused_until, now() + fare.pause)
        FROM (
            SELECT told.webhook_id, told.pause, CASE WHEN told.has_taken THEN 0 ELSE present.failures END + told.since AS failures, present.failures AS before
            FROM unnest($1, $2, $3, $4) AS told (webhook_id, has_taken, since, pause)
            JOIN webhooks.endpoints AS present ON present.webhook_id = told.webhook_id
        ) AS fare
        WHERE endpoint.webhook_id = fare.webhook_id AND ((fare.failures, fare.before) <> (0, 0) OR fare.pause IS NOT NULL)
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

    /// <summary>What became of them, in the order in which they ended; what waits behind those that are done moves forward. One transaction, one round trip.</summary>
    public async Task Record(IReadOnlyList<Outcome> outcomes, CancellationToken cancel)
    {
        var fares = outcomes.GroupBy(outcome => outcome.Of.Webhook, outcome => outcome.Attempt).Select(fare => (fare.Key, Attempts: fare.OfType<Attempted>().ToList())).ToList();
        var done = outcomes.Where(outcome => outcome.State != WebhookDeliveryState.Waiting).Select(outcome => new Line(outcome.Of.Webhook, outcome.Of.Resource)).Distinct().ToList();
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        Add(LockThese, outcomes.Select(outcome => outcome.Of.Webhook).Distinct().ToArray());
        Add(EndTurns,
            Of(NpgsqlDbType.Uuid, outcome => outcome.Of.Webhook),
            Of(NpgsqlDbType.Uuid, outcome => outcome.Of.Id),
            Of(NpgsqlDbType.Uuid, outcome => outcome.Of.Lease),
            Of(NpgsqlDbType.Text, outcome => EnumNames.Of(outcome.State)),
            Of(NpgsqlDbType.Interval, outcome => outcome.RetryIn),
            Of(NpgsqlDbType.TimestampTz, outcome => outcome.Attempt?.At),
            Of(NpgsqlDbType.Integer, outcome => (int?)outcome.Attempt?.Took.TotalMilliseconds),
            Of(NpgsqlDbType.Integer, outcome => outcome.Attempt?.Status),
            Of(NpgsqlDbType.Text, outcome => outcome.Attempt?.Request),
            Of(NpgsqlDbType.Text, outcome => outcome.Attempt?.Response),
            Of(NpgsqlDbType.Text, outcome => outcome.Attempt?.Error));
        Add(MoveForward, done.Select(line => line.Webhook).ToArray(), done.Select(line => line.Resource).ToArray());
        Add(NoteFares,
            fares.Select(fare => fare.Key).ToArray(),
            fares.Select(fare => fare.Attempts.Exists(attempt => attempt.IsTaken)).ToArray(),
            fares.Select(fare => fare.Attempts.Count - 1 - fare.Attempts.FindLastIndex(attempt => attempt.IsTaken)).ToArray(),
            new NpgsqlParameter { Value = fares.Select(fare => fare.Attempts.Max(attempt => attempt.Pause)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval },
            settings.Value.FailuresBeforeProbing,
            TimeSpan.FromSeconds(settings.Value.MaxProbeSeconds));
        await batch.ExecuteNonQueryAsync(cancel);

        void Add(string sql, params object[] parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in parameters)
            {
                command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
            }
            batch.BatchCommands.Add(command);
        }

        NpgsqlParameter Of<T>(NpgsqlDbType type, Func<Outcome, T> value) =>
            new() { Value = outcomes.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    /// <summary>The first of each line is due. The queues are locked.</summary>
    public static Task Forward(NpgsqlConnection connection, IReadOnlyCollection<Line> lines, CancellationToken cancel) =>
        lines.Count == 0
            ? Task.CompletedTask
            : connection.Execute(MoveForward, [lines.Select(line => line.Webhook).ToArray(), lines.Select(line => line.Resource).ToArray()], cancel);

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
