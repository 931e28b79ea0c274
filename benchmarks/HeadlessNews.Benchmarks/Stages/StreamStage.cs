using System.Collections.Concurrent;
using System.Diagnostics;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>How long it takes until those who listen hear of a change, while 50 a second are made; and what a thousand who listen cost in memory.</summary>
internal static class StreamStage
{
    public const string Name = "stream";
    public const string FromRequest = "change to event, from the request on";
    public const string FromAnswer = "change to event, from the answer on";
    public const string Growth = "bytes in memory more, with 1,000 open streams";
    private const string Missing = "changes that a stream did not tell of";
    private const int PerSecond = 50;
    private const int Readers = 20;
    private const int Many = 1_000;

    /// <summary>In turn: one is changed again when everybody has heard of the last time.</summary>
    private const int Articles = 500;

    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(10);

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        var server = await Server.Cached(site.Data, site.Service, cancel);
        try
        {
            using var desk = new Desk(server, site.Data, Articles);
            await desk.Fill(cancel);
            var series = new SortedDictionary<string, List<Sample>>(StringComparer.Ordinal) { [FromRequest] = [], [FromAnswer] = [] };
            var missing = 0;
            site.Progress.Plan(site.Settings.Rounds + 1);
            for (var round = 0; round <= site.Settings.Rounds; round++)
            {
                var (request, answer, lost) = await OneRound(server, desk, site.Settings.Seconds, cancel);
                if (round > 0)
                {
                    series[FromRequest].Add(request);
                    series[FromAnswer].Add(answer);
                    missing += lost;
                }
                site.Progress.Done(round == 0 ? "warm-up" : $"round {round}", request);
            }
            return site.Result(series) with { Facts = new() { [Missing] = missing, [Growth] = await GrowthOf(server, desk, cancel) } };
        }
        finally
        {
            await server.DisposeAsync();
            await ImportedRows.Remove(site.Data, CancellationToken.None);
        }
    }

    private static async Task<(Sample Request, Sample Answer, int Lost)> OneRound(ServerProcess server, Desk desk, int seconds, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        var heard = new ConcurrentBag<(Told What, long At)>();
        var streams = await Open(client, Readers, (what, at) => heard.Add((what, at)), cancel);
        try
        {
            var clock = Stopwatch.StartNew();
            var writes = new List<Task<Written>>();
            for (var nth = 0; nth < seconds * PerSecond; nth++)
            {
                // By the clock, not one after another: a slow answer holds no later change back.
                if (TimeSpan.FromSeconds((double)nth / PerSecond) - clock.Elapsed is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, cancel);
                }
                writes.Add(desk.Change(nth % Articles, cancel));
            }
            var written = (await Task.WhenAll(writes)).ToDictionary(one => one.What);
            var took = clock.Elapsed.TotalSeconds;
            for (var waited = Stopwatch.StartNew(); heard.Count < written.Count * Readers && waited.Elapsed < HeardWithin;)
            {
                await Task.Delay(20, cancel);
            }
            var mine = heard.Where(one => written.ContainsKey(one.What)).ToList();
            return (Of(write => write.Sent), Of(write => write.Answered), written.Count * Readers - mine.Count);

            Sample Of(Func<Written, long> from)
            {
                // An event that is there before the answer takes no time from then on.
                var times = mine.ConvertAll(one => Math.Max(0, Stopwatch.GetElapsedTime(from(written[one.What]), one.At).TotalMilliseconds));
                return new Sample(Math.Round(written.Count / took, 1), Math.Round(Statistics.Percentile(times, 50), 2), Math.Round(Statistics.Percentile(times, 99), 2));
            }
        }
        finally
        {
            await Close(streams);
        }
    }

    /// <summary>Of the service, after everything that the rounds needed is there already; while there are changes to tell of.</summary>
    private static async Task<double> GrowthOf(ServerProcess server, Desk desk, CancellationToken cancel)
    {
        await Server.UntilCalm(server, cancel);
        var (before, _, _) = Machine.MemoryOf(server.Id);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        var heard = 0;
        var streams = await Open(client, Many, (_, _) => Interlocked.Increment(ref heard), cancel);
        try
        {
            var most = 0L;
            for (var nth = 0; nth < PerSecond; nth++)
            {
                await desk.Change(nth, cancel);
                most = Math.Max(most, Machine.MemoryOf(server.Id).Now);
            }
            for (var waited = Stopwatch.StartNew(); heard < Many * PerSecond && waited.Elapsed < HeardWithin;)
            {
                await Task.Delay(100, cancel);
                most = Math.Max(most, Machine.MemoryOf(server.Id).Now);
            }
            Progress.Say($"{Many} streams: {(most - before) / 1e6:F0} MB more at most; {heard} of {Many * PerSecond} events were heard");
            return heard >= Many * PerSecond ? most - before : throw new BenchmarkException($"With {Many} streams {heard} of {Many * PerSecond} events were heard within {HeardWithin}.");
        }
        finally
        {
            await Close(streams);
        }
    }

    private static async Task<List<EventStream>> Open(HttpClient client, int many, Action<Told, long> hear, CancellationToken cancel)
    {
        var streams = new List<EventStream>();
        for (var nth = 0; nth < many; nth++)
        {
            streams.Add(await EventStream.Open(client, hear, cancel));
        }
        return streams;
    }

    private static async Task Close(List<EventStream> streams)
    {
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }
}
