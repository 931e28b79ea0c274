using Npgsql;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>What a run has measured so far, in case it is interrupted. It goes on with the same settings on the same commit only.</summary>
internal sealed class Unfinished(Settings settings, string commit)
{
    private readonly string folder = Path.Combine(settings.Data, "unfinished");

    /// <summary>Of this run, or of the one it goes on with.</summary>
    public Machine? Machine
    {
        get => ResultFiles.Read<Machine>(MachineFile);
        set => ResultFiles.Write(MachineFile, value!);
    }

    private string MachineFile => Path.Combine(folder, "machine.json");

    public StageResult? Find(string name, string stage) =>
        ResultFiles.Read<StageResult>(FileOf(name, stage)) is { } found
        && found.Commit == commit && found.Rounds == settings.Rounds && found.Seconds == settings.Seconds ? found : null;

    /// <summary>What could not be measured, and why.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Keeps what a stage finds. One that fails keeps nobody from the figures of the others, an hour later.</summary>
    public async Task Try(string name, string stage, Func<Task<StageResult>> run)
    {
        try
        {
            ResultFiles.Write(FileOf(name, stage), await run());
        }
        catch (Exception failure) when (failure is BenchmarkException or HttpRequestException or NpgsqlException)
        {
            Failures.Add($"{name} {stage}: {failure.Message}");
            Progress.Say($"FAILED: {failure.Message}");
        }
    }

    public void Clear()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string FileOf(string name, string stage) => Path.Combine(folder, $"{name}-{stage}.json");
}
