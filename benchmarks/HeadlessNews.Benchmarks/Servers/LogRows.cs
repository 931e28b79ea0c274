using HeadlessNews.Delivery.Sync;
using HeadlessNews.Http;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>
/// A log of a million rows: what the service wrote itself, and then rows that say of live articles, in no order, that they were updated. Written
/// by the service through a million publications, it would be read the same.
/// </summary>
internal static class LogRows
{
    public const int All = 1_000_000;

    /// <summary>The end of the log, too, says of articles that are live what was the last that happened to them.</summary>
    private const int AtTheEnd = 2_000;

    private const string Fill =
        """
        BEGIN;
        SELECT log.add_partition(number) FROM generate_series(1, ((SELECT position FROM log.head) + $1) / 1000000) AS number
        WHERE to_regclass('log.events_' || lpad(number::text, 6, '0')) IS NULL;
        CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS
        SELECT article_id, version, row_number() OVER (ORDER BY md5(article_id::text)) - 1 AS nth FROM delivery.articles WHERE state = 'live';
        CREATE UNIQUE INDEX ON shuffled (nth);
        ANALYZE shuffled;
        INSERT INTO log.events (position, id, at, type, resource_kind, resource_id, version, previous_version, actor)
        SELECT head.position + row, gen_random_uuid(), clock_timestamp(), 'article.updated', 'article', article_id, version, version, 'benchmark'
        FROM log.head AS head CROSS JOIN generate_series(1, $1) AS row
        JOIN shuffled ON nth = row % (SELECT count(*) FROM shuffled);
        UPDATE log.head SET position = position + $1;
        -- Nobody else is to follow them.
        UPDATE log.readers SET position = (SELECT position FROM log.head);
        COMMIT;
        """;

    /// <summary>While no service is at work here.</summary>
    public static async Task Make(NewsData data, CancellationToken cancel)
    {
        var missing = Math.Max(AtTheEnd, All - await End(data, cancel));
        await data.Value(Fill.Replace("$1", $"{missing}", StringComparison.Ordinal), cancel);
        await data.Tidy(cancel);
    }

    public static async Task<long> End(NewsData data, CancellationToken cancel) => (long)(await data.Value("SELECT position FROM log.head", cancel))!;

    /// <summary>What a consumer of articles would have who has come so far.</summary>
    public static async Task<string> CursorAt(NewsData data, long position, CancellationToken cancel)
    {
        var key = new InstallationKey { Value = (byte[])(await data.Value("SELECT value FROM editorial.installation_secrets WHERE name = 'cursors'", cancel))! };
        var id = (Guid)(await data.Value($"SELECT id FROM log.marks WHERE position = {position}", cancel))!;
        return new SyncCursor(SyncKinds.Article, new LogMark(position, id), null).Seal(new Cursors(key));
    }
}
