using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HeadlessNews.Import;

/// <summary>
/// Upserts batches, whatever else happens at the same moment: who loses a race for an article, an author or a slug looks again. A batch
/// that the database refuses is cut in two until the fault is alone.
/// </summary>
internal sealed partial class UpsertArticles(IServiceScopeFactory scopes, ILogger<UpsertArticles> logger)
{
    private const int MostTries = 8;

    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public async Task<IReadOnlyList<Upserted>> Run(IReadOnlyList<Upsert> upserts, UpsertOptions options, bool withAnswer, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Each try begins with nothing in hand.
                await using var scope = scopes.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<UpsertBatch>().Run(upserts, options, withAnswer, cancel);
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested && !ProblemHandling.IsDatabaseAway(failure))
            {
                if (IsRace(failure) && attempt < MostTries)
                {
                    continue;
                }
                if (upserts.Count == 1)
                {
                    return [Upserted.Failed(ProblemFor(failure))];
                }
                var half = upserts.Count / 2;
                return
                [
                    .. await Run([.. upserts.Take(half)], options, withAnswer, cancel),
                    .. await Run([.. upserts.Skip(half)], options, withAnswer, cancel),
                ];
            }
        }
    }

    /// <summary>Somebody else wrote the same at the same moment, or took away what was named: another look finds it so.</summary>
    private static bool IsRace(Exception failure) => failure is DbUpdateConcurrencyException || ProblemHandling.RefusalIn(failure) is
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
    };

    private ProblemDetails ProblemFor(Exception failure)
    {
        if (failure is ProblemException refusal)
        {
            return refusal.Problem;
        }
        if (ProblemHandling.RefusalIn(failure) is { } violation && Constraints.ProblemFor(violation) is { } known)
        {
            return known;
        }
        Log.Unexpected(logger, failure);
        return Problems.Unexpected();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "An article could not be upserted")]
        public static partial void Unexpected(ILogger logger, Exception failure);
    }
}
