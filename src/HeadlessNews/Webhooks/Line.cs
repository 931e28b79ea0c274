using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Webhooks;

/// <summary>Where deliveries of one resource to one receiver stand one behind the other.</summary>
internal readonly record struct Line(Guid Webhook, Guid Resource)
{
    /// <summary>$1 and $2 the lines: the first that waits in each is due, unless one of the line is already.</summary>
    public const string MoveForward =
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

    /// <param name="connection">To the database.</param>
    /// <param name="sql">Answers a webhook and a resource for each delivery it has touched.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>A line for each delivery: the same one several times, where several stand in it.</returns>
    public static async Task<IReadOnlyCollection<Line>> Of(NpgsqlConnection connection, string sql, IReadOnlyList<object> parameters, CancellationToken cancel)
    {
        var lines = new List<Line>();
        await using var command = connection.Statement(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            lines.Add(new Line(reader.GetGuid(0), reader.GetGuid(1)));
        }
        return lines;
    }

    /// <summary>The first of each is due. The queues are locked.</summary>
    public static Task Forward(NpgsqlConnection connection, IEnumerable<Line> lines, CancellationToken cancel)
    {
        var each = lines.Distinct().ToList();
        return each.Count == 0 ? Task.CompletedTask : connection.Execute(MoveForward, Columns(each), cancel);
    }

    /// <summary>As <see cref="MoveForward"/> takes them.</summary>
    public static object[] Columns(IReadOnlyCollection<Line> lines) => [lines.Select(line => line.Webhook).ToArray(), lines.Select(line => line.Resource).ToArray()];
}
