using System.Globalization;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Stages;

namespace HeadlessNews.Benchmarks.Report;

/// <summary>What was found, as a number to be judged and as words.</summary>
internal sealed record Finding(double Value, string Text)
{
    public static Finding? Of(Ratio? ratio, string about = "") => ratio is null
        ? null
        : new Finding(ratio.Median, string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00}){about}"));
}

/// <summary>What was measured besides.</summary>
/// <param name="Sized">All sizes, smallest first.</param>
/// <param name="Sizes">What compares sizes.</param>
internal sealed record Others(IReadOnlyList<Measured> Sized, Measured? Sizes);

/// <summary>A bound, and where to look whether it is kept.</summary>
internal sealed record Goal(string Name, string Wanted, Func<double, bool>? IsReached, Func<Measured, Others, Finding?> Find)
{
    private static readonly string[] Lists = ["home", "tag", "middling tag", "author", "tag and author", "page 400"];

    public static readonly IReadOnlyList<Goal> All =
    [
        Faster("home list, cached / bare Kestrel, same bytes", 0.70, "cached", "home cached", "home bare"),
        Faster("article by slug (one), cached / bare Kestrel, same bytes", 0.70, "cached", "article cached", "article bare"),
        Faster("article by slug (100 in turn), cached / bare Kestrel, same bytes", 0.70, "cached", "articles cached", "articles bare"),
        Faster("home list, cache off / hand-written Npgsql with joins", 2.0, "database", "home off", "home hand-written"),
        Faster("article by slug, cache off / hand-written Npgsql with joins", 1.0, "database", "articles off", "articles hand-written"),
        Faster("tag list / home list, both cache off", 0.9, "database", "tag off", "home off"),
        Faster("middling tag's list / home list, both cache off", 0.9, "database", "middling tag off", "home off"),
        Faster("page 400 / home list, both cache off", 0.9, "database", "page 400 off", "home off"),
        new("slowest list at this size / at the smallest (p50, cache off)", "≤ 1.2", value => value <= 1.2, (sized, others) => Slowest(sized, others.Sizes, Lists)),
        new("search at this size / at the smallest (p50)", "≤ 3", value => value <= 3, (sized, others) => Slowest(sized, others.Sizes, ["search"])),
        Faster("reads while 20 articles a second are published / with none published", 0.6, "publishing", "reads while publishing", "reads alone"),
        new("publications a second meanwhile", "≥ 19", value => value >= 19, (sized, _) => Fact(sized, "publishing", PublishingStage.Reached, value => $"{value:0.0}")),
        new("stale reads on the writing node, straight after a publication", "0", value => value == 0, (sized, _) => Stale(sized)),
        Allocated("home"),
        Allocated("articles"),
        new("memory after load, default cache bound", "≤ 200 MB (at 100,000)", value => value <= 200e6,
            (sized, _) => Fact(sized, "memory", MemoryStage.AfterLoad, value => $"{value / 1e6:0} MB")),
        new("the same without the files of .NET that the system shares", "", null,
            (sized, _) => Fact(sized, "memory", MemoryStage.Own, value => $"{value / 1e6:0} MB")),
        new("articles imported and published, a second", "≥ 1,500", value => value >= 1_500, (sized, _) => Rate(sized, ImportStage.Name, ImportStage.Imported)),
        new("import at this size / at the smallest", "≥ 0.8", value => value >= 0.8, Flat),
        new("import / bare COPY of the same rows into plain tables", "", null,
            (sized, _) => Finding.Of(Compare(sized, ImportStage.Name, ImportStage.Imported, ImportStage.Copied))),
        new("processor time for an article imported: the service's / PostgreSQL's", "", null, (sized, _) => Work(sized)),
        new("initial sync, articles a second, JSON", "≥ 20,000 (at 100,000)", value => value >= 20_000, (sized, _) => Rate(sized, SyncStage.Name, SyncStage.Json)),
        new("initial sync, articles a second, NDJSON", "≥ 20,000 (at 100,000)", value => value >= 20_000, (sized, _) => Rate(sized, SyncStage.Name, SyncStage.Lines)),
        Within("delta page of 1,000 in the middle of 1,000,000 log rows, p50", 50, SyncStage.Name, SyncStage.Middle, sample => sample.P50),
        Within("the same, p99", 50, SyncStage.Name, SyncStage.Middle, sample => sample.P99),
        Within("delta page of 1,000 at the end of 1,000,000 log rows, p50", 50, SyncStage.Name, SyncStage.End, sample => sample.P50),
        Within("the same, p99", 50, SyncStage.Name, SyncStage.End, sample => sample.P99),
        new("webhooks delivered to 20 receivers, a second", "≥ 500", value => value >= 500, (sized, _) => Rate(sized, WebhookStage.Name, WebhookStage.Delivered)),
        new("changes a second while streams are listened to", "≥ 49", value => value >= 49, (sized, _) => Rate(sized, StreamStage.Name, StreamStage.FromRequest)),
        Within("change to event in 20 streams, from the request on, p99", 250, StreamStage.Name, StreamStage.FromRequest, sample => sample.P99),
        Within("the same, from the answer on, p99", 250, StreamStage.Name, StreamStage.FromAnswer, sample => sample.P99),
        new("memory that 1,000 open streams add", "≤ 100 MB", value => value <= 100e6,
            (sized, _) => Fact(sized, StreamStage.Name, StreamStage.Growth, value => $"{value / 1e6:0} MB")),
    ];

