using System.Diagnostics;

namespace HeadlessNews.Hosting;

/// <summary>Runs one of PostgreSQL's or the system's programs to its end.</summary>
internal static class EmbeddedPostgresCommand
{
    // A server started by pg_ctl on Windows inherits the pipes and would keep them open for the rest of its life.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    /// <summary>The folders that PATH names, but for relative ones: those would depend on where the service was started.</summary>
    public static IEnumerable<string> FoldersOnPath =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);

    /// <param name="program">A path, or a name to be found on PATH.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <param name="user">Who to run as; null for who we are.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="cancel">Kills the program and what it started.</param>
    public static async Task<Result> RunAsync(
        string program, IEnumerable<string> arguments, string? user, string folder, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(Locate(program), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (user is not null) start.UserName = user;
        // PGDATA, PGPORT, PGOPTIONS and their like are meant for another server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }
        // What the programs say is read by code here and there; what they decide by locale is told them explicitly.
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        var output = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        await Task.WhenAny(output, Task.Delay(OutputGrace, CancellationToken.None));
        return output.IsCompletedSuccessfully
            ? new Result(process.ExitCode, output.Result[0].Trim(), output.Result[1].Trim())
            : new Result(process.ExitCode, "", "");
    }

    /// <summary>The name of a program's file on this system.</summary>
    public static string FileOf(string program) => OperatingSystem.IsWindows() ? $"{program}.exe" : program;

    // Left to itself, .NET would first look where the service was started, and run a script of the name there, as root.
    private static string Locate(string program) => Path.IsPathFullyQualified(program)
        ? program
        : FoldersOnPath.Select(folder => Path.Combine(folder, FileOf(program))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The program {program} is not on PATH.");

    internal sealed record Result(int ExitCode, string Output, string Errors);
}
