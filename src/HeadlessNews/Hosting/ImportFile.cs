using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using HeadlessNews.Http;
using HeadlessNews.Import;
using Spectre.Console;

namespace HeadlessNews.Hosting;

/// <summary>What <c>import</c> was told.</summary>
/// <param name="File">The file; <c>-</c> for what comes in.</param>
/// <param name="Errors">Where refused lines go, with why.</param>
/// <param name="Resume">Go on where the last run with this error file ended.</param>
/// <param name="Options">How.</param>
internal sealed record ImportFileOptions(string File, string? Errors, bool Resume, ImportOptions Options)
{
    public string ErrorFile => Errors ?? (File == InputFile.StandardInput ? "import" : File) + ".errors.ndjson";

    /// <summary>How far the import has come, while it has not come to its end.</summary>
    public string PositionFile => ErrorFile + ".position";
}

/// <summary>
/// <c>import FILE</c>: what the route does, with progress. How far it came is kept beside the error file, so that a run that was stopped, however,
/// goes on there.
/// </summary>
internal static class ImportFile
{
    private const int SomeWereRefused = 2;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(IServiceProvider services, ImportFileOptions options, CancellationToken cancel)
    {
        if (await InputFile.Open(options.File) is not { } input)
        {
            return 1;
        }
        await using (input)
        {
            var from = options.Resume ? await Position.Read(options.PositionFile, cancel) : null;
            if (options.Resume && from is null)
            {
                await Console.Error.WriteLineAsync($"There is nothing to go on with: {options.PositionFile} is not there, or is none of ours. Without --resume the import begins at the start, which is safe, too.");
                return 1;
            }
            if (from is not null && !await Skip(input, from.Offset, cancel))
            {
                await Console.Error.WriteLineAsync($"{options.File} is shorter than what was imported of it: it is another file.");
                return 1;
            }
            await services.GetRequiredService<Preparation>().Migrate(cancel);
            await using var errors = new FileStream(options.ErrorFile, from is null ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read);
            return await Run(services.GetRequiredService<ImportRun>(), options, input, errors, from ?? new Position(0, 0, 0), cancel);
        }
    }

    private static async Task<int> Run(ImportRun import, ImportFileOptions options, Stream input, Stream errors, Position at, CancellationToken cancel)
    {
        var tally = new ImportTally();
        var clock = Stopwatch.StartNew();
        var total = input.CanSeek ? input.Length : (long?)null;
        var begun = at.Offset;
        try
        {
            if (Console.IsOutputRedirected)
            {
                var said = TimeSpan.Zero;
                await Go(() =>
                {
                    if (clock.Elapsed - said > Between)
                    {
                        said = clock.Elapsed;
                        Console.WriteLine(Say());
                    }
                });
            }
            else
            {
                await AnsiConsole.Progress()
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .StartAsync(async progress =>
                    {
                        var task = progress.AddTask("Importing", maxValue: total ?? 1);
                        task.IsIndeterminate = total is null;
                        await Go(() =>
                        {
                            task.Value = total is null ? 0 : at.Offset;
                            task.Description = Rate();
                        });
                    });
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Stopped after line {at.Line}. Go on with --resume.");
            throw;
        }
        catch (Exception failure) when (ProblemHandling.IsDatabaseAway(failure))
        {
            await Console.Error.WriteLineAsync($"The database cannot be reached: {failure.Message} Lines up to {at.Line} are done; go on with --resume.");
            return 1;
        }
        File.Delete(options.PositionFile);
        Console.WriteLine($"{tally.Total} lines in {clock.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s ({Rate()}): {tally}.");
        if (at.Refused == 0)
        {
            errors.Close();
            File.Delete(options.ErrorFile);
            return 0;
        }
        await Console.Error.WriteLineAsync($"{at.Refused} lines were refused. They are in {options.ErrorFile}, each with the reason.");
        return SomeWereRefused;

        async Task Go(Action tell)
        {
            await foreach (var results in import.Run(PipeReader.Create(input), options.Options, (at.Line, at.Offset), cancel))
            {
                var refused = 0;
                foreach (var line in results)
                {
                    tally.Add(line.Result);
                    if (line.Result.Problem is not null)
                    {
                        refused++;
                        await errors.WriteAsync(Refusal(line), cancel);
                    }
                }
                await errors.FlushAsync(cancel);
                if (results.Count > 0)
                {
                    at = new Position(results[^1].Line.Number, results[^1].Line.End, at.Refused + refused);
                    await at.Write(options.PositionFile, cancel);
                }
                tell();
            }
        }

        string Rate() => string.Create(CultureInfo.InvariantCulture, $"{tally.Total / Math.Max(0.001, clock.Elapsed.TotalSeconds):F0} a second");

        string Say()
        {
            var left = total is null || at.Offset == begun ? "" : string.Create(CultureInfo.InvariantCulture,
                $", {100.0 * at.Offset / total.Value:F1} %, {TimeSpan.FromSeconds(Math.Ceiling(clock.Elapsed.TotalSeconds / (at.Offset - begun) * (total.Value - at.Offset)))} left");
            return $"Line {at.Line}, {Rate()}{left}; {tally}";
        }
    }

    /// <summary>The line as it was sent, where it can be said in JSON, and why it was refused.</summary>
    private static byte[] Refusal(ImportedLine line) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new { line.Result.Line, line.Result.Problem, Sent = line.Line.Text is { } text ? Encoding.UTF8.GetString(text) : null }, Json.Options), (byte)'\n'];

    private static async Task<bool> Skip(Stream input, long offset, CancellationToken cancel)
    {
        if (input.CanSeek)
        {
            input.Position = offset;
            return offset <= input.Length;
        }
        var buffer = new byte[1 << 16];
        while (offset > 0)
        {
            var read = await input.ReadAsync(buffer.AsMemory(0, (int)Math.Min(offset, buffer.Length)), cancel);
            if (read == 0)
            {
                return false;
            }
            offset -= read;
        }
        return true;
    }

    /// <summary>How far an import has come: all up to this line is durable.</summary>
    private sealed record Position(long Line, long Offset, long Refused)
    {
        public static async Task<Position?> Read(string file, CancellationToken cancel)
        {
            try
            {
                return JsonSerializer.Deserialize<Position>(await File.ReadAllTextAsync(file, cancel), Json.Options);
            }
            catch (Exception none) when (none is IOException or JsonException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        /// <summary>Whole or not at all: a run may be killed at any moment.</summary>
        public async Task Write(string file, CancellationToken cancel)
        {
            await File.WriteAllTextAsync(file + ".new", JsonSerializer.Serialize(this, Json.Options), cancel);
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