    public static Ratio? Compare(Measured measured, string stage, string one, string other) =>
        measured.Stages.TryGetValue(stage, out var found) && found.Series.TryGetValue(one, out var these) && found.Series.TryGetValue(other, out var those)
            ? Statistics.Compare(these.Select(sample => sample.PerSecond), those.Select(sample => sample.PerSecond))
            : null;

    private static Goal Faster(string name, double bound, string stage, string one, string other) => new(
        name, string.Create(CultureInfo.InvariantCulture, $"≥ {bound:0.0#}"), value => value >= bound, (sized, _) => Finding.Of(Compare(sized, stage, one, other)));

    private static Finding? Work(Measured measured) =>
        measured.Stages.TryGetValue(ImportStage.Name, out var found)
            && found.Facts.TryGetValue(ImportStage.ServiceWork, out var service) && found.Facts.TryGetValue(ImportStage.DatabaseWork, out var database)
            ? new Finding(service + database, string.Create(CultureInfo.InvariantCulture, $"{service:0.00} / {database:0.00} ms"))
            : null;

    private static Goal Within(string name, double milliseconds, string stage, string series, Func<Sample, double?> time) => new(
        name, string.Create(CultureInfo.InvariantCulture, $"≤ {milliseconds:0} ms"), value => value <= milliseconds,
        (sized, _) => Spread(sized, stage, series, time, value => $"{value:0.0}", " ms"));

    private static Finding? Rate(Measured measured, string stage, string series) =>
        Spread(measured, stage, series, sample => sample.PerSecond, Number, "");

    private static FormattableString Number(double value) => value < 100 ? $"{value:0.0}" : (FormattableString)$"{value:N0}";

    /// <summary>The median of the rounds, with the lowest and the highest.</summary>
    private static Finding? Spread(Measured measured, string stage, string series, Func<Sample, double?> value, Func<double, FormattableString> text, string unit)
    {
        if (!measured.Stages.TryGetValue(stage, out var found) || !found.Series.TryGetValue(series, out var samples))
        {
            return null;
        }
        var values = samples.Select(value).OfType<double>().ToArray();
        string Text(double one) => text(one).ToString(CultureInfo.InvariantCulture);
        return new Finding(Statistics.Median(values), $"{Text(Statistics.Median(values))} ({Text(values.Min())} to {Text(values.Max())}){unit}");
    }

    private static Finding? Flat(Measured measured, Others others) =>
        others.Sized.FirstOrDefault(one => one.Stages.ContainsKey(ImportStage.Name)) is { } smallest && smallest.Articles != measured.Articles
            && measured.Stages.TryGetValue(ImportStage.Name, out var found)
            ? Finding.Of(Statistics.Compare(
                found.Series[ImportStage.Imported].Select(sample => sample.PerSecond),
                smallest.Stages[ImportStage.Name].Series[ImportStage.Imported].Select(sample => sample.PerSecond)))
            : null;

    private static Goal Allocated(string name) => new(
        $"bytes allocated for a cached answer, {name}", "≤ 2,048", value => value <= 2_048,
        (sized, _) => Fact(sized, "allocations", AllocationStage.Fact(name), value => $"{value:N0}"));

    private static Finding? Fact(Measured measured, string stage, string name, Func<double, FormattableString> text) =>
        measured.Stages.TryGetValue(stage, out var found) && found.Facts.TryGetValue(name, out var value)
            ? new Finding(value, text(value).ToString(CultureInfo.InvariantCulture))
            : null;

    private static Finding? Stale(Measured measured) =>
        Fact(measured, "publishing", PublishingStage.Stale, value => $"{value:0} of {measured.Stages["publishing"].Facts[PublishingStage.Checked]:N0}");

    /// <summary>The case that grew most, at a size against the smallest that was measured beside it.</summary>
    private static Finding? Slowest(Measured sized, Measured? sizes, IEnumerable<string> cases)
    {
        if (sizes is null || !sizes.Stages.TryGetValue(Stage.Scale, out var found))
        {
            return null;
        }
        var smallest = found.Series.Keys.Where(name => name.StartsWith("home ", StringComparison.Ordinal)).Select(SizeOf).Min();
        if (sized.Articles == smallest)
        {
            return null;
        }
        var grown =
            from name in cases
            where found.Series.ContainsKey($"{name} {sized.Articles}") && found.Series.ContainsKey($"{name} {smallest}")
            let ratio = Statistics.Compare(Times(found, $"{name} {sized.Articles}"), Times(found, $"{name} {smallest}"))
            orderby ratio.Median descending
            select Finding.Of(ratio, $", {name}");
        return grown.FirstOrDefault();
    }

    internal static int SizeOf(string series) => int.Parse(series.AsSpan(series.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);

    private static IEnumerable<double> Times(StageResult found, string series) => found.Series[series].Select(sample => sample.P50 ?? double.NaN);
}
