using System.Net;
using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Log;

/// <summary>Which events; null for whichever.</summary>
internal sealed record AuditFilter(
    string? Actor = null, string? Type = null, Guid? Resource = null, DateTimeOffset? From = null, DateTimeOffset? To = null, IPAddress? Address = null,
    string? Except = null)
{
    /// <summary>For the cursor: it belongs to the list with these filters.</summary>
    public string Name => $"editorial/audit?{Actor}&{Type}&{Resource}&{From:O}&{To:O}&{Address}";
}

/// <summary>The log as administrators read it, newest first. Only the filters that are given stand in the statement, so that each has its index.</summary>
internal sealed class AuditReads(Databases databases)
{
    public async Task<List<(long Position, AuditEvent Event)>> Events(AuditFilter filter, long? before, int limit, CancellationToken cancel)
    {
        await using var command = databases.Editorial.CreateCommand();
        // That something came to be public, or is so no longer, is for those who keep a copy: what an editor did that made it so stands beside it.
        var conditions = new List<string> { "type NOT LIKE '%listed'" };
        Where("actor = {0}", filter.Actor);
        Where("resource_id = {0}", filter.Resource);
        Where("address = {0}", filter.Address, NpgsqlDbType.Inet);
        if (filter.Type?.EndsWith(".*", StringComparison.Ordinal) == true)
        {
            Where("resource_kind = {0}", filter.Type[..^2]);
        }
        else
        {
            Where("type = {0}", filter.Type);
        }
        // Times rise with positions, unless the clock was set back. A day's grace lets the search start and end near the times that are
        // asked for; the times themselves decide.
        Where("at >= {0} AND position >= coalesce((SELECT position FROM log.events WHERE at < {0} - interval '1 day' ORDER BY at DESC, position DESC LIMIT 1), 0)", filter.From);
        Where("at < {0} AND position <= coalesce((SELECT position FROM log.events WHERE at > {0} + interval '1 day' ORDER BY at, position LIMIT 1), 9223372036854775807)", filter.To);
        Where("type <> {0}", filter.Except);
        Where("position < {0}", before);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.CommandText =
            $"""
            SELECT position, id, at, type, resource_kind, resource_id, version, previous_version, actor, host(address), data,
                   (SELECT name FROM editorial.api_keys WHERE id = CASE WHEN actor LIKE 'key:%' THEN substr(actor, 5)::uuid END)
            FROM log.events
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY position DESC
            LIMIT ${command.Parameters.Count}
            """;
        var events = new List<(long, AuditEvent)>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            events.Add((reader.GetInt64(0), new AuditEvent
            {
                Id = reader.GetGuid(1),
                At = reader.GetFieldValue<DateTimeOffset>(2),
                Type = reader.GetString(3),
                Resource = new AuditResource { Kind = reader.GetString(4), Id = reader.GetGuid(5) },
                Version = reader.GetInt32(6),
                PreviousVersion = reader.IsDBNull(7) ? null : reader.GetInt32(7),
                Actor = reader.GetString(8),
                ActorName = Text(reader, 11),
                Address = Text(reader, 9),
                Data = Text(reader, 10) is { } data ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(data, Json.Options) : null,
            }));
        }
        return events;

        void Where(string condition, object? value, NpgsqlDbType? type = null)
        {
            if (value is null)
            {
                return;
            }
            var parameter = new NpgsqlParameter { Value = value };
            if (type is { } known)
            {
                parameter.NpgsqlDbType = known;
            }
            command.Parameters.Add(parameter);
            conditions.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, $"${command.Parameters.Count}"));
        }
    }

    public async Task<List<AuditRefusal>> Refusals(RefusalKind? kind, (DateTimeOffset LastAt, Guid Id)? before, int limit, CancellationToken cancel)
    {
        await using var command = databases.Editorial.CreateCommand(
            """
            SELECT id, kind, actor, host(address), method, route, needed, times, first_at, last_at
            FROM log.refusals
            WHERE ($1::text IS NULL OR kind = $1) AND ($2::timestamptz IS NULL OR (last_at, id) < ($2, $3))
            ORDER BY last_at DESC, id DESC
            LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = kind is { } one ? EnumNames.Of(one) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)before?.LastAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)before?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var refusals = new List<AuditRefusal>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            refusals.Add(new AuditRefusal
            {
                Id = reader.GetGuid(0),
                Kind = EnumNames.Parse<RefusalKind>(reader.GetString(1)),
                Actor = Text(reader, 2),
                Address = Text(reader, 3),
                Method = Text(reader, 4),
                Route = Text(reader, 5),
                Needed = Text(reader, 6),
                Count = reader.GetInt64(7),
                FirstAt = reader.GetFieldValue<DateTimeOffset>(8),
                LastAt = reader.GetFieldValue<DateTimeOffset>(9),
            });
        }
        return refusals;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
