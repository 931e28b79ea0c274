using System.Diagnostics;
using System.Globalization;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>
/// Servers of a run that was killed: they would share the machine with the next one's. Each is noted when it starts, by number and by the
/// moment it started, so that no other process with the same number is taken for it.
/// </summary>
internal static class Leftovers
{
    private const string FileName = "processes";

    public static void Note(string scratch, Process process) =>
        File.AppendAllText(Path.Combine(scratch, FileName), string.Create(CultureInfo.InvariantCulture, $"{process.Id} {Born(process)}\n"));

    public static void End(string scratch)
    {
        var file = Path.Combine(scratch, FileName);
        if (!File.Exists(file))
        {
            return;
        }
        foreach (var line in File.ReadAllLines(file).Where(line => line.Contains(' ', StringComparison.Ordinal)))
        {
            var (number, born) = (line.Split(' ')[0], line.Split(' ')[1]);
            try
            {
                using var process = Process.GetProcessById(int.Parse(number, CultureInfo.InvariantCulture));
                if (Born(process).ToString(CultureInfo.InvariantCulture) == born)
                {
                    process.Kill();
                    process.WaitForExit();
                }
            }
            catch (ArgumentException)
            {
                // Nobody has this number any more.
            }
        }
        File.Delete(file);
    }

    private static long Born(Process process) => process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond;
}
