using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Import;

/// <summary>How a stream is imported.</summary>
internal sealed record ImportOptions(ImportFormat Format, string? Source, UpsertOptions Upsert);

/// <summary>A line and what became of it.</summary>
internal sealed record ImportedLine(ReadLine Line, ImportResult Result);

/// <summary>
/// Imports a stream of any length: a few batches are at work at once, each in a transaction of its own, and results come in the lines'
/// order when what they say is durable. What is in hand is bounded; whoever takes results slowly is read from slowly.
/// </summary>
internal sealed partial class ImportRun(UpsertArticles articles, ImportRecords records, Databases databases, IServiceProvider services, IOptions<Limits> limits, TimeProvider clock, ILogger<ImportRun> logger)
{
    private const int MostLines = 250;
    private const int MostBytes = 2_000_000;

    /// <summary>While one batch is in PostgreSQL, others are read, checked and rendered.</summary>
    private const int Lanes = 4;

    /// <summary>Authors, sources and tags have a transaction each; those that come together reach the disk together.</summary>
    private const int RecordsAtOnce = 8;

    /// <summary>How long a database that went away is waited for, in seconds; one more try after each.</summary>
    private static readonly int[] Patience = [1, 2, 4, 8, 15, 30];

    /// <param name="input">NDJSON.</param>
    /// <param name="options">How.</param>
    /// <param name="from">How far an earlier run came.</param>
    /// <param name="cancel">From the caller.</param>
    /// <exception cref="Npgsql.NpgsqlException">The database was away for too long. What was answered is durable.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ImportedLine>> Run(
        PipeReader input, ImportOptions options, (long Line, long Offset) from, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var atWork = new Queue<Batch>();
        var next = new Batch();
        try
        {
            await foreach (var line in ImportLines.Read(input, limits.Value.MaxRequestBodyBytes, from, cancel))
            {
                var sent = line is null ? null : Read(line, options);
                if (next.Lines.Count > 0 && (sent is null || !next.Takes(sent)))
                {
                    while (atWork.Count >= Lanes || atWork.Any(next.MustComeAfter))
                    {
                        yield return await atWork.Dequeue().Work!;
                    }
                    Start(next);
                    next = new Batch();
                }
                if (sent is null)
                {
                    while (atWork.TryDequeue(out var waited))
                    {
                        yield return await waited.Work!;
                    }
                }
                else
                {
                    next.Add(sent);
                }
            }
            while (atWork.Any(next.MustComeAfter))
            {
                yield return await atWork.Dequeue().Work!;
            }
            if (next.Lines.Count > 0)
            {
                Start(next);
            }
            while (atWork.TryDequeue(out var last))
            {
                yield return await last.Work!;
            }
            await Patiently(() => WordIndexes.Enter(databases.Editorial, cancel), cancel);
        }
        finally
        {
            // Whoever asked is gone, or one batch has failed for good: the others are not waited for by anybody.
            await stop.CancelAsync();
            await Task.WhenAll(atWork.Select(batch => batch.Work!)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        void Start(Batch batch)
        {
            batch.Work = Task.Run(() => Do(batch.Lines, options.Upsert, stop.Token), CancellationToken.None);
            atWork.Enqueue(batch);
        }
    }

    private SentLine Read(ReadLine line, ImportOptions options) =>
        line.Text is null ? new SentLine(line) { Problem = Problems.TooLarge(limits.Value.MaxRequestBodyBytes) }
        : options.Format == ImportFormat.Ninjs ? NinjsLines.Read(line, options.Source)
        : NativeLines.Read(line, options.Source);

    private async Task<IReadOnlyList<ImportedLine>> Do(List<SentLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var outcomes = new Upserted[lines.Count];
        var good = new List<int>();
        for (var nth = 0; nth < lines.Count; nth++)
        {
            if ((lines[nth].Problem ?? Check(lines[nth])) is { } problem)
            {
                outcomes[nth] = Upserted.Failed(problem);
            }
            else
            {
                good.Add(nth);
            }
        }
        if (lines[0].Record is not null)
        {
            await Parallel.ForEachAsync(good, new ParallelOptions { MaxDegreeOfParallelism = RecordsAtOnce, CancellationToken = cancel }, async (nth, stop) =>
                outcomes[nth] = await Patiently(() => records.Run(lines[nth].Record!, options, stop), stop));
            good.Clear();
        }
        if (good.Count > 0)
        {
            var upserted = await Patiently(() => articles.Run(good.ConvertAll(nth => lines[nth].Article!), options, withAnswer: false, cancel), cancel);
            foreach (var (nth, outcome) in good.Zip(upserted))
            {
                outcomes[nth] = outcome;
            }
        }
        return [.. lines.Zip(outcomes, (line, outcome) => new ImportedLine(line.Line, ImportResult.Of(line.Line.Number, outcome)))];
    }

    private Microsoft.AspNetCore.Mvc.ProblemDetails? Check(SentLine line) => line switch
    {
        { Article: { IsCanceled: true } } => null,
        { Article.Article: UpsertRequest request } => Validation.Check(services, request),
        _ => records.Check(line.Record!),
    };

    /// <summary>A database that is away for a moment ends no import of a million lines.</summary>
    private async Task<T> Patiently<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception failure) when (attempt < Patience.Length && !cancel.IsCancellationRequested && ProblemHandling.IsDatabaseAway(failure))
            {
                Log.Waiting(logger, Patience[attempt], failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(Patience[attempt]), clock, cancel);
            }
        }
    }

    /// <summary>Lines that go into one transaction.</summary>
    private sealed class Batch
    {
        private int bytes;
        private bool namesOthers;

        public List<SentLine> Lines { get; } = [];

        /// <summary>Each once.</summary>
        public HashSet<string> Keys { get; } = [];

        /// <summary>Records alone, no articles.</summary>
        private bool HasRecords { get; set; }

        public Task<IReadOnlyList<ImportedLine>>? Work { get; set; }

        /// <summary>An author's line is there before the articles that name it, and lines with the same key are one after another.</summary>
        public bool Takes(SentLine line) =>
            Lines.Count < MostLines && bytes < MostBytes && (line.Record is not null) == HasRecords
            && !(line.Key is { } key && Keys.Contains(key)) && !(line.After is { } before && Keys.Contains(before));

        public bool MustComeAfter(Batch other) => HasRecords || other.HasRecords || namesOthers || Keys.Overlaps(other.Keys);

        public void Add(SentLine line)
        {
            Lines.Add(line);
            bytes += line.Line.Text?.Length ?? 0;
            HasRecords |= line.Record is not null;
            namesOthers |= line.NamesOthers;
            if (line.Key is { } key)
            {
                Keys.Add(key);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The import waits {Seconds} s for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, int seconds, string reason);
    }
}
