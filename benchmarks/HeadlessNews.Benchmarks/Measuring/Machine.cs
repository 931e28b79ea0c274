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
    public static TimeSpan WorkOf(int process) => Ticks(StatOf(process)!, User);

    /// <summary>The same, with that of its children: those that are at work, and those that it has outlived.</summary>
    public static TimeSpan WorkOfAll(int process)
    {
        var work = Ticks(StatOf(process)!, User) + Ticks(StatOf(process)!, User + 2);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && StatOf(id) is { } stat
                && stat[1] == process.ToString(CultureInfo.InvariantCulture))
            {
                work += Ticks(stat, User);
            }
        }
        return work;
    }

    /// <summary>Where processor time stands in a process's numbers, the system's behind it, and then that of children that have ended.</summary>
    private const int User = 11;

    private static TimeSpan Ticks(string[] stat, int field) => TimeSpan.FromSeconds(
        (long.Parse(stat[field], CultureInfo.InvariantCulture) + long.Parse(stat[field + 1], CultureInfo.InvariantCulture)) / 100.0);

    /// <returns>Null for one that is gone.</returns>
    private static string[]? StatOf(int process)
    {
        try
        {
            // The name in parentheses may hold anything; the numbers begin behind it (proc(5)).
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Kilobytes(string file, string name) =>
        Line(file, name) is { } line ? long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static string? Line(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
