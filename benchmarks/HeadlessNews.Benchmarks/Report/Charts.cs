using System.Globalization;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Stages;

namespace HeadlessNews.Benchmarks.Report;

/// <summary>The page's pictures: files beside it.</summary>
internal static class Charts
{
    /// <returns>The file's name and what it shows, of each that there are figures for.</returns>
    public static IEnumerable<(string File, string Title, string Svg)> Of(IReadOnlyList<Measured> sized, Measured? sizes)
    {
        if (sized.Count > 0)
        {
            var size = string.Create(CultureInfo.InvariantCulture, $"{sized[0].Articles:N0} articles");
            yield return Rates("performance-cached.svg", $"From memory: answers a second, {size}", sized[0], "cached",
                ["home", "article", "articles", "tag", "page 400", "list 304", "article 304"],
                [("cached", "HeadlessNews"), ("bare", "bare Kestrel, same bytes")]);
            yield return Rates("performance-database.svg", $"From the database: answers a second, {size}", sized[0], "database",
                ["home", "tag", "middling tag", "page 400", "articles"],
                [("off", "HeadlessNews, cache off"), ("hand-written", "hand-written joins"), ("pgbench", "pgbench, our statements"), ("pgbench hand-written", "pgbench, hand-written")]);
        }
        if (sizes is not null && sizes.Stages.TryGetValue(Stage.Scale, out var scale))
        {
            var groups = scale.Series
                .GroupBy(one => one.Key[..one.Key.LastIndexOf(' ')])
                .Select(group => new BarGroup(group.Key, [.. group
                    .OrderBy(one => Goal.SizeOf(one.Key))
                    .Select(one => new Bar($"{Goal.SizeOf(one.Key).ToString("N0", CultureInfo.InvariantCulture)} articles", Statistics.Median(one.Value.Select(sample => sample.P50 ?? 0))))]));
            const string title = "As the archive grows: median time of an answer, cache off, 32 at once";
            yield return ("performance-scale.svg", title, BarChart.Draw(title, " ms", [.. groups]));
        }
    }

    private static (string, string, string) Rates(
        string file, string title, Measured measured, string stage, IEnumerable<string> cases, IReadOnlyList<(string Who, string Name)> bars)
    {
        var series = measured.Stages.TryGetValue(stage, out var found) ? found.Series : [];
        var groups =
            from name in cases
            let there = bars.Where(bar => series.ContainsKey($"{name} {bar.Who}")).ToList()
            where there.Count > 0
            select new BarGroup(name, [.. there.Select(bar => new Bar(bar.Name, Statistics.Median(series[$"{name} {bar.Who}"].Select(sample => sample.PerSecond))))]);
        return (file, title, BarChart.Draw(title, "", [.. groups]));
    }
}
