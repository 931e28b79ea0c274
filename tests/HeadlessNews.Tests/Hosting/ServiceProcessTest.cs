using System.Diagnostics;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Tests.Hosting;

/// <summary>Each test has a directory of its own, and leaves no process behind.</summary>
public abstract class ServiceProcessTest : IAsyncLifetime
{
    private protected string Home { get; } = Directory.CreateTempSubdirectory("hn-service-").FullName;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        // The server's own user has to come through.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Home, File.GetUnixFileMode(Home) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var home in Directory.EnumerateDirectories(Home).Append(Home))
        {
            if (File.Exists(PidFileIn(home)))
            {
                // Killed services leave their server: taken over, and stopped.
                await using var left = await EmbeddedPostgres.StartAsync(ServiceProcess.DataIn(home), NullLogger.Instance, CancellationToken.None);
            }
        }
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected static string PidFileIn(string home) => Path.Combine(ServiceProcess.DataIn(home), "cluster", "postmaster.pid");

    /// <summary>The server's process while it runs.</summary>
    private protected static int ServerOf(string home)
    {
        Assert.True(EmbeddedPostgresPidFile.TryRead(PidFileIn(home), out var read));
        return read!.ProcessId;
    }

    private protected void KillServer()
    {
        using var server = Process.GetProcessById(ServerOf(Home));
        server.Kill();
    }

    /// <summary>A server removes its note a moment before it ends.</summary>
    private protected static Task IsGone(int id) => Newsroom.Eventually(() => Task.FromResult(!IsRunning(id)), $"process {id} ends");

    private protected static bool IsRunning(int id) => Process.GetProcesses().Any(process => process.Id == id);

    /// <summary>Asks the stopped service's data: its server runs for as long as the question.</summary>
    private protected static async Task<T> Inspect<T>(string home, Func<NpgsqlDataSource, Task<T>> ask)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(ServiceProcess.DataIn(home), NullLogger.Instance, Cancel);
        await using var owner = NpgsqlDataSource.Create(postgres.ConnectionString);
        return await ask(owner);
    }
}
