using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Import;
using Spectre.Console;

namespace HeadlessNews.Hosting;

/// <summary><c>restore FILE</c>: what the route does, with progress. Stopped, it is run again and goes on.</summary>
internal static class RestoreFile
{
    private const int IsIncomplete = 2;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <param name="services">The service's.</param>
    /// <param name="file"><c>-</c> for standard input.</param>
    /// <param name="cancel">From the caller.</param>
    public static async Task<int> Run(IServiceProvider services, string file, CancellationToken cancel)
    {
        if (await InputFile.Open(file) is not { } input)
        {
            return 1;
        }
        await using (input)
        {
            await services.GetRequiredService<Preparation>().Migrate(cancel);
            var (run, problem) = await services.GetRequiredService<Restore>().Begin(input, Actor.System, cancel);
            if (run is null)
            {
                await Console.Error.WriteLineAsync($"{problem!.Title}. {problem.Detail}");
                return 1;
            }
            await using (run)
            {
                return await Run(run, input, (file == InputFile.StandardInput ? "restore" : file) + ".errors.ndjson", cancel);
            }
        }
    }

    private static async Task<int> Run(RestoreRun run, Stream input, string errorFile, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        RestoreResult? last = null;
        await using var errors = new FileStream(errorFile, FileMode.Create, FileAccess.Write, FileShare.Read);
        try
        {
            if (Console.IsOutputRedirected)
            {
                var said = -Between;
                await Go(() =>
                {
                    if (clock.Elapsed - said > Between)
                    {
                        said = clock.Elapsed;
                        Console.WriteLine($"Line {last!.Line}, {Rate()}");
                    }
                });
            }
            else
            {
                await AnsiConsole.Progress()
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .StartAsync(async progress =>
                    {
                        var task = progress.AddTask("Restoring", maxValue: input.CanSeek ? Math.Max(1, input.Length) : 1);
                        task.IsIndeterminate = !input.CanSeek;
                        await Go(() =>
                        {
                            task.Value = input.CanSeek ? input.Position : 0;
                            task.Description = Rate();
                        });
                    });
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Stopped after line {last?.Line}. Run it again: it goes on from there.");
            throw;
        }
        var counts = last!.Counts!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{last.Line} lines in {clock.Elapsed.TotalSeconds:F1} s ({Rate()}): {counts.Restored} restored, {counts.Unchanged} there already, {counts.Kept} there and changed since, {counts.Refused} refused."));
        var isEmpty = errors.Length == 0;
        errors.Close();
        if (isEmpty)
        {
            File.Delete(errorFile);
        }
        if (last.Status == RestoreStatus.Complete)
        {
            return 0;
        }
        await Console.Error.WriteLineAsync(last.Problem is { } problem
            ? $"Not everything is there. {problem.Title}. {problem.Detail}"
            : $"Not everything is there: {counts.Refused} lines were refused. They are in {errorFile}, each with the reason. Mend them, and run it again.");
        return IsIncomplete;

        async Task Go(Action tell)
        {
            await foreach (var result in run.Results(cancel))
            {
                if (result.Status is RestoreStatus.Refused or RestoreStatus.Kept)
                {
                    await errors.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(result, ExportText.Options), (byte)'\n'], cancel);
                    continue;
                }
                last = result;
                tell();
            }
            await errors.FlushAsync(cancel);
        }

        string Rate() => string.Create(CultureInfo.InvariantCulture, $"{last!.Line / Math.Max(0.001, clock.Elapsed.TotalSeconds):F0} lines a second");
    }
}
