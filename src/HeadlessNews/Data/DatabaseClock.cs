using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Data;

internal static class DatabaseClock
{
    /// <summary>The clock that all nodes share: times of articles, and what falls due, are judged by it, whatever a node's own says.</summary>
    public static Task<DateTimeOffset> Now(this NewsDbContext db, CancellationToken cancel) =>
        db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancel);
}
