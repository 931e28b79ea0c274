namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>One load, ready to be run any number of times.</summary>
internal sealed record Runner(string Series, Func<int, CancellationToken, Task<Sample>> Run);

/// <summary>
/// Loads run in turn, round by round, there and back again: whatever else the machine is doing hits those that are compared alike.
/// </summary>
internal static class Alternation
{
    /// <summary>Before anything is measured: what is compiled on demand shall be, and what is read from the disk in memory.</summary>
    private const int WarmUpSeconds = 3;

    public static async Task<SortedDictionary<string, List<Sample>>> Run(
        IReadOnlyList<Runner> runners, Settings settings, Progress progress, CancellationToken cancel)
    {
        progress.Plan(runners.Count * (settings.Rounds + 1));
        foreach (var runner in runners)
        {
            await runner.Run(Math.Min(WarmUpSeconds, settings.Seconds), cancel);
            progress.Done($"warm-up  {runner.Series}", null);
        }
        var series = new SortedDictionary<string, List<Sample>>(StringComparer.Ordinal);
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var runner in round % 2 == 0 ? runners : runners.Reverse())
            {
                var sample = await runner.Run(settings.Seconds, cancel);
                (series.TryGetValue(runner.Series, out var samples) ? samples : series[runner.Series] = []).Add(Round(sample));
                progress.Done($"round {round + 1}  {runner.Series}", sample);
            }
        }
        return series;
    }

    private static Sample Round(Sample sample) =>
        new(Math.Round(sample.PerSecond, 1), sample.P50 is { } p50 ? Math.Round(p50, 3) : null, sample.P99 is { } p99 ? Math.Round(p99, 3) : null);
}
