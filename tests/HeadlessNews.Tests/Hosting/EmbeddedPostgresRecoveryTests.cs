using System.Diagnostics;
using HeadlessNews.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HeadlessNews.Tests.Hosting;

/// <summary>What killed services, killed servers and damaged files leave behind.</summary>
public sealed class EmbeddedPostgresRecoveryTests : EmbeddedPostgresTest
{
    [Fact]
    public async Task A_server_whose_service_vanished_is_taken_over_and_stopped_in_the_end()
    {
        var (server, vanished) = await StartAndVanishAsync();

        var postgres = await StartAsync(Data);
        await AssertRemembersAsync(postgres);
        Assert.Equal(vanished, postgres.ConnectionString);
        Assert.Equal(server, ServerOf(Data));

        await postgres.DisposeAsync();
        await UntilAsync(() => !IsRunning(server));
    }

    [Fact]
    public async Task A_server_that_was_killed_is_started_again_and_recovers()
    {
        var (server, _) = await StartAndVanishAsync();
        await KillAsync(server);
        Assert.True(File.Exists(PidFileIn(Data)));

        var postgres = await StartAsync(Data);

        await AssertRemembersAsync(postgres);
        Assert.NotEqual(server, ServerOf(Data));
    }

    [Fact]
    public async Task A_dead_servers_number_in_use_by_a_stranger_deceives_nobody()
    {
        var (server, _) = await StartAndVanishAsync();
        await KillAsync(server);
        // A server too, and alive, but of another directory.
        await StartAsync(Path.Combine(Home, "other"));
        var stranger = ServerOf(Path.Combine(Home, "other"));
        var lines = await File.ReadAllLinesAsync(PidFileIn(Data), Deadline);
        lines[0] = $"{stranger}";
        await File.WriteAllLinesAsync(PidFileIn(Data), lines, Deadline);

        var postgres = await StartAsync(Data);

        await AssertRemembersAsync(postgres);
        Assert.True(IsRunning(stranger));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a number\n")]
    public async Task A_damaged_note_of_a_dead_server_is_moved_aside(string content)
    {
        var (server, _) = await StartAndVanishAsync();
        await KillAsync(server);
        await File.WriteAllTextAsync(PidFileIn(Data), content, Deadline);

        await AssertRemembersAsync(await StartAsync(Data));
    }

    [Fact]
    public async Task A_copy_of_a_running_servers_directory_leaves_that_server_alone()
    {
        var original = await StartAsync(Data);
        var server = ServerOf(Data);
        var copy = Path.Combine(Home, "copy");
        Directory.CreateDirectory(Path.Combine(copy, "cluster"));
        foreach (var file in new[] { "passwords.json", "cluster/postmaster.pid", "cluster/PG_VERSION" })
        {
            File.Copy(Path.Combine(Data, file), Path.Combine(copy, file));
        }

        // The copy is of too little to start from; what counts is what became of the original.
        await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(copy));

        Assert.Equal(server, ServerOf(Data));
        Assert.Equal(1, await AskAsync<int>(original.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_half_made_cluster_is_made_again()
    {
        Directory.CreateDirectory(Path.Combine(Data, "initdb-0badcafe", "cluster", "base"));

        var postgres = await StartAsync(Data);

        Assert.Equal(1, await AskAsync<int>(postgres.ConnectionString, "SELECT 1"));
        Assert.Empty(Directory.EnumerateDirectories(Data, "initdb-*"));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_leaves_nothing_running_and_the_next_one_works()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var starting = EmbeddedPostgres.StartAsync(Data, NullLogger.Instance, cancel.Token);
        await UntilAsync(() => File.Exists(PidFileIn(Data)) || starting.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.False(File.Exists(PidFileIn(Data)));

        await StartAsync(Data);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        var first = await StartAsync(Data);
        await first.DisposeAsync();
        File.Delete(Path.Combine(Data, "cluster", "global", "pg_control"));

        var failure = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(Data));

        Assert.Contains("server.log", failure.Message, StringComparison.Ordinal);
        Assert.Contains("pg_control", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_that_were_lost_are_named_as_the_cause()
    {
        var first = await StartAsync(Data);
        await first.DisposeAsync();
        File.Delete(Path.Combine(Data, "passwords.json"));

        var failure = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(Data));

        Assert.Contains("passwords.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_of_a_version_that_is_not_installed_is_refused_by_name()
    {
        Directory.CreateDirectory(Path.Combine(Data, "cluster"));
        await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "PG_VERSION"), "14\n", Deadline);

        var failure = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(Data));

        Assert.Contains("made by PostgreSQL 14", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What kill -9 leaves behind: the directory is free, and the server runs on.</summary>
    private async Task<(int Server, string ConnectionString)> StartAndVanishAsync()
    {
        var installed = await EmbeddedPostgresBinaries.FindAsync(await EmbeddedPostgresBinaries.UsualFoldersAsync(Deadline), Deadline);
        using var directory = await EmbeddedPostgresDirectory.OpenAsync(Data, NullLogger.Instance, Deadline);
        var server = await EmbeddedPostgresServer.StartAsync(directory, installed, NullLogger.Instance, Deadline);
        await DoAsync(server.OwnerConnectionString, "CREATE TABLE public.memory AS SELECT 42 AS kept");
        return (ServerOf(Data), server.OwnerConnectionString);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Deadline);
        }
    }

    private static int ServerOf(string data)
    {
        Assert.True(EmbeddedPostgresPidFile.TryRead(PidFileIn(data), out var read));
        return read!.ProcessId;
    }

    private static bool IsRunning(int process) => Process.GetProcesses().Any(running => running.Id == process);

    private async Task KillAsync(int server)
    {
        using var process = Process.GetProcessById(server);
        process.Kill();
        await process.WaitForExitAsync(Deadline);
    }
}
