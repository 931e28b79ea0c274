using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Hosting;

/// <summary>
/// Ctrl+C and SIGTERM from the first moment to the last. The host hears them only while it serves; in a start, a migration or a long
/// load they would end the process and leave its private PostgreSQL running.
/// </summary>
internal sealed class Interruption : IDisposable
{
    // What a shell reports of a program that Ctrl+C ended.
    private const int Interrupted = 130;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] signals;

    public Interruption() =>
        signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Heard), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heard)];

    public CancellationToken Token => source.Token;

    /// <summary>
    /// What a message is enough for: our own refusals, settings that break a rule or cannot be read at all, an end that was asked for.
    /// </summary>
    public static bool Understands(Exception reason) => reason is CannotStartException or OptionsValidationException or OperationCanceledException
        || reason is InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" }
        // Several sections of the settings at once.
        || (reason is AggregateException several && several.InnerExceptions.All(one => one is OptionsValidationException))
        || reason is FormatException { TargetSite.DeclaringType.FullName: "Microsoft.AspNetCore.Http.BindingAddress" };

    /// <summary>The exit code of a command that did not come to its end; a message, unless the end was asked for.</summary>
    public async Task<int> Explain(Exception reason)
    {
        if (source.IsCancellationRequested)
        {
            return Interrupted;
        }
        await Console.Error.WriteLineAsync(reason is AggregateException several ? string.Join('\n', several.InnerExceptions.Select(one => one.Message)) : reason.Message);
        return 1;
    }

    public void Dispose()
    {
        Array.ForEach(signals, signal => signal.Dispose());
        source.Dispose();
    }

    private void Heard(PosixSignalContext signal)
    {
        signal.Cancel = true;
        source.Cancel();
    }
}
