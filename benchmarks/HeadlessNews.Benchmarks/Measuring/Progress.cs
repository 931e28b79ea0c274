using System.Diagnostics;
using System.Globalization;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>A line for each load: what it was, what came of it, how long it will go on.</summary>
internal sealed class Progress(int stages)
{
    private readonly Stopwatch clock = new();
    private string stage = "";
    private int stageNumber;
    private int planned;
    private int done;

    public static void Say(string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{DateTime.Now:HH:mm:ss}] {text}"));

    public void Begin(string name)
    {
        stage = name;
        stageNumber++;
        planned = 0;
        done = 0;
        Say($"== {stage} (stage {stageNumber} of {stages})");
    }

    /// <param name="loads">How many there will be in this stage.</param>
    public void Plan(int loads)
    {
        planned = loads;
        done = 0;
        clock.Restart();
    }

    public void Done(string what, Sample? sample)
    {
        done++;
        var left = planned == 0 ? TimeSpan.Zero : clock.Elapsed / done * (planned - done);
        var came = sample is null ? ""
            : sample.P50 is { } p50 ? string.Create(CultureInfo.InvariantCulture, $"{sample.PerSecond,10:N0}/s  p50 {p50:F2} ms  p99 {sample.P99:F2} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{sample.PerSecond,10:N0}/s");
        Say(string.Create(CultureInfo.InvariantCulture, $"{stage}  {done}/{planned}  {what,-36} {came}  ({Time(left)} left in stage {stageNumber} of {stages})"));
    }

    private static string Time(TimeSpan left) => left.TotalMinutes >= 1 ? $"{left.TotalMinutes:F0} min" : $"{left.TotalSeconds:F0} s";
}
