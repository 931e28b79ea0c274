using System.Diagnostics;
using System.Globalization;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>What is known of an article that a stream tells of.</summary>
internal readonly record struct Told(Guid Id, int Version);

/// <summary>One reader of <c>GET /stream</c>, at it until it is disposed.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly HttpResponseMessage answer;
    private readonly Action<Told, long> hear;
    private readonly Task reading;

    private EventStream(HttpResponseMessage answer, Action<Told, long> hear)
    {
        this.answer = answer;
        this.hear = hear;
        reading = Read();
    }

    /// <param name="client">Shared by all: it opens a connection for each.</param>
    /// <param name="hear">Called with each article that is told of, and the clock's ticks.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<EventStream> Open(HttpClient client, Action<Told, long> hear, CancellationToken cancel)
    {
        var answer = await client.GetAsync(new Uri("/api/v1/stream?types=article", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
        answer.EnsureSuccessStatusCode();
        return new EventStream(answer, hear);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        answer.Dispose();
        await reading;
        end.Dispose();
    }

    private async Task Read()
    {
        try
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(end.Token));
            while (await lines.ReadLineAsync(end.Token) is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal))
                {
                    hear(Parse(line), Stopwatch.GetTimestamp());
                }
            }
        }
        catch (Exception over) when (end.IsCancellationRequested && over is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    /// <summary>By the first members: the document behind them is not looked at.</summary>
    private static Told Parse(string line)
    {
        const string id = "\"id\":\"";
        const string version = "\"version\":";
        var (atId, atVersion) = (line.IndexOf(id, StringComparison.Ordinal) + id.Length, line.IndexOf(version, StringComparison.Ordinal) + version.Length);
        return new Told(
            Guid.ParseExact(line.AsSpan(atId, 36), "D"),
            int.Parse(line.AsSpan(atVersion, line.IndexOf(',', atVersion) - atVersion), CultureInfo.InvariantCulture));
    }
}
