using System.Globalization;
using System.Runtime.InteropServices;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine
{
    public required int Cores { get; init; }
    public required string Processor { get; init; }
    public required double MemoryGigabytes { get; init; }
    public required string System { get; init; }
    public required string DotNet { get; init; }
    public required string PostgreSql { get; init; }

    public static Machine Describe(string postgreSql) => new()
    {
        Cores = Environment.ProcessorCount,
        Processor = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        MemoryGigabytes = Math.Round(Kilobytes("/proc/meminfo", "MemTotal") / 1024.0 / 1024.0, 1),
        System = RuntimeInformation.OSDescription,
        DotNet = Environment.Version.ToString(),
        PostgreSql = postgreSql,
    };

    /// <summary>
    /// Bytes of a process that are in memory: now, at most so far, and of now those that are its own, without the files of .NET and its
    /// libraries that are mapped, which the system shares and lets go of when it needs room.
    /// </summary>
    public static (long Now, long Most, long Own) MemoryOf(int process)
    {
        var file = $"/proc/{process}/status";
        return (Kilobytes(file, "VmRSS") * 1024, Kilobytes(file, "VmHWM") * 1024, (Kilobytes(file, "RssAnon") + Kilobytes(file, "RssShmem")) * 1024);
    }

    /// <summary>Processor time that a process has used.</summary>
    public static TimeSpan WorkOf(int process)
    {
        // The name in parentheses may hold anything; the numbers begin behind it (proc(5)).
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0);
    }

    private static long Kilobytes(string file, string name) =>
        Line(file, name) is { } line ? long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static string? Line(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
