using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Delivery.Purge;

/// <summary>
/// Follows the log for what the public sees, and has the CDN in front let go of it. The position moves when the CDN has said yes, so that a
/// stop, on either side, delays purges and loses none.
/// </summary>
internal sealed partial class PurgeCdn(CdnPurge settings, CdnClient cdn, Databases databases, LogHint hint, TimeProvider clock, ILogger<PurgeCdn> logger)
    : LogFollower("cdn", databases, hint, clock, logger)
{
    /// <summary>By then no node answers with what was before: what the CDN asks for again is new.</summary>
    private static readonly TimeSpan UntilAllNodesKnow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    private long allKnow;

    /// <summary>What was changed before there was a CDN is in none.</summary>
    protected override bool StartsAtTheEnd => true;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.Url is null ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);

    protected override async Task<bool> Follow(NpgsqlConnection turn, LogPlace place, CancellationToken cancel)
    {
        if (place.Position >= place.Head)
        {
            if (place.Position > place.Head)
            {
                Log.OtherHistory(logger, place.Position, place.Head);
                await Progress(turn, cancel, position: place.Head);
            }
            return false;
        }
        var end = Math.Min(place.Head, place.Position + Window);
        var changed = await Changed(turn, place.Position, end, cancel);
        if (changed.Count > 0 && end > allKnow)
        {
            await Task.Delay(UntilAllNodesKnow, Clock, cancel);
            allKnow = place.Head;
        }
        var done = 0;
        foreach (var some in changed.Chunk(settings.Most))
        {
            await Purge(some, cancel);
            done += some.Length;
            await Progress(turn, cancel, workingOn: "tags", done: done, of: changed.Count);
        }
        await Progress(turn, cancel, position: end);
        return true;
    }

    /// <summary>As this node's own cache is told, and each once more by its hidden name.</summary>
    private static async Task<IReadOnlyList<string>> Changed(NpgsqlConnection turn, long after, long end, CancellationToken cancel)
    {
        var tags = new List<string>();
        await using var command = turn.Statement(
            "SELECT DISTINCT unnest(tags) FROM log.public_events WHERE position > $1 AND position <= $2", [after, end]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            tags.Add(reader.GetString(0));
        }
        return [.. CacheTags.WithLists(tags).Distinct().SelectMany(tag => new[] { tag, CdnPurge.Hidden(tag) })];
    }

    /// <summary>Until the CDN says yes, however long that takes.</summary>
    private async Task Purge(string[] tags, CancellationToken cancel)
    {
        for (var pause = TimeSpan.FromSeconds(1); await cdn.Purge(tags, cancel) is { } refused; pause *= 2)
        {
            pause = refused.IsRefusal || pause > Longest ? Longest : pause;
            var wait = refused.RetryAfter is { } asked && asked > pause ? (asked < LongestAsked ? asked : LongestAsked) : pause;
            if (refused.IsRefusal)
            {
                Log.Refused(logger, tags.Length, refused.Why, wait.TotalSeconds);
            }
            else
            {
                Log.Failed(logger, tags.Length, refused.Why, wait.TotalSeconds);
            }
            await Task.Delay(wait, Clock, cancel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The CDN did not purge {Count} tags ({Why}) and is asked again in {Seconds} s")]
        public static partial void Failed(ILogger logger, int count, string why, double seconds);

        [LoggerMessage(Level = LogLevel.Error, Message = "The CDN refuses to purge {Count} tags ({Why}): check the settings CdnPurge. Readers behind it see what is old until it takes purges; it is asked again in {Seconds} s")]
        public static partial void Refused(ILogger logger, int count, string why, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The CDN was purged up to {Position}, and the log ends at {Head}: it is another history, such as a restored backup. Purge the CDN whole")]
        public static partial void OtherHistory(ILogger logger, long position, long head);
    }
}
