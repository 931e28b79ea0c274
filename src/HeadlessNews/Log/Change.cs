using System.Data;
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
/// did not happen, and nothing happens unannounced. Disposed without <see cref="Commit"/>, it never was. Where the request has opened a
/// transaction around it, it is a part of that one and ends with it.
/// </summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly NewsDbContext db;
    private readonly IDbContextTransaction? transaction;
    private readonly Actor actor;
    private readonly List<Event> events = [];
    private bool isCommitted;

    private Change(NewsDbContext db, IDbContextTransaction? transaction, Actor actor)
    {
        this.db = db;
        this.transaction = transaction;
        this.actor = actor;
    }

    public static async Task<Change> Begin(NewsDbContext db, Actor actor, CancellationToken cancel)
    {
        if (db.Around is not { } around)
        {
            return new Change(db, await db.Database.BeginTransactionAsync(cancel), actor);
        }
        await around.BeginWrite(cancel);
        return new Change(db, null, actor);
    }

    public string Actor => actor.Name;

    public NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public void Record(Event happened) => events.Add(happened);

    public void Record(
        string type, Guid id, int version, int? previousVersion = null, object? data = null, IReadOnlyCollection<string>? tags = null) =>
        events.Add(new Event(type, id, version, previousVersion, data, tags));

    /// <summary>Whether what failed can be left out, and the rest go on: the database is still there.</summary>
    public bool CanGoOn => Connection.State == ConnectionState.Open;

    /// <summary>A part that can fail without the rest: what it wrote and recorded is taken back, and what the context tracks is forgotten.</summary>
    public async Task Part(Func<Task> write, CancellationToken cancel)
    {
        const string savepoint = "part_of_a_change";
        var whole = db.Database.CurrentTransaction!;
        var recorded = events.Count;
        await whole.CreateSavepointAsync(savepoint, cancel);
        try
        {
            await write();
            await db.SaveChangesAsync(cancel);
            await whole.ReleaseSavepointAsync(savepoint, cancel);
        }
        catch (Exception) when (CanGoOn)
        {
            await whole.RollbackToSavepointAsync(savepoint, CancellationToken.None);
            events.RemoveRange(recorded, events.Count - recorded);
            throw;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Saves what the context tracks, appends the events, commits. The log's head is locked only in between.</summary>
    public async Task Commit(CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        if (transaction is null)
        {
            db.Around!.AtTheEnd(Append);
        }
        else
        {
            await Append(cancel);
            await transaction.CommitAsync(cancel);
        }
        isCommitted = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }
        // With a broken connection all of it is taken back already; asking would hide what broke it.
        else if (!isCommitted && Connection.State == ConnectionState.Open)
        {
            await db.Around!.TakeBackWrite();
        }
    }

    private async Task Append(CancellationToken cancel)
    {
        if (events.Count > 0)
        {
            await ChangeLog.Append(Connection, events, actor, cancel);
        }
    }
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
