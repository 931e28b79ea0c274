using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Idempotency;

/// <summary>The answers of a day, in the database that the writes they tell of are in.</summary>
internal sealed class KeptAnswers(NewsDbContext db)
{
    /// <summary>
    /// Whether nobody else is at this request, on any node. Held until the transaction ends, however it ends; by then the answer can be found.
    /// </summary>
    public Task<bool> TryClaim(KeyedRequest request, CancellationToken cancel) => db.Database.SqlQuery<bool>(
        $"""SELECT pg_try_advisory_xact_lock(hashtextextended({$"idempotency {request.Caller} {request.Key}"}, 0)) AS "Value" """).SingleAsync(cancel);

    /// <summary>The answer that a request was given in the last 24 hours, by the database's clock.</summary>
    /// <exception cref="ProblemException">The key was given to another request.</exception>
    public async Task<KeptAnswer?> Find(KeyedRequest request, CancellationToken cancel)
    {
        var found = await db.Database.SqlQuery<Row>(
            $"""
            SELECT request AS "Request", status AS "Status", headers::text AS "Headers", body AS "Body"
            FROM editorial.kept_answers
            WHERE actor = {request.Caller} AND key = {request.Key} AND at > clock_timestamp() - interval '24 hours'
            """).SingleOrDefaultAsync(cancel);
        if (found is null)
        {
            return null;
        }
        return found.Request.AsSpan().SequenceEqual(request.Hash)
            ? new KeptAnswer(found.Status, JsonSerializer.Deserialize<Dictionary<string, string>>(found.Headers)!, found.Body)
            : throw new ProblemException(Problems.IdempotencyKeyUsed());
    }

    /// <summary>Within the write's own transaction: both are kept, or neither.</summary>
    public Task Keep(KeyedRequest request, KeptAnswer answer, CancellationToken cancel)
    {
        var headers = JsonSerializer.Serialize(answer.Headers);
        // What is there under the name is older than a day.
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO editorial.kept_answers (actor, key, request, status, headers, body)
            VALUES ({request.Caller}, {request.Key}, {request.Hash}, {answer.Status}, {headers}::jsonb, {answer.Body})
            ON CONFLICT (actor, key) DO UPDATE
            SET request = excluded.request, status = excluded.status, headers = excluded.headers, body = excluded.body, at = excluded.at
            """, cancel);
    }

    private sealed record Row
    {
        public byte[] Request { get; init; } = [];
        public int Status { get; init; }
        public string Headers { get; init; } = "";
        public byte[] Body { get; init; } = [];
    }
}
