namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>One load, once.</summary>
/// <param name="PerSecond">Answers, or transactions.</param>
/// <param name="P50">Milliseconds; null where the tool does not say.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record Sample(double PerSecond, double? P50 = null, double? P99 = null)
{
    /// <summary>How many answers there were in all; not kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Count { get; init; }
}
