using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>What a stage works with.</summary>
internal sealed record Site(Settings Settings, Progress Progress, NewsData Data, Picked Picked, string Service, string Commit)
{
    public Wrk Wrk { get; } = new(Data.Scratch);

    /// <summary>A load that has been seen to be answered, and rightly.</summary>
    public async Task<Runner> Load(string name, ServerProcess server, Requests requests, CancellationToken cancel)
    {
        await Probe.Check(name, server, requests, cancel);
        return new Runner(name, (seconds, stop) => Wrk.Run(server.Address, requests, seconds, stop));
    }

    /// <summary>The same, asked with the entity tag that the path has now.</summary>
    public async Task<Runner> NotModified(string name, ServerProcess server, string path, CancellationToken cancel)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), cancel);
        return await Load(name, server, new Requests(path) { IfNoneMatch = answer.Headers.ETag!.ToString() }, cancel);
    }

    public StageResult Result(SortedDictionary<string, List<Sample>> series) =>
        new() { At = DateTimeOffset.UtcNow, Commit = Commit, Rounds = Settings.Rounds, Seconds = Settings.Seconds, Series = series };
}

/// <summary>A fast answer that is wrong would be the worst figure of all: each load is tried and looked at before it is run.</summary>
internal static class Probe
{
    /// <summary>No article, and no page of a list, is so short.</summary>
    private const int ShortestAnswer = 1_000;

    public static async Task Check(string name, ServerProcess server, Requests requests, CancellationToken cancel)
    {
        foreach (var path in requests.Paths.Take(3).Append(requests.Paths[^1]))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (requests.IfNoneMatch is { } known)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", known);
            }
            using var answer = await server.Client.SendAsync(request, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            var isRight = requests.IfNoneMatch is null
                ? answer.IsSuccessStatusCode && (body.Length >= ShortestAnswer || path.Contains("/search", StringComparison.Ordinal))
                : answer.StatusCode == System.Net.HttpStatusCode.NotModified;
            if (!isRight)
            {
                throw new BenchmarkException($"{name}: {server.Name} answers {path} with {(int)answer.StatusCode} and {body.Length} bytes.");
            }
        }
    }

    public static async Task<bool> Has(ServerProcess server, string path, CancellationToken cancel)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), cancel);
        return answer.StatusCode != System.Net.HttpStatusCode.NotFound;
    }
}
