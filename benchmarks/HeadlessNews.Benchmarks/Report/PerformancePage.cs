using System.Globalization;
using System.Text;
using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Benchmarks.Report;

/// <summary>
/// <c>docs/performance.md</c>, from the files in <c>benchmarks/results</c>. What people have to say about the figures stands in
/// <c>docs/performance-notes.md</c>, which is taken over as it is.
/// </summary>
internal static class PerformancePage
{
    private const string Notes = "performance-notes.md";

    public static void Write()
    {
        var all = ResultFiles.All();
        if (all.Count == 0)
        {
            throw new BenchmarkException($"There is nothing to report in {ResultFiles.Folder} yet.");
        }
        var (sized, sizes) = (all.Where(measured => measured.Articles is not null).ToList(), all.SingleOrDefault(measured => measured.Articles is null));
        var folder = Repository.File("docs");
        Directory.CreateDirectory(folder);
        var charts = Charts.Of(sized, sizes).ToList();
        foreach (var (file, _, svg) in charts)
        {
            File.WriteAllText(Path.Combine(folder, file), svg);
        }
        var notes = Path.Combine(folder, Notes);
        var page = Compose(sized, sizes, charts.Select(chart => (chart.File, chart.Title)), File.Exists(notes) ? File.ReadAllText(notes) : null);
        File.WriteAllText(Path.Combine(folder, "performance.md"), page);
        Console.WriteLine();
        GoalTable(page);
        Progress.Say("written: docs/performance.md");
    }

