using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>One consumer that begins a copy of everything, and one that goes on with it from the middle and from near the end of a log of a million rows.</summary>
internal static class SyncStage
{
    public const string Name = "sync";
    public const string Json = "initial, JSON";
    public const string Lines = "initial, NDJSON";
    public const string Middle = "delta page of 1,000 in the middle of 1,000,000";
    public const string End = "delta page of 1,000 at the end of 1,000,000";
    private const string Items = "items of an initial sync";
    private const string Bytes = "bytes of an item";

    /// <summary>At most; of the largest sizes these are the first.</summary>
    private const int Most = 100_000;

    private const int Page = 1_000;
    private const string LinesType = "application/x-ndjson";

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await LogRows.Make(site.Data, cancel);
        var end = await LogRows.End(site.Data, cancel);
        await using var server = await Server.Cached(site.Data, site.Service, cancel);
        using var consumer = new Consumer(server);
        var middles = new List<string>();
        for (var page = 0; page < 100; page++)
        {
            middles.Add(await LogRows.CursorAt(site.Data, LogRows.All / 2 + page * Page, cancel));
        }
        var nearEnd = await LogRows.CursorAt(site.Data, end - Page, cancel);
        var series = await Alternation.Run(
        [
            new Runner(Json, (_, stop) => consumer.Begin("application/json", stop)),
            new Runner(Lines, (_, stop) => consumer.Begin(LinesType, stop)),
            new Runner(Middle, (seconds, stop) => consumer.GoOn(middles, seconds, stop)),
            new Runner(End, (seconds, stop) => consumer.GoOn([nearEnd], seconds, stop)),
        ], site.Settings, site.Progress, cancel);
        return site.Result(series) with { Facts = new() { [Items] = consumer.Items, [Bytes] = Math.Round((double)consumer.Bytes / consumer.Items) } };
    }

    /// <summary>Takes the bytes, and looks at no more of them than it needs to go on.</summary>
    private sealed class Consumer(ServerProcess server) : IDisposable
    {
        private readonly HttpClient client = new() { BaseAddress = server.Address };
        private byte[] body = new byte[1 << 24];
        private int length;

        public int Items { get; private set; }
        public long Bytes { get; private set; }

        public async Task<Sample> Begin(string type, CancellationToken cancel)
        {
            (Items, Bytes) = (0, 0);
            var clock = Stopwatch.StartNew();
            for (var path = $"/api/v1/sync?initial=true&limit={Page}"; Items < Most;)
            {
                await Get(path, type, cancel);
                Items += CountItems();
                Bytes += length;
                if (!Ending().Contains("\"hasMore\":true", StringComparison.Ordinal))
                {
                    break;
                }
                path = $"/api/v1/sync?after={NextCursor()}&limit={Page}";
            }
            return new Sample(Items / clock.Elapsed.TotalSeconds) { Count = Items };
        }

        public async Task<Sample> GoOn(List<string> cursors, int seconds, CancellationToken cancel)
        {
            var times = new List<double>();
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                var before = clock.Elapsed;
                await Get($"/api/v1/sync?after={cursors[times.Count % cursors.Count]}&limit={Page}", LinesType, cancel);
                times.Add((clock.Elapsed - before).TotalMilliseconds);
                if (CountItems() is var items && items != Page)
                {
                    throw new BenchmarkException($"A page of {Page} events has {items}.");
                }
            }
            return new Sample(times.Count / clock.Elapsed.TotalSeconds, Statistics.Percentile(times, 50), Statistics.Percentile(times, 99)) { Count = times.Count };
        }

        public void Dispose() => client.Dispose();

        private async Task Get(string path, string type, CancellationToken cancel)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            answer.EnsureSuccessStatusCode();
            await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
            length = 0;
            while (await stream.ReadAsync(body.AsMemory(length), cancel) is var read and > 0)
            {
                length += read;
                if (length == body.Length)
                {
                    Array.Resize(ref body, body.Length * 2);
                }
            }
        }

        /// <summary>As every item begins, and nothing within one: of articles with a document, of all others and of removals.</summary>
        private int CountItems()
        {
            var text = body.AsSpan(0, length);
            return text.Count("{\"type\":\"article."u8) + text.Count("{\"type\":\"author."u8) + text.Count("{\"type\":\"source."u8) + text.Count("{\"type\":\"tag."u8);
        }

        private string Ending() => Encoding.UTF8.GetString(body, Math.Max(0, length - 500), Math.Min(500, length));

        private string NextCursor()
        {
            const string name = "\"nextCursor\":\"";
            var ending = Ending();
            var from = ending.LastIndexOf(name, StringComparison.Ordinal) + name.Length;
            return ending[from..ending.IndexOf('"', from)];
        }
    }
}
