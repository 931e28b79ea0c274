using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Log;

/// <summary>Writes the refusals that were noted: once a second at most, in one statement, and what is left when the service stops.</summary>
internal sealed partial class RefusalWriter(Refusals refusals, Databases databases, TimeProvider clock, ILogger<RefusalWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool isHeldUp;

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Refusals>();
        services.AddHostedService<RefusalWriter>();
    }

    /// <summary>The server has stopped before: what its last requests were refused is noted by now.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Write(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Write(stoppingToken);
        }
    }

    private async Task Write(CancellationToken cancel)
    {
        var taken = refusals.Take();
        if (taken.Count == 0)
        {
            return;
        }
        try
        {
            await Write(taken, cancel);
            isHeldUp = false;
        }
        catch (Exception failure)
        {
            refusals.PutBack(taken);
            if (cancel.IsCancellationRequested)
            {
                throw;
            }
            // Whatever it was must not end the service, and is said once, not every second.
            if (!isHeldUp)
            {
                Log.HeldUp(logger, failure.Message);
            }
            isHeldUp = true;
        }
    }

    private async Task Write(IReadOnlyDictionary<Refusal, Tally> taken, CancellationToken cancel)
    {
        await using var command = databases.Editorial.CreateCommand("SELECT log.note_refusals($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        Add(NpgsqlDbType.Text, taken.Keys.Select(refusal => EnumNames.Of(refusal.Kind)));
        Add(NpgsqlDbType.Text, taken.Keys.Select(refusal => refusal.Actor));
        Add(NpgsqlDbType.Inet, taken.Keys.Select(refusal => refusal.Address));
        Add(NpgsqlDbType.Text, taken.Keys.Select(refusal => refusal.Method));
        Add(NpgsqlDbType.Text, taken.Keys.Select(refusal => refusal.Route));
        Add(NpgsqlDbType.Text, taken.Keys.Select(refusal => refusal.Needed));
        Add(NpgsqlDbType.Bigint, taken.Values.Select(tally => tally.Times));
        Add(NpgsqlDbType.TimestampTz, taken.Values.Select(tally => tally.First));
        Add(NpgsqlDbType.TimestampTz, taken.Values.Select(tally => tally.Last));
        await command.ExecuteNonQueryAsync(cancel);

        void Add<T>(NpgsqlDbType type, IEnumerable<T> values) =>
            command.Parameters.Add(new NpgsqlParameter { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Refusals for the audit wait for the database: {Reason}")]
        public static partial void HeldUp(ILogger logger, string reason);
    }
}
