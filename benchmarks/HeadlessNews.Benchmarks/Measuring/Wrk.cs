using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>What is asked for: one path, or several in turn.</summary>
internal sealed record Requests(IReadOnlyList<string> Paths)
{
    public Requests(string path) : this([path])
    {
    }

    public string? IfNoneMatch { get; init; }
}

/// <summary>The load: Debian's wrk, two threads, 32 connections. An answer that is an error ends the run: it has no speed.</summary>
internal sealed partial class Wrk(string scratch)
{
    public const string Program = "wrk";
    private const int Threads = 2;
    private const int Connections = 32;

    /// <summary>wrk rounds for people; this is for us.</summary>
    private const string Ending =
        """
        done = function(summary, latency, requests)
          local errors = summary.errors
          print(string.format("RESULT requests=%d microseconds=%d p50=%d p99=%d connect=%d read=%d write=%d status=%d timeout=%d",
            summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
            errors.connect, errors.read, errors.write, errors.status, errors.timeout))
        end
        """;

    public async Task<Sample> Run(Uri server, Requests requests, int seconds, CancellationToken cancel)
    {
        var script = Path.Combine(scratch, "load.lua");
        await System.IO.File.WriteAllTextAsync(script, Script(requests), cancel);
        var said = await Tool.Run(Program,
            [$"-t{Threads}", $"-c{Connections}", $"-d{seconds}s", "--timeout", "30s", "--latency", "-s", script, new Uri(server, requests.Paths[0]).AbsoluteUri], cancel);
        return said.ExitCode == 0
            ? Read(said.Output)
            : throw new BenchmarkException($"wrk failed on {server}{requests.Paths[0]}: {said.Errors}{said.Output}");
    }

    /// <exception cref="BenchmarkException">Something went wrong, if only once.</exception>
    internal static Sample Read(string output)
    {
        var result = Result().Match(output);
        if (!result.Success)
        {
            throw new BenchmarkException($"wrk did not say how it went: {output}");
        }
        long Number(string name) => long.Parse(result.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        string[] kinds = ["connect", "read", "write", "status", "timeout"];
        var errors = kinds.Where(kind => Number(kind) > 0).Select(kind => $"{Number(kind)} {kind}").ToList();
        if (errors.Count > 0 || Number("requests") == 0)
        {
            throw new BenchmarkException($"{Number("requests")} answers, with errors ({string.Join(", ", errors)}): a load that fails has no speed.");
        }
        return new Sample(Number("requests") * 1e6 / Number("microseconds"), Number("p50") / 1e3, Number("p99") / 1e3) { Count = Number("requests") };
    }

    internal static string Script(Requests requests)
    {
        var script = new StringBuilder();
        if (requests.IfNoneMatch is { } known)
        {
            script.Append(CultureInfo.InvariantCulture, $"wrk.headers[\"If-None-Match\"] = {Quote(known)}\n");
        }
        // With one path wrk sends the same bytes over and over, without asking Lua.
        if (requests.Paths.Count > 1)
        {
            script.Append(CultureInfo.InvariantCulture, $$"""
                local paths = { {{string.Join(", ", requests.Paths.Select(Quote))}} }
                local finished, threads = {}, 0
                setup = function(thread)
                  thread:set("turn", math.floor(#paths / {{Threads}}) * threads)
                  threads = threads + 1
                end
                init = function()
                  for i, path in ipairs(paths) do finished[i] = wrk.format("GET", path) end
                end
                request = function()
                  turn = turn % #finished + 1
                  return finished[turn]
                end

                """);
        }
        return script.Append(Ending).Append('\n').ToString();
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"RESULT requests=(?<requests>\d+) microseconds=(?<microseconds>\d+) p50=(?<p50>\d+) p99=(?<p99>\d+) connect=(?<connect>\d+) read=(?<read>\d+) write=(?<write>\d+) status=(?<status>\d+) timeout=(?<timeout>\d+)")]
    private static partial Regex Result();
}
