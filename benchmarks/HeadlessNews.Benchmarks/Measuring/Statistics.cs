namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>How one thing compares with another, taken in pairs: what disturbs the machine disturbs both of a pair.</summary>
/// <param name="Median">The middle one of the pairs' ratios, which is not the ratio of the medians.</param>
/// <param name="Least">The lowest of them.</param>
/// <param name="Most">The highest.</param>
internal sealed record Ratio(double Median, double Least, double Most);

internal static class Statistics
{
    /// <summary>The middle one; between the two middle ones where they are even in number.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? throw new ArgumentException("There is no median of nothing.", nameof(values))
            : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that so many in a hundred do not exceed (nearest rank).</summary>
    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? throw new ArgumentException("Nothing has no percentile.", nameof(values))
            : sorted[Math.Max(0, (int)Math.Ceiling(percent / 100 * sorted.Length) - 1)];
    }

    /// <summary>Round by round; what one has no partner for is left out. Null where there is no pair.</summary>
    public static Ratio? Compare(IEnumerable<double> these, IEnumerable<double> those)
    {
        var ratios = these.Zip(those, (one, other) => one / other).ToArray();
        return ratios.Length == 0 ? null : new Ratio(Median(ratios), ratios.Min(), ratios.Max());
    }
}
