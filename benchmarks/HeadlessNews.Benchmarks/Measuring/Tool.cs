using System.ComponentModel;
using System.Diagnostics;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>Another program, run to its end.</summary>
internal static class Tool
{
    public static async Task<Said> Run(string program, IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }, environment);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await End(process, cancel);
        return new Said(process.ExitCode, await output, await errors);
    }

    /// <summary>The same, with its words going where ours go: for what takes long and shows its progress.</summary>
    public static async Task<int> RunAloud(string program, IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(new ProcessStartInfo(program, arguments), environment);
        await End(process, cancel);
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new BenchmarkException(start.FileName == Wrk.Program
                ? "wrk, which makes the load, is not on PATH: `apt-get install wrk`."
                : $"{start.FileName} could not be run: {missing.Message}");
        }
    }

    private static async Task End(Process process, CancellationToken cancel)
    {
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
    }

    internal sealed record Said(int ExitCode, string Output, string Errors);
}