    internal static string Compose(IReadOnlyList<Measured> sized, Measured? sizes, IEnumerable<(string File, string Title)> charts, string? notes)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture,
            $"""
            # Performance

            Written by `dotnet run -c Release --project benchmarks/HeadlessNews.Benchmarks`, which measures all of this anew: change
            [{Notes}]({Notes}), not this file. {Where(sized.Append(sizes).OfType<Measured>().First())}

            Load: `wrk -t2 -c32` on the same machine, which therefore shares the cores with what it measures. Every load is run once in each
            round, forwards in one round and backwards in the next; a ratio is taken in each round between neighbours, and given as the median
            of the rounds with the lowest and the highest. Figures are medians of {string.Join(" or ", Stages(sized, sizes).Select(stage => $"{stage.Rounds} rounds of {stage.Seconds} s").Distinct())},
            taken {string.Join(" and ", Stages(sized, sizes).Select(stage => stage.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Distinct().Order())}
            at {string.Join(" and ", Stages(sized, sizes).Select(stage => $"`{stage.Commit}`").Distinct())}. One answer with an error would have ended the run.
            *Cache off* is `Delivery:CacheBytes=0`; since equal requests at one moment share one query even then, each of its loads but for the
            304s asks for 64 or more different things in turn (the list from 64 different days of long ago on, the pages up to 400, 100 articles).

            What scripts do is done by the measuring process itself, on the same cores. *Import*: new articles of 3 KB, each with an author and up to
            four tags, in one `POST /editorial/import?publish=true`, 1,500 for each second that a round is said to last; beside it the bytes of all
            editorial and delivery rows that they came to, by `COPY` over one connection into empty tables with the same columns and primary keys, in one
            transaction. *Sync*: one client that takes the bytes and follows `nextCursor` in pages of 1,000, of at most 100,000 articles; the rows that the
            log has not of itself are put there by SQL, each of a live article. *Webhooks*: 50 articles for each second that a round is said to last, imported at
            once and told to 20 receivers on ports of their own, from the first request that one gets to the last. *Stream*: articles sent anew, saved and
            published by one `PUT` each, 50 a second by the clock; 20 readers, every event of each.


            """);
        Goals(page, sized, sizes);
        Beside(page, sized);
        foreach (var (file, title) in charts)
        {
            page.Append(CultureInfo.InvariantCulture, $"![{title}]({file})\n\n");
        }
        page.Append("## What is missed, and why\n\n").Append(notes?.Trim() ?? $"Nothing is said yet: `docs/{Notes}` is taken over here.").Append("\n\n");
        Database(page, sized);
        foreach (var measured in sized)
        {
            Figures(page, string.Create(CultureInfo.InvariantCulture, $"All figures at {measured.Articles:N0} articles"), measured);
        }
        if (sizes is not null)
        {
            Figures(page, "The sizes beside each other, cache off", sizes);
        }
        return page.ToString().TrimEnd() + "\n";
    }

    private static IEnumerable<StageResult> Stages(IReadOnlyList<Measured> sized, Measured? sizes) => sized.Append(sizes).OfType<Measured>().SelectMany(measured => measured.Stages.Values);

    private static string Where(Measured measured) => string.Create(CultureInfo.InvariantCulture,
        $"Machine: {measured.Machine.Cores} cores ({measured.Machine.Processor}), {measured.Machine.MemoryGigabytes:0.#} GB, {measured.Machine.System}; .NET {measured.Machine.DotNet}, PostgreSQL {measured.Machine.PostgreSql}, with the settings of the service's private server.");

    private static void Goals(StringBuilder page, IReadOnlyList<Measured> sized, Measured? sizes)
    {
        page.Append("## Goals\n\n");
        Row(page, ["", "goal", .. sized.Select(measured => string.Create(CultureInfo.InvariantCulture, $"{measured.Articles:N0} articles"))]);
        Row(page, ["---", "---", .. sized.Select(_ => "---")]);
        var others = new Others(sized, sizes);
        foreach (var goal in Goal.All)
        {
            Row(page, [goal.Name, goal.Wanted, .. sized.Select(measured => goal.Find(measured, others) is { } found
                ? goal.IsReached is null ? found.Text : $"{found.Text} {(goal.IsReached(found.Value) ? "reached" : "**missed**")}"
                : "")]);
        }
        page.Append('\n');
    }

    private static void GoalTable(string page)
    {
        var from = page.IndexOf("## Goals", StringComparison.Ordinal);
        Console.WriteLine(page[from..page.IndexOf("\n## ", from, StringComparison.Ordinal)]);
    }

    private static void Beside(StringBuilder page, IReadOnlyList<Measured> sized)
    {
        page.Append("## Beside others\n\nAnswers a second. What stands in italics was measured earlier and elsewhere, with the same content, on two cores.\n\n");
        Row(page, ["", .. Peers.Columns]);
        Row(page, ["---", .. Peers.Columns.Select(_ => "---:")]);
        if (sized.Count > 0)
        {
            foreach (var (name, stage, series) in Peers.Ours)
            {
                Row(page, [name, .. series.Select(one => one is not null && sized[0].Stages.TryGetValue(stage, out var found) && found.Series.TryGetValue(one, out var samples)
                    ? Statistics.Median(samples.Select(sample => sample.PerSecond)).ToString("N0", CultureInfo.InvariantCulture)
                    : "")]);
            }
        }
        foreach (var (name, cells) in Peers.Rows)
        {
            Row(page, [$"*{name}*", .. cells.Select(cell => cell.Length > 0 ? $"*{cell}*" : "")]);
        }
        page.Append("\nThe hand-written endpoint answers an article's body as it is stored, once; HeadlessNews answers it as safe HTML and as text.\nSearch is never cached.\n\n");
    }

    /// <summary>What the services lose on the way between the database and the wire.</summary>
    private static void Database(StringBuilder page, IReadOnlyList<Measured> sized)
    {
        page.Append("## Beside the database alone\n\nThe same statements through the service and through pgbench (8 clients, prepared), answers for a transaction.\n\n");
        string[] cases = ["home", "tag", "page 400", "articles"];
        Row(page, ["", .. sized.Select(measured => string.Create(CultureInfo.InvariantCulture, $"{measured.Articles:N0} articles"))]);
        Row(page, ["---", .. sized.Select(_ => "---")]);
        foreach (var name in cases)
        {
            Row(page, [$"{name}: HeadlessNews, cache off / pgbench", .. sized.Select(measured => Finding.Of(Goal.Compare(measured, "database", $"{name} off", $"{name} pgbench"))?.Text ?? "")]);
            Row(page, [$"{name}: hand-written / pgbench", .. sized.Select(measured => Finding.Of(Goal.Compare(measured, "database", $"{name} hand-written", $"{name} pgbench hand-written"))?.Text ?? "")]);
        }
        page.Append('\n');
    }

    private static void Figures(StringBuilder page, string title, Measured measured)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
        Row(page, ["", "a second", "p50 ms", "p99 ms"]);
        Row(page, ["---", "---:", "---:", "---:"]);
        foreach (var (stage, result) in measured.Stages)
        {
            foreach (var (series, samples) in result.Series)
            {
                Row(page,
                [
                    $"{stage}: {series}",
                    Statistics.Median(samples.Select(sample => sample.PerSecond)).ToString("N0", CultureInfo.InvariantCulture),
                    Time(samples.Select(sample => sample.P50)),
                    Time(samples.Select(sample => sample.P99)),
                ]);
            }
            foreach (var (fact, value) in result.Facts)
            {
                Row(page, [$"{stage}: {fact}", value.ToString("#,0.##", CultureInfo.InvariantCulture), "", ""]);
            }
            foreach (var (what, why) in result.Skipped)
            {
                Row(page, [$"{stage}: {what}", $"left out: {why}", "", ""]);
            }
        }
        page.Append('\n');
    }

    private static string Time(IEnumerable<double?> samples) => samples.OfType<double>().ToArray() is { Length: > 0 } times
        ? Statistics.Median(times).ToString("0.00", CultureInfo.InvariantCulture)
        : "";

    private static void Row(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
