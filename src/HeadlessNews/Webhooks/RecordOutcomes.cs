using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Webhooks;

/// <summary>Writes down what became of deliveries, many at a time: their attempts, what waits behind them, and how their receivers fare.</summary>
internal sealed class RecordOutcomes(Databases databases, IOptions<WebhookSettings> settings)
{
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

    /// <summary>What became of them, in the order in which they ended; what waits behind those that are done moves forward. One transaction, one round trip.</summary>
    public async Task Write(IReadOnlyList<Outcome> outcomes, CancellationToken cancel)
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
        Add(Line.MoveForward, Line.Columns(done));
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
}
