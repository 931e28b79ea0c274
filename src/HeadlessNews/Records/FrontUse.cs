using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Records;

internal static class FrontUse
{
    /// <summary>How many fronts an author, source or tag fills, in the layout that is in force or in one to come: it may not be deleted.</summary>
    public static Task<int> FrontsNaming(this NewsDbContext db, Guid id, CancellationToken cancel) => db.Database.SqlQuery<int>(
        $"""
        SELECT count(*)::integer AS "Value"
        FROM editorial.fronts AS front
        LEFT JOIN LATERAL (
            SELECT names FROM editorial.front_editions WHERE front_id = front.id AND at <= clock_timestamp() ORDER BY at DESC LIMIT 1
        ) AS due ON true
        WHERE {id} = ANY (coalesce(due.names, front.names))
           OR EXISTS (SELECT FROM editorial.front_editions WHERE front_id = front.id AND at > clock_timestamp() AND {id} = ANY (names))
        """).SingleAsync(cancel);
}
