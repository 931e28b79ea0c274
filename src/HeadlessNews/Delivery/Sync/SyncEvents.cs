using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery.Sync;

/// <summary>What the log says has happened to something public, or that it is simply there when a copy begins.</summary>
/// <param name="Mark">Where the log says so.</param>
/// <param name="At">When.</param>
/// <param name="LoggedAs">The log's own word; null for what is there when a copy begins.</param>
/// <param name="Kind">The kind of resource.</param>
/// <param name="Id">The resource.</param>
/// <param name="Version">Its version then.</param>
internal sealed record SyncEvent(LogMark Mark, DateTimeOffset At, string? LoggedAs, SyncKinds Kind, Guid Id, int Version);

/// <summary>A stretch of the log, or of the state that a copy begins with.</summary>
/// <param name="Events">In order; empty where nothing of it is wanted.</param>
/// <param name="Next">Where to go on.</param>
/// <param name="HasMore">Whether there is more behind it already.</param>
internal sealed record SyncStretch(IReadOnlyList<SyncEvent> Events, SyncCursor Next, bool HasMore);

/// <summary>Reads what has happened, in the order in which it did, and what is there to begin with. Not the documents: those are bound when they are sent.</summary>
internal sealed class SyncEvents(Databases databases)
{
    /// <summary>For how long what has happened is told; who comes back later begins anew.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    /// <summary>How many rows of the log are looked at for one stretch: where most are not wanted, it is short, not slow.</summary>
    private const int MostLookedAt = 10_000;

    private const string Head =
        """
        SELECT head.position, mark.id
        FROM log.head AS head LEFT JOIN log.marks AS mark ON mark.position = head.position
        """;

    /// <summary>$1 the position. What comes right after it tells whether anything is missing; where nothing does, nothing is.</summary>
    private const string Place =
        """
        SELECT head.position, mark.id, (next.at > now() - $2) IS TRUE
        FROM log.head AS head
        LEFT JOIN log.marks AS mark ON mark.position = $1
        LEFT JOIN log.marks AS next ON next.position = $1 + 1
        """;

    private const string Happened =
        """
        SELECT position, id, at, type, resource_kind, resource_id, version
        FROM log.public_events
        WHERE position > $1 AND position <= $2 AND type = ANY ($3)
        ORDER BY position
        LIMIT $4
        """;

    private const string IdAt = "SELECT id FROM log.marks WHERE position = $1";

    private const string Articles =
        $"""
        SELECT article_id, version, now()
        FROM delivery.articles
        WHERE article_id > $1 AND {PassedOn.Now}
        ORDER BY article_id
        LIMIT $2
        """;

    private const string Directory =
        """
        SELECT id, version, now()
        FROM delivery.directory
        WHERE id > $1 AND kind = $3 AND article_count > 0
        ORDER BY id
        LIMIT $2
        """;

    /// <summary>The log's own words for what is news to a copy. An author's save is none before it shows, and then it is a rendering.</summary>
    private static readonly Dictionary<SyncKinds, string[]> Words = SyncKind.InOrder.ToDictionary(kind => kind, kind =>
        (kind == SyncKinds.Article
            ? new[] { "published", "updated", "corrected", "syndicated", "unsyndicated", "withdrawn", "deleted", "rerendered" }
            : ["listed", "rerendered", "unlisted", "merged"]).Select(word => $"{kind.Name()}.{word}").ToArray());

