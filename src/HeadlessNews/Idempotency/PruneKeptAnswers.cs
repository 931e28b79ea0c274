using HeadlessNews.Data;

namespace HeadlessNews.Idempotency;

/// <summary>Ends what is older than a day: at the start, and every ten minutes. Any number of nodes may be at it.</summary>
internal sealed partial class PruneKeptAnswers(Databases databases, TimeProvider clock, ILogger<PruneKeptAnswers> logger) : BackgroundService
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            try
            {
                while (await Prune(stoppingToken) == AtOnce)
                {
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was must not end the service: what is too old is not answered any more, and can wait.
                Log.Failed(logger, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> Prune(CancellationToken cancel)
    {
        await using var command = databases.Editorial.CreateCommand(
            """
            DELETE FROM editorial.kept_answers
            WHERE (actor, key) IN (
                SELECT actor, key FROM editorial.kept_answers
                WHERE at <= clock_timestamp() - interval '24 hours'
                ORDER BY at
                LIMIT $1
                FOR UPDATE SKIP LOCKED)
            """);
        command.Parameters.Add(new() { Value = AtOnce });
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Answers kept for a day wait to be pruned: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
