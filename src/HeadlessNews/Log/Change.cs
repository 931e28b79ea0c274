using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Log;

/// <summary>What happened to what: a row of the log to be.</summary>
/// <param name="Type">The kind of resource, a dot, what happened to it.</param>
/// <param name="Id">The resource.</param>
/// <param name="Version">Its version after this.</param>
/// <param name="PreviousVersion">Its version before.</param>
/// <param name="Data">What else the audit shall know.</param>
/// <param name="Tags">What of the public's it changed, by the names that cached answers carry.</param>
internal sealed record Event(
    string Type, Guid Id, int Version, int? PreviousVersion = null, object? Data = null, IReadOnlyCollection<string>? Tags = null)
{
    /// <summary>The kind of resource: what stands before the dot.</summary>
    public string Kind => Type[..Type.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Nothing published names it any more.</summary>
    public bool IsEnd => Type.EndsWith(".unlisted", StringComparison.Ordinal);
}

/// <summary>
/// One editorial change: a transaction whose last statement before commit appends its events to the log. Nothing is announced that
/// did not happen, and nothing happens unannounced. Disposed without <see cref="Commit"/>, it never was.
/// </summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly NewsDbContext db;
    private readonly IDbContextTransaction transaction;
    private readonly Actor actor;
    private readonly List<Event> events = [];

    private Change(NewsDbContext db, IDbContextTransaction transaction, Actor actor)
    {
        this.db = db;
        this.transaction = transaction;
        this.actor = actor;
    }

    public static async Task<Change> Begin(NewsDbContext db, Actor actor, CancellationToken cancel) =>
        new(db, await db.Database.BeginTransactionAsync(cancel), actor);

    public string Actor => actor.Name;

    public NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public void Record(Event happened) => events.Add(happened);

    public void Record(
        string type, Guid id, int version, int? previousVersion = null, object? data = null, IReadOnlyCollection<string>? tags = null) =>
        events.Add(new Event(type, id, version, previousVersion, data, tags));

    /// <summary>Saves what the context tracks, appends the events, commits. The log's head is locked only in between.</summary>
    /// <returns>The log's position after this change; null when nothing was recorded.</returns>
    public async Task<long?> Commit(CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        long? position = null;
        if (events.Count > 0)
        {
            position = await ChangeLog.Append(Connection, events, actor, cancel);
        }
        await transaction.CommitAsync(cancel);
        return position;
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();
}

/// <summary>The one ordered record of what happened.</summary>
internal static class ChangeLog
{
    public const string Channel = "headlessnews_log";

    /// <summary>
    /// Appends within the connection's transaction. Must be the last statement before commit: from here on the head row is locked,
    /// which is what makes position order commit order.
    /// </summary>
    public static async Task<long> Append(NpgsqlConnection connection, IReadOnlyList<Event> events, Actor actor, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT log.append($1, $2, $3, $4, $5, $6, $7, $8, $9)", connection)
        {
            Parameters =
            {
                new() { Value = events.Select(happened => happened.Type).ToArray() },
                new() { Value = events.Select(happened => happened.Kind).ToArray() },
                new() { Value = events.Select(happened => happened.Id).ToArray() },
                new() { Value = events.Select(happened => happened.Version).ToArray() },
                new() { Value = events.Select(happened => happened.PreviousVersion).ToArray() },
                new()
                {
                    Value = events.Select(happened => happened.Data is null ? null : JsonSerializer.Serialize(happened.Data, Json.Options)).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
                new() { Value = events.Select(happened => happened.Tags is null ? null : string.Join(',', happened.Tags)).ToArray() },
                new() { Value = actor.Name },
                new() { Value = (object?)actor.Address ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Inet },
            },
        };
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
