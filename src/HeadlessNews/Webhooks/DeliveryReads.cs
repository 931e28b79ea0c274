using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Webhooks;

/// <summary>A webhook's deliveries as administrators read them, the latest first.</summary>
internal sealed class DeliveryReads(Databases databases)
{
    private const string Page =
        """
        SELECT delivery.position, delivery.id, delivery.type, delivery.resource_kind, delivery.resource_id, delivery.version, delivery.at, delivery.state,
               delivery.queued_at, CASE WHEN delivery.lease IS NULL THEN delivery.due_at END, delivery.finished_at, delivery.attempts
        FROM webhooks.deliveries AS delivery
        WHERE delivery.webhook_id = $1
          AND delivery.position < $2
          AND ($3::text IS NULL OR delivery.state = $3)
        ORDER BY delivery.position DESC
        LIMIT $4
        """;

    private const string Attempts =
        """
        SELECT attempt.delivery_id, attempt.at, attempt.took_ms, attempt.status, attempt.request, attempt.response, attempt.error
        FROM unnest($2::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM webhooks.attempts WHERE webhook_id = $1 AND delivery_id = wanted.id ORDER BY number DESC LIMIT 20
        ) AS attempt
        ORDER BY attempt.delivery_id, attempt.number DESC
        """;

    /// <summary>Null where there is no such webhook.</summary>
    public async Task<List<(long Position, WebhookDelivery Delivery)>?> List(
        Guid webhook, WebhookDeliveryState? state, long? before, int limit, CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using (var there = connection.Statement("SELECT FROM editorial.webhooks WHERE id = $1", [webhook]))
        {
            await using var reader = await there.ExecuteReaderAsync(cancel);
            if (!reader.HasRows)
            {
                return null;
            }
        }
        var rows = new List<(long Position, WebhookDelivery Delivery)>(limit);
        var name = new NpgsqlParameter { Value = state is { } only ? EnumNames.Of(only) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
        await using (var page = connection.Statement(Page, [webhook, before ?? long.MaxValue, name, limit]))
        {
            await using var reader = await page.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rows.Add((reader.GetInt64(0), Read(reader)));
            }
        }
        var attempts = await AttemptsOf(connection, webhook, rows.ConvertAll(row => row.Delivery.Id), cancel);
        return rows.ConvertAll(row =>
        {
            IReadOnlyList<WebhookAttempt> its = [.. attempts[row.Delivery.Id]];
            return (row.Position, row.Delivery with { Attempts = its, Error = its.Count > 0 ? its[0].Error : null });
        });
    }

    public static WebhookAttempt Answer(Attempted attempt) => new()
    {
        At = attempt.At,
        DurationMs = (int)attempt.Took.TotalMilliseconds,
        Status = attempt.Status,
        Request = attempt.Request,
        Response = attempt.Response,
        Error = attempt.Error,
    };

    private static WebhookDelivery Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(1),
        Type = reader.GetString(2),
        Kind = reader.GetString(3),
        ResourceId = reader.GetGuid(4),
        ResourceVersion = reader.GetInt32(5),
        At = reader.GetFieldValue<DateTimeOffset>(6),
        State = EnumNames.Parse<WebhookDeliveryState>(reader.GetString(7)),
        QueuedAt = reader.GetFieldValue<DateTimeOffset>(8),
        NextAttemptAt = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
        FinishedAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
        AttemptCount = reader.GetInt32(11),
        Error = null,
        Attempts = [],
    };

    private static async Task<ILookup<Guid, WebhookAttempt>> AttemptsOf(NpgsqlConnection connection, Guid webhook, List<Guid> deliveries, CancellationToken cancel)
    {
        var attempts = new List<(Guid Delivery, WebhookAttempt Attempt)>();
        await using var command = connection.Statement(Attempts, [webhook, deliveries.ToArray()]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            attempts.Add((reader.GetGuid(0), new WebhookAttempt
            {
                At = reader.GetFieldValue<DateTimeOffset>(1),
                DurationMs = reader.GetInt32(2),
                Status = reader.IsDBNull(3) ? null : reader.GetInt32(3),
                Request = reader.GetString(4),
                Response = reader.IsDBNull(5) ? null : reader.GetString(5),
                Error = reader.IsDBNull(6) ? null : reader.GetString(6),
            }));
        }
        return attempts.ToLookup(row => row.Delivery, row => row.Attempt);
    }
}
