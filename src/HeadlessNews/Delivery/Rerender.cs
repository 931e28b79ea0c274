using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>
/// Renders live articles again when what they name has changed, or the renderer has: always the live revision, never the working copy.
/// Follows the log from a position kept in the database, so a stop in the middle repeats a batch at most and skips none.
/// </summary>
internal sealed partial class Rerender(IServiceScopeFactory scopes, Databases databases, LogHint hint, TimeProvider clock, ILogger<Rerender> logger)
    : LogFollower("rerender", databases, hint, clock, logger)
{
    private const int Batch = 100;

    /// <summary>Of those put aside, tried again between two steps: many of them slow the others down, and stop none.</summary>
    private const int MostAgain = 10;

    private readonly PutAside articlesAside = new("rendering an article again", clock, logger);

    // Not kept in the database: an entry that cannot be written keeps its articles from being rendered, and these are kept, and bring it along.
    private readonly PutAside entriesAside = new("refreshing a directory entry", clock, logger);

    /// <summary>One change followed to its end.</summary>
    protected override async Task<bool> Follow(NpgsqlConnection turn, LogPlace place, CancellationToken cancel)
    {
        if (place.RenderVersion > Renderer.Version)
        {
            // A newer release is at work beside this one: its renderings are not to be undone.
            return false;
        }
        if (await RenderOutdated(turn, place.RenderVersion, cancel))
        {
            return true;
        }
        var hasTriedAgain = await TryAgain(turn, cancel);
        if (place.Position >= place.Head)
        {
            return hasTriedAgain;
        }
        var end = Math.Min(place.Head, place.Position + Window);
        var change = await NextChange(turn, place.Position, end, cancel);
        if (change is not null)
        {
            await Follow(turn, change, cancel);
        }
        await Progress(turn, cancel, position: change?.Position ?? end);
        return true;
    }

    private async Task Follow(NpgsqlConnection turn, LoggedChange change, CancellationToken cancel)
    {
        await Refresh(await Showing(change.Id, cancel), cancel);
        var articles = await Ids(turn,
            """
            SELECT listed.article_id
            FROM delivery.listing AS listed JOIN delivery.articles AS article ON article.article_id = listed.article_id
            WHERE listed.facet_kind = $1 AND listed.facet_id = $2
              -- What was rendered since has the change in it.
              AND article.log_position < $3
            ORDER BY listed.published_at DESC, listed.article_id DESC
            """, [change.Kind, change.Id, change.Position], cancel);
        if (articles.Count == 0)
        {
            return;
        }
        Log.Started(logger, articles.Count, change.Type, change.Id);
        await Render(turn, articles, $"{change.Type} {change.Id}", cancel);
    }

    /// <summary>
    /// Asked every time, not only after an upgrade: while one is under way an older node may still publish. One look at a partial index.
    /// </summary>
    private async Task<bool> RenderOutdated(NpgsqlConnection turn, int renderVersion, CancellationToken cancel)
    {
        var articles = await Ids(turn, "SELECT article_id FROM delivery.articles WHERE state = 'live' AND render_version < $1", [Renderer.Version], cancel);
        if (renderVersion < Renderer.Version)
        {
            await Progress(turn, cancel, renderVersion: Renderer.Version);
        }
        articles.RemoveAll(articlesAside.Has);
        if (articles.Count == 0)
        {
            return false;
        }
        Log.Started(logger, articles.Count, "renderVersion", Guid.Empty);
        await Render(turn, articles, $"renderVersion {Renderer.Version}", cancel);
        return true;
    }

    private async Task Render(NpgsqlConnection turn, List<Guid> articles, string because, CancellationToken cancel)
    {
        var done = 0;
        foreach (var batch in articles.Chunk(Batch))
        {
            await Progress(turn, cancel, workingOn: because, done: done, of: articles.Count);
            await RenderEach(turn, batch, cancel);
            done += batch.Length;
            if (articles.Count > Batch)
            {
                Log.Progress(logger, done, articles.Count, because);
            }
        }
        await Progress(turn, cancel);
    }

    private async Task RenderEach(NpgsqlConnection turn, Guid[] ids, CancellationToken cancel)
    {
        foreach (var id in await articlesAside.Do(ids, some => RenderBatch(some, cancel), cancel))
        {
            try
            {
                // As what no renderer has rendered it is found again, by this process, the next one or another node.
                await turn.Execute("UPDATE delivery.articles SET render_version = 0 WHERE article_id = $1 AND state = 'live' AND render_version <= $2",
                    [id, Renderer.Version], cancel);
            }
            catch (PostgresException refusal) when (PutAside.IsOfTheirs(refusal, cancel))
            {
                Log.NotMarked(logger, refusal, id);
            }
        }
    }

    private async Task<bool> TryAgain(NpgsqlConnection turn, CancellationToken cancel)
    {
        var (entries, articles) = (entriesAside.Due(MostAgain), articlesAside.Due(MostAgain));
        await Refresh(entries, cancel);
        foreach (var id in articles)
        {
            await RenderEach(turn, [id], cancel);
        }
        return entries.Length + articles.Length > 0;
    }

    private async Task RenderBatch(Guid[] ids, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        var render = scope.ServiceProvider.GetRequiredService<RenderLive>();
        var prepared = await render.Prepare(ids, cancel);
        IReadOnlyList<Guid> lost;
        await using (var change = await Change.Begin(db, Actor.System, cancel))
        {
            lost = (await render.Run(change, prepared, "article.rerendered", WriteOver.SamePublicationOlderRelease, updatedAt: null, data: null, cancel)).Lost;
            await change.Commit(cancel);
        }
        if (lost.Count > 0)
        {
            await TakeBack(lost, cancel);
        }
    }

    /// <summary>Their source has come to prohibit what was published, and nothing clears it: what is live has its rights, or is not live.</summary>
    private async Task TakeBack(IReadOnlyList<Guid> lost, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var taken = await scope.ServiceProvider.GetRequiredService<DueArticles>().WithdrawWithoutRights(lost, cancel);
        foreach (var id in taken)
        {
            Log.Prohibited(logger, id);
        }
    }

    private async Task<Guid[]> Showing(Guid changed, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RefreshDirectory>().Showing(changed, cancel);
    }

    /// <summary>Whoever saved the change has done so already, unless something came in between.</summary>
    private async Task Refresh(Guid[] entries, CancellationToken cancel)
    {
        foreach (var some in entries.Chunk(Batch))
        {
            await entriesAside.Do(some, async these =>
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<RefreshDirectory>().Entries(these, cancel);
            }, cancel);
        }
    }

    /// <summary>A record just made is no change to any document: what names it was rendered with it.</summary>
    private static async Task<LoggedChange?> NextChange(NpgsqlConnection connection, long position, long end, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT position, type, resource_kind, resource_id
            FROM log.events
            WHERE position > $1 AND position <= $2 AND type IN ('author.changed', 'source.changed', 'tag.changed') AND version > 1
            ORDER BY position
            LIMIT 1
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = position });
        command.Parameters.Add(new NpgsqlParameter { Value = end });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new LoggedChange(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetGuid(3))
            : null;
    }

    private static async Task<List<Guid>> Ids(NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancel)
    {
        await using var command = connection.Statement(sql, parameters);
        var ids = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            ids.Add(reader.GetGuid(0));
        }
        return ids;
    }

    private sealed record LoggedChange(long Position, string Type, string Kind, Guid Id);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Rendering {Count} live articles again because of {Reason} {Id}")]
        public static partial void Started(ILogger logger, int count, string reason, Guid id);

        [LoggerMessage(Level = LogLevel.Information, Message = "Rendered {Done} of {Count} again ({Reason})")]
        public static partial void Progress(ILogger logger, int done, int count, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Article {Id} cannot be marked as to be rendered again: only this process knows of it")]
        public static partial void NotMarked(ILogger logger, Exception failure, Guid id);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Article {Id} was withdrawn: its rights have come to prohibit it")]
        public static partial void Prohibited(ILogger logger, Guid id);
    }
}