    /// <summary>Where the log ends now.</summary>
    public async Task<LogMark> End(CancellationToken cancel)
    {
        await using var command = databases.Delivery.CreateCommand(Head);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new LogMark(reader.GetInt64(0), reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1));
    }

    /// <summary>What comes after a cursor.</summary>
    /// <exception cref="ProblemException">The cursor is from another history, or from too long ago.</exception>
    public async Task<SyncStretch> After(SyncCursor cursor, int limit, CancellationToken cancel)
    {
        await using var connection = await databases.Delivery.OpenConnectionAsync(cancel);
        var head = await CheckedHead(connection, cursor.Mark, cancel);
        return cursor.Initial is { } place
            ? await OfState(connection, cursor, place, limit, cancel)
            : await OfLog(connection, cursor, head, limit, cancel);
    }

    /// <summary>Whether a cursor can still be followed.</summary>
    /// <exception cref="ProblemException">It cannot.</exception>
    public async Task Check(LogMark mark, CancellationToken cancel)
    {
        await using var connection = await databases.Delivery.OpenConnectionAsync(cancel);
        await CheckedHead(connection, mark, cancel);
    }

    private static async Task<long> CheckedHead(NpgsqlConnection connection, LogMark mark, CancellationToken cancel)
    {
        await using var command = connection.Statement(Place, [mark.Position, Retention]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var head = reader.GetInt64(0);
        var id = reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1);
        if (mark.Position > head || mark.Id != id)
        {
            throw new ProblemException(Problems.CursorExpired("The log that it was taken from is not this one's past: the database was restored from a backup, or replaced by a copy that had not all of it."));
        }
        if (mark.Position < head && !reader.GetBoolean(2))
        {
            throw new ProblemException(Problems.CursorExpired($"What came after it is older than {Retention.TotalDays:F0} days, and no longer told."));
        }
        return head;
    }

    private static async Task<SyncStretch> OfLog(NpgsqlConnection connection, SyncCursor cursor, long head, int limit, CancellationToken cancel)
    {
        var events = new List<SyncEvent>();
        var last = Math.Min(head, cursor.Mark.Position + MostLookedAt);
        await using (var command = connection.Statement(Happened,
            [cursor.Mark.Position, last, cursor.Kinds.Each().SelectMany(kind => Words[kind]).ToArray(), limit]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                events.Add(new SyncEvent(
                    new LogMark(reader.GetInt64(0), reader.GetGuid(1)), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3),
                    SyncKind.Of(reader.GetString(4)), reader.GetGuid(5), reader.GetInt32(6)));
            }
        }
        var end = events.Count == limit ? events[^1].Mark
            : last == cursor.Mark.Position ? cursor.Mark
            : new LogMark(last, await IdOf(connection, last, cancel));
        return new SyncStretch(events, cursor with { Mark = end }, end.Position < head);
    }

    private static async Task<Guid> IdOf(NpgsqlConnection connection, long position, CancellationToken cancel)
    {
        await using var command = connection.Statement(IdAt, [position]);
        return (Guid)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>By id, which never changes: what comes or goes meanwhile moves nothing from one page to another, and is in the log.</summary>
    private static async Task<SyncStretch> OfState(NpgsqlConnection connection, SyncCursor cursor, SyncPlace place, int limit, CancellationToken cancel)
    {
        var events = new List<SyncEvent>(limit);
        foreach (var kind in cursor.Kinds.Each().SkipWhile(kind => kind != place.Kind))
        {
            var after = kind == place.Kind ? place.After : Guid.Empty;
            await using var command = connection.Statement(kind == SyncKinds.Article ? Articles : Directory, [after, limit - events.Count]);
            if (kind != SyncKinds.Article)
            {
                command.Parameters.Add(new() { Value = kind.Name() });
            }
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                events.Add(new SyncEvent(cursor.Mark, reader.GetFieldValue<DateTimeOffset>(2), null, kind, reader.GetGuid(0), reader.GetInt32(1)));
            }
            if (events.Count == limit)
            {
                return new SyncStretch(events, cursor with { Initial = new SyncPlace(kind, events[^1].Id) }, true);
            }
        }
        return new SyncStretch(events, cursor with { Initial = null }, true);
    }
}

/// <summary>What leaves the house: live, and with the right to be passed on, by the database's clock.</summary>
internal static class PassedOn
{
    /// <summary>SQL, of a row of <c>delivery.articles</c>.</summary>
    public const string Now =
        "state = 'live' AND is_syndicable AND (shown_until IS NULL OR shown_until > now()) AND (syndicable_until IS NULL OR syndicable_until > now())";
}
