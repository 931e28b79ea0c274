using System.Text.Encodings.Web;
using System.Text.Json;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>All that is known of one size: a file of its own in <c>benchmarks/results</c>.</summary>
internal sealed record Measured
{
    /// <summary>How many articles; null for what compares sizes.</summary>
    public int? Articles { get; init; }

    public required Machine Machine { get; init; }
    public required SortedDictionary<string, StageResult> Stages { get; init; }
}

/// <summary>What one stage found. Series of one stage were measured in turn: their rounds pair up.</summary>
internal sealed record StageResult
{
    public required DateTimeOffset At { get; init; }
    public required string Commit { get; init; }
    public required int Rounds { get; init; }
    public required int Seconds { get; init; }

    /// <summary>By <c>case who</c>, such as <c>home cached</c>; a sample for each round.</summary>
    public SortedDictionary<string, List<Sample>> Series { get; init; } = [];

    /// <summary>Single figures.</summary>
    public SortedDictionary<string, double> Facts { get; init; } = [];

    /// <summary>What was not measured, and why.</summary>
    public SortedDictionary<string, string> Skipped { get; init; } = [];
}

internal static class ResultFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Folder => Repository.File("benchmarks", "results");

    public static IReadOnlyList<Measured> All() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(file => Read<Measured>(file)!).OrderBy(measured => measured.Articles ?? int.MaxValue)];

    public static T? Read<T>(string file) where T : class => File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json) : null;

    public static void Write<T>(string file, T value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Whole or not at all: an interrupted run is taken up from these.
        File.WriteAllText($"{file}.new", JsonSerializer.Serialize(value, Json) + "\n");
        File.Move($"{file}.new", file, overwrite: true);
    }
}
