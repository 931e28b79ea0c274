using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Report;

namespace HeadlessNews.Tests.Benchmarks;

public sealed class PerformancePageTests
{
    private static readonly Machine Machine = new()
    {
        Cores = 2,
        Processor = "a processor",
        MemoryGigabytes = 8,
        System = "a system",
        DotNet = "10.0",
        PostgreSql = "15",
    };

    [Fact]
    public void A_goal_is_reached_or_missed_with_the_spread_of_its_ratio()
    {
        var measured = Sized(10_000, new() { ["cached"] = Series(("home cached", [80, 90, 70]), ("home bare", [100, 100, 100])) });

        var page = PerformancePage.Compose([measured], null, [], null);

        Assert.Contains("| home list, cached / bare Kestrel, same bytes | ≥ 0.7 | 0.80 (0.70 to 0.90) reached |", page, StringComparison.Ordinal);
        var slower = Sized(10_000, new() { ["cached"] = Series(("home cached", [60]), ("home bare", [100])) });
        Assert.Contains("0.60 (0.60 to 0.60) **missed**", PerformancePage.Compose([slower], null, [], null), StringComparison.Ordinal);
    }

    [Fact]
    public void What_grows_most_between_two_sizes_is_judged()
    {
        var (small, large) = (Sized(10_000, []), Sized(1_000_000, []));
        var sizes = new Measured
        {
            Machine = Machine,
            Stages = new()
            {
                ["scale"] = Stage(("home 10000", [1]), ("home 1000000", [1.1]), ("tag 10000", [2]), ("tag 1000000", [2.6]), ("search 10000", [4]), ("search 1000000", [8])),
            },
        };

        var page = PerformancePage.Compose([small, large], sizes, [], null);

        Assert.Contains("| slowest list at this size / at the smallest (p50, cache off) | ≤ 1.2 |  | 1.30 (1.30 to 1.30), tag **missed** |", page, StringComparison.Ordinal);
        Assert.Contains("| search at this size / at the smallest (p50) | ≤ 3 |  | 2.00 (2.00 to 2.00), search reached |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_and_a_time_are_judged_by_the_median_of_the_rounds_and_shown_with_the_lowest_and_the_highest()
    {
        var measured = Sized(10_000, new()
        {
            ["sync"] = Series(("initial, JSON", [25_000, 18_000, 21_000])),
            ["stream"] = Series(),
        });
        measured.Stages["stream"].Series["change to event, from the request on"] = [new(50, 9, 120), new(50, 9, 90), new(50, 9, 400)];

        var page = PerformancePage.Compose([measured], null, [], null);

        Assert.Contains("| initial sync, articles a second, JSON | ≥ 20,000 (at 100,000) | 21,000 (18,000 to 25,000) reached |", page, StringComparison.Ordinal);
        Assert.Contains("| change to event in 20 streams, from the request on, p99 | ≤ 250 ms | 120.0 (90.0 to 400.0) ms reached |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_import_is_compared_with_that_into_the_smallest_archive()
    {
        Measured Importing(int size, params double[] rates) => Sized(size, new() { ["import"] = Series(("imported and published", rates)) });

        var page = PerformancePage.Compose([Importing(10_000, 1_600, 1_600), Importing(1_000_000, 1_280, 960)], null, [], null);

        Assert.Contains("| import at this size / at the smallest | ≥ 0.8 |  | 0.70 (0.60 to 0.80) **missed** |", page, StringComparison.Ordinal);
        Assert.Contains("| articles imported and published, a second | ≥ 1,500 | 1,600 (1,600 to 1,600) reached | 1,120 (960 to 1,280) **missed** |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_measured_is_neither_reached_nor_missed() =>
        Assert.Contains("| home list, cached / bare Kestrel, same bytes | ≥ 0.7 |  |", PerformancePage.Compose([Sized(10_000, [])], null, [], null), StringComparison.Ordinal);

    [Fact]
    public void What_people_wrote_about_the_figures_is_taken_over() =>
        Assert.Contains("## What is missed, and why\n\nThe moon was full.\n", PerformancePage.Compose([Sized(10_000, [])], null, [], "The moon was full.\n"), StringComparison.Ordinal);

    [Fact]
    public void Bars_are_as_long_as_their_values_and_texts_are_escaped()
    {
        var svg = BarChart.Draw("a < b", " ms", [new BarGroup("home", [new Bar("one", 50), new Bar("two", 100)])]);

        Assert.Contains("a &lt; b", svg, StringComparison.Ordinal);
        Assert.Contains("width=\"265\"", svg, StringComparison.Ordinal);
        Assert.Contains("width=\"530\"", svg, StringComparison.Ordinal);
        Assert.Contains(">50 ms</text>", svg, StringComparison.Ordinal);
    }

    private static Measured Sized(int articles, SortedDictionary<string, StageResult> stages) => new() { Articles = articles, Machine = Machine, Stages = stages };

    private static StageResult Series(params (string Name, double[] PerSecond)[] series) => Stage(series, perSecond => new Sample(perSecond));

    private static StageResult Stage(params (string Name, double[] Milliseconds)[] series) => Stage(series, milliseconds => new Sample(1, milliseconds));

    private static StageResult Stage((string Name, double[] Values)[] series, Func<double, Sample> sample) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        Commit = "abc",
        Rounds = 3,
        Seconds = 5,
        Series = new(series.ToDictionary(one => one.Name, one => one.Values.Select(sample).ToList())),
    };
}
