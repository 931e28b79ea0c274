using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Records;

/// <summary>
/// How authors, sources and tags are written: locked, compared with the version the editor read, saved, and recorded in the log, in
/// one transaction. Each returns null, or the refusal.
/// </summary>
internal sealed class NamedRecords<TRecord, TRequest>(
    NewsDbContext db, Actor actor, TimeProvider clock, RefreshDirectory directory, IServiceProvider services)
    where TRecord : NamedRecord<TRequest>
    where TRequest : class, INamedRequest
{
    /// <summary>What a kind must do besides, before its record is saved: a tag finds its parent.</summary>
    public delegate Task<ProblemDetails?> Preparation(TRecord record, TRequest request, CancellationToken cancel);

    public async Task<ProblemDetails?> Create(
        TRecord record, TRequest request, CancellationToken cancel, Preparation? prepare = null, Func<Task>? answer = null)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        record.Replace(request);
        if (prepare is not null && await prepare(record, request, cancel) is { } unprepared)
        {
            return unprepared;
        }
        if (await PlaceAt(record, request, cancel) is { } taken)
        {
            return taken;
        }
        record.Touch(clock.Now());
        db.Add(record);
        change.Record($"{EnumNames.Of(record.SlugKind)}.changed", record.Id, record.Version);
        await Finish(change, answer, cancel);
        return null;
    }

    public Task<ProblemDetails?> Replace(
        Guid id, TRequest request, Precondition precondition, HttpContext http, Preparation? prepare, Func<Task> answer, CancellationToken cancel) =>
        Save(id, _ => request, version => precondition.Check(version, http), prepare, answer, cancel);

    /// <summary>Whatever version there is: for scripts, whose word is the last one.</summary>
    public Task<ProblemDetails?> Replace(Guid id, TRequest request, Preparation? prepare, Func<Task> answer, CancellationToken cancel) =>
        Save(id, _ => request, _ => null, prepare, answer, cancel);

    public Task<ProblemDetails?> Patch(
        Guid id, MergePatch<TRequest> patch, Precondition precondition, HttpContext http, Preparation? prepare, Func<Task> answer, CancellationToken cancel) =>
        Save(id, record => patch.ApplyTo(record.ToRequest()), version => precondition.Check(version, http), prepare, answer, cancel);

    /// <summary>Deletes a record that <paramref name="inUse"/> finds unused. The row is locked, so a publish that names it comes before or fails.</summary>
    public async Task<ProblemDetails?> Delete(
        Guid id, Precondition precondition, HttpContext http, Func<Task<ProblemDetails?>> inUse, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await Lock(id, "UPDATE", cancel) is not { } record)
        {
            return NotFound();
        }
        if (precondition.Check(record.Version, http) is { } stale)
        {
            return stale;
        }
        if (await inUse() is { } used)
        {
            return used;
        }
        db.Remove(record);
        change.Record($"{EnumNames.Of(record.SlugKind)}.deleted", record.Id, record.Version, record.Version);
        await change.Commit(cancel);
        return null;
    }

    public static ProblemDetails NotFound() => Problems.NotFound(typeof(TRecord).Name.ToLowerInvariant());

    private async Task<ProblemDetails?> Save(
        Guid id, Func<TRecord, TRequest> requestFor, Func<int, ProblemDetails?> check, Preparation? prepare, Func<Task> answer, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        // Keeps publishers out, who share-lock what they embed, but not references to the row: two tags moved below each other would
        // wait for one another in a ring.
        if (await Lock(id, "NO KEY UPDATE", cancel) is not { } record)
        {
            return NotFound();
        }
        if (check(record.Version) is { } stale)
        {
            return stale;
        }
        var request = requestFor(record);
        if (Validation.Check(services, request) is { } invalid)
        {
            return invalid;
        }
        record.Replace(request);
        if (prepare is not null && await prepare(record, request, cancel) is { } unprepared)
        {
            return unprepared;
        }
        if (request.Slug is not null && request.Slug != record.Slug && await PlaceAt(record, request, cancel) is { } taken)
        {
            return taken;
        }
        if (!db.ChangeTracker.HasChanges())
        {
            await answer();
            return null;
        }
        var previous = record.Version;
        record.Touch(clock.Now());
        change.Record($"{EnumNames.Of(record.SlugKind)}.changed", record.Id, record.Version, previous);
        await Finish(change, answer, cancel);
        await directory.After(record.Id, cancel);
        return null;
    }

    /// <summary>The answer is read before the commit: after it, it may be another editor's save, whose ETag would let this one undo it.</summary>
    private async Task Finish(Change change, Func<Task>? answer, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        if (answer is not null)
        {
            await answer();
        }
        await change.Commit(cancel);
    }

    /// <summary>These records are public from the first article that names them, so every slug they had stays theirs.</summary>
    private async Task<ProblemDetails?> PlaceAt(TRecord record, TRequest request, CancellationToken cancel)
    {
        if (request.Slug is null)
        {
            record.MoveTo(await db.Take(record.SlugKind, record.Name, null, record.Id, isPublic: true, cancel));
            return null;
        }
        if (!await db.TryTake(record.SlugKind, request.Slug, record.Id, isPublic: true, cancel))
        {
            return Problems.SlugTaken(request.Slug);
        }
        record.MoveTo(request.Slug);
        return null;
    }

    private async Task<TRecord?> Lock(Guid id, string strength, CancellationToken cancel)
    {
        // The table's name comes from the model, and the strength from above; neither from a request.
        var table = db.Model.FindEntityType(typeof(TRecord))!.GetTableName();
#pragma warning disable EF1002
        await db.Database.ExecuteSqlRawAsync($"SELECT FROM editorial.{table} WHERE id = {{0}} FOR {strength}", [id], cancel);
#pragma warning restore EF1002
        return await db.Set<TRecord>().SingleOrDefaultAsync(record => record.Id == id, cancel);
    }
}
