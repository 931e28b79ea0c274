using System.CommandLine;
using System.Globalization;
using HeadlessNews.Benchmarks.Stages;

namespace HeadlessNews.Benchmarks;

/// <summary>What is measured, how often and for how long.</summary>
internal sealed record Settings
{
    /// <summary>How many articles the databases hold, smallest first.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Of each load in each round.</summary>
    public required int Seconds { get; init; }

    /// <summary>The stages to measure; the others keep the figures they have.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Databases, kept from run to run; and what an interrupted run has measured already.</summary>
    public required string Data { get; init; }

    /// <summary>True when there is nothing to measure: the page is written anew from the figures there are.</summary>
    public bool ReportOnly { get; init; }

    public bool Wants(string stage) => Only.Count == 0 || Only.Contains(stage);

    /// <returns>False when there is nothing to do: help was asked for and printed, or the words are wrong.</returns>
    public static bool TryParse(string[] args, out Settings settings, out int exitCode)
    {
        var sizes = new Option<string>("--sizes") { Description = "How many articles, separated by commas", DefaultValueFactory = _ => "10000,100000,1000000" };
        var rounds = new Option<int>("--rounds") { Description = "How often each load is run, in turn with those it is compared with", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long each load is run", DefaultValueFactory = _ => 5 };
        var only = new Option<string>("--only") { Description = $"Some stages only, separated by commas: {string.Join(", ", Stage.Names)}", DefaultValueFactory = _ => "" };
        var data = new Option<string>("--data") { Description = "The folder for databases and unfinished runs", DefaultValueFactory = _ => Repository.File("benchmarks", ".data") };
        sizes.Validators.Add(result => Refuse(result, ReadSizes(result.GetValueOrDefault<string>()).Any(size => size is < 100 or > 10_000_000), "--sizes must be numbers from 100 to 10000000, separated by commas."));
        rounds.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 1 or > 100, "--rounds must be between 1 and 100."));
        seconds.Validators.Add(result => Refuse(result, result.GetValueOrDefault<int>() is < 1 or > 600, "--seconds must be between 1 and 600."));
        only.Validators.Add(result => Refuse(result, Words(result.GetValueOrDefault<string>()).Except(Stage.Names).Any(), $"--only knows {string.Join(", ", Stage.Names)}."));

        var report = new Command("report", "Write docs/performance.md anew from benchmarks/results, without measuring");
        var root = new RootCommand("Measures HeadlessNews beside bare Kestrel, a hand-written endpoint and pgbench") { sizes, rounds, seconds, only, data, report };
        root.SetAction(_ => 0);
        report.SetAction(_ => 0);
        var parsed = root.Parse(args);
        var chosen = parsed.CommandResult.Command;
        if (parsed.Errors.Count > 0 || parsed.Action != chosen.Action)
        {
            exitCode = parsed.Invoke();
            settings = new Settings { Sizes = [], Rounds = 0, Seconds = 0, Only = [], Data = "" };
            return false;
        }
        exitCode = 0;
        settings = new Settings
        {
            Sizes = [.. ReadSizes(parsed.GetValue(sizes)).Distinct().Order()],
            Rounds = parsed.GetValue(rounds),
            Seconds = parsed.GetValue(seconds),
            Only = Words(parsed.GetValue(only)),
            Data = Path.GetFullPath(parsed.GetValue(data)!),
            ReportOnly = chosen == report,
        };
        return true;
    }

    private static string[] Words(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int[] ReadSizes(string? text) =>
        [.. Words(text).Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0).DefaultIfEmpty()];

    private static void Refuse(System.CommandLine.Parsing.OptionResult result, bool isWrong, string message)
    {
        if (isWrong)
        {
            result.AddError(message);
        }
    }
}
