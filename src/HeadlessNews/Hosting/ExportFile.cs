using System.Diagnostics;
using System.Globalization;
using HeadlessNews.Http;
using HeadlessNews.Import;
using Spectre.Console;

namespace HeadlessNews.Hosting;

/// <summary>
/// <c>export FILE</c>: what the route gives, straight into a file. It has its name when it is whole, not before: what a run that was
/// stopped leaves behind is called <c>FILE.partial</c>.
/// </summary>
internal static class ExportFile
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <param name="services">The service's.</param>
    /// <param name="file"><c>-</c> for standard output.</param>
    /// <param name="cancel">From the caller.</param>
    public static async Task<int> Run(IServiceProvider services, string file, CancellationToken cancel)
    {
        await services.GetRequiredService<Preparation>().Migrate(cancel);
        await using var scope = services.CreateAsyncScope();
        var content = scope.ServiceProvider.GetRequiredService<ExportContent>();
        try
        {
            if (file == "-")
            {
                await using var output = Console.OpenStandardOutput();
                await Write(content, output, null, cancel);
                return 0;
            }
            await Write(content, file, cancel);
            return 0;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} cannot be written. {unwritable.Message}");
            return 1;
        }
        catch (Exception failure) when (ProblemHandling.IsDatabaseAway(failure))
        {
            await Console.Error.WriteLineAsync($"The database cannot be reached: {failure.Message} What is in {file}.partial is not whole; run it again.");
            return 1;
        }
    }

    private static async Task Write(ExportContent content, string file, CancellationToken cancel)
    {
        var partial = file + ".partial";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // Mail addresses and notes of the newsroom are in it.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        var clock = Stopwatch.StartNew();
        var (articles, bytes) = (0L, 0L);
        await using (var output = new FileStream(partial, options))
        {
            var total = await content.CountArticles(cancel);
            if (Console.IsOutputRedirected)
            {
                var said = TimeSpan.Zero;
                await Write(content, output, line =>
                {
                    articles += line is ExportedArticle ? 1 : 0;
                    if (clock.Elapsed - said > Between)
                    {
                        said = clock.Elapsed;
                        Console.WriteLine($"{articles} of {total} articles, {Rate()}");
                    }
                }, cancel);
            }
            else
            {
                await AnsiConsole.Progress()
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .StartAsync(async progress =>
                    {
                        var task = progress.AddTask("Exporting", maxValue: Math.Max(1, total));
                        await Write(content, output, line =>
                        {
                            if (line is ExportedArticle && ++articles % 100 == 0)
                            {
                                task.Value = articles;
                                task.Description = Rate();
                            }
                        }, cancel);
                        task.Value = task.MaxValue;
                    });
            }
            output.Flush(flushToDisk: true);
            bytes = output.Length;
        }
        File.Move(partial, file, overwrite: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{articles} articles and all that belongs to them, {bytes} bytes, in {clock.Elapsed.TotalSeconds:F1} s ({Rate()}): {file}"));

        string Rate() => string.Create(CultureInfo.InvariantCulture, $"{articles / Math.Max(0.001, clock.Elapsed.TotalSeconds):F0} a second");
    }

    private static Task Write(ExportContent content, Stream output, Action<IExportLine>? written, CancellationToken cancel) =>
        ExportText.Write(piece => output.WriteAsync(piece, cancel).AsTask(), content.Lines(cancel), written, cancel);
}
