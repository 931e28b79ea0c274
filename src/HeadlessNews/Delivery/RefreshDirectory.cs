using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Delivery;

/// <summary>
/// Writes the public entries of authors, sources and tags anew: their name, their address, the redirect from the one before. Articles
/// that carry the name are many, and follow (<see cref="Rerender"/>).
/// </summary>
internal sealed partial class RefreshDirectory(NewsDbContext db, Renderer renderer, ILogger<RefreshDirectory> logger)
{
    /// <summary>
    /// After a save, and before it is answered: who renames something finds it under its new name. A transaction of its own, since the
    /// save holds its record in a way that would have two tags wait for one another.
    /// </summary>
    public async Task After(Guid saved, CancellationToken cancel)
    {
        try
        {
            var entries = await Showing(saved, cancel);
            if (entries.Length > 0)
            {
                await Entries(entries, cancel);
            }
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // What was saved is saved and in the log: whoever follows it tries again.
            Log.Left(logger, failure, saved);
        }
    }

    /// <summary>A record's own entry and those of the tags right below it, where they are public at all.</summary>
    public Task<Guid[]> Showing(Guid changed, CancellationToken cancel) => db.Database.SqlQuery<Guid>(
        $"""
        SELECT entry.id AS "Value"
        FROM delivery.directory AS entry
        WHERE entry.id = {changed} OR entry.id IN (SELECT id FROM editorial.tags WHERE parent_id = {changed})
        """).ToArrayAsync(cancel);

    public async Task Entries(Guid[] ids, CancellationToken cancel)
    {
        await using var refresh = await Change.Begin(db, Actor.System, cancel);
        var named = await Named.Lock(db, ids, ids, ids, cancel);
        var entries = renderer.Directory(named);
        var changed = await DeliveryStore.Put(refresh.Connection, entries, cancel);
        foreach (var entry in entries.Where(entry => changed.Contains(entry.Id)))
        {
            refresh.Record(entry.Rerendered);
        }
        await refresh.Commit(cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The directory entry of {Id} could not be written at once and is left to the reader of the log")]
        public static partial void Left(ILogger logger, Exception failure, Guid id);
    }
}
