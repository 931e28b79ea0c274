using System.Diagnostics;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>Articles that are imported and published, beside the least that it could cost: a bare <c>COPY</c> of the rows that they come to.</summary>
internal static class ImportStage
{
    public const string Name = "import";
    public const string Imported = "imported and published";
    public const string Copied = "bare COPY of the same rows";
    public const string ServiceWork = "milliseconds of processor in the service, an article";
    public const string DatabaseWork = "milliseconds of processor in PostgreSQL, an article";
    private const string Bytes = "bytes of rows, an article";

    /// <summary>Articles in each round, for each second that a round is to last: a round at the rate that is wanted.</summary>
    private const int PerSecond = 1_500;

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await ImportedRows.Remove(site.Data, cancel);
        var server = await Server.Cached(site.Data, site.Service, cancel);
        try
        {
            ImportedRows? rows = null;
            var work = new List<(TimeSpan Service, TimeSpan Database)>();
            var many = 0;
            var series = await Alternation.Run(
            [
                new Runner(Imported, async (seconds, stop) =>
                {
                    many = seconds * PerSecond;
                    var before = await ImportedRows.Count(site.Data, stop);
                    var lines = Story.Lines(many, site.Data);
                    var (service, database) = (Machine.WorkOf(server.Id), site.Data.Work());
                    var clock = Stopwatch.StartNew();
                    await Importing.Send(server, lines, stop);
                    var took = clock.Elapsed.TotalSeconds;
                    work.Add(((Machine.WorkOf(server.Id) - service) / many, (site.Data.Work() - database) / many));
                    if (await ImportedRows.Count(site.Data, stop) - before is var live && live != many)
                    {
                        throw new BenchmarkException($"Of {many} imported articles {live} are live.");
                    }
                    rows = await ImportedRows.Read(site.Data, many, stop);
                    return new Sample(many / took) { Count = many };
                }),
                new Runner(Copied, async (_, stop) =>
                {
                    await using var target = await rows!.Prepare(site.Data, stop);
                    var clock = Stopwatch.StartNew();
                    await target.Copy(stop);
                    return new Sample(many / clock.Elapsed.TotalSeconds) { Count = many };
                }),
            ], site.Settings, site.Progress, cancel);
            // The first is the warm-up's.
            double Middle(Func<(TimeSpan Service, TimeSpan Database), TimeSpan> which) => Math.Round(Statistics.Median(work.Skip(1).Select(one => which(one).TotalMilliseconds)), 3);
            return site.Result(series) with
            {
                Facts = new() { [Bytes] = Math.Round((double)rows!.Bytes / many), [ServiceWork] = Middle(one => one.Service), [DatabaseWork] = Middle(one => one.Database) },
            };
        }
        finally
        {
            await server.DisposeAsync();
            await ImportedRows.Remove(site.Data, CancellationToken.None);
        }
    }
}
