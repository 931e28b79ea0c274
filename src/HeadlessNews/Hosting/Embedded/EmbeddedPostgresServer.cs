using System.Diagnostics;
using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>The running server. It outlives this object, and the service, unless it is stopped.</summary>
internal sealed partial class EmbeddedPostgresServer
{
    private static readonly TimeSpan OrphansEndWithin = TimeSpan.FromSeconds(15);

    private readonly EmbeddedPostgresDirectory directory;
    private readonly EmbeddedPostgresBinaries binaries;
    private readonly EmbeddedPostgresPasswords passwords;
    private readonly ILogger logger;
    private EmbeddedPostgresEndpoint endpoint = new("", 0);

    private EmbeddedPostgresServer(
        EmbeddedPostgresDirectory directory, EmbeddedPostgresBinaries binaries, EmbeddedPostgresPasswords passwords, ILogger logger)
    {
        this.directory = directory;
        this.binaries = binaries;
        this.passwords = passwords;
        this.logger = logger;
    }

    public string OwnerConnectionString =>
        endpoint.ConnectionTo("headlessnews", "headlessnews", passwords.Owner).ConnectionString;

    public string ReaderConnectionString =>
        endpoint.ConnectionTo("headlessnews", "headlessnews_reader", passwords.Reader).ConnectionString;

    /// <summary>Makes the cluster if there is none, takes over the server that runs on it or starts one, and sees to roles and database.</summary>
    public static async Task<EmbeddedPostgresServer> StartAsync(
        EmbeddedPostgresDirectory directory, IReadOnlyList<EmbeddedPostgresBinaries> installed, ILogger logger, CancellationToken cancel)
    {
        var major = EmbeddedPostgresCluster.MajorOf(directory);
        var binaries = EmbeddedPostgresBinaries.For(major, installed, directory.Folder);
        var passwords = EmbeddedPostgresPasswords.ReadOrMake(directory);
        if (major is null)
        {
            Log.Creating(logger, binaries.Major, directory.Folder);
            await EmbeddedPostgresCluster.CreateAsync(directory, binaries, passwords.Superuser, cancel);
        }
        var server = new EmbeddedPostgresServer(directory, binaries, passwords, logger);
        if (!await server.AdoptAsync(cancel)) await server.LaunchAsync(cancel);
        await server.PrepareAsync(cancel);
        return server;
    }

    /// <summary>Lets work in progress roll back and the data reach the disk; firmer where that takes too long.</summary>
    public Task StopAsync() => StopAsync(patienceSeconds: 60);

    private async Task StopAsync(int patienceSeconds)
    {
        foreach (var (mode, seconds) in new[] { ("fast", patienceSeconds), ("immediate", 5) })
        {
            if (!File.Exists(directory.PostmasterPid)) break;
            var stop = await PgCtlAsync("stop", "-D", "cluster", "-m", mode, "-w", "-t", $"{seconds}", "-s");
            if (stop.ExitCode == 0)
            {
                Log.Stopped(logger, directory.Folder);
                break;
            }
            Log.StopFailed(logger, mode, stop.Errors);
        }
        // One that heeds no signal, because a debugger holds it or the like, heeds this. The next start recovers the data.
        if (EmbeddedPostgresPidFile.TryRead(directory.PostmasterPid, out var left) && left?.FindProcess() is { } process)
        {
            using (process)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        EmbeddedPostgresSockets.Remove(directory, endpoint);
    }

    /// <summary>Takes over what an earlier service left running here, or clears away what it left lying.</summary>
    private async Task<bool> AdoptAsync(CancellationToken cancel)
    {
        if (!EmbeddedPostgresPidFile.TryRead(directory.PostmasterPid, out var left))
        {
            // As after a power cut. Should a server run all the same, PostgreSQL knows it by its shared memory and refuses to start.
            Log.PidFileDamaged(logger, directory.PostmasterPid);
            File.Move(directory.PostmasterPid, $"{directory.PostmasterPid}.damaged", overwrite: true);
            return false;
        }
        // Where somebody repairs the cluster by hand, PostgreSQL will say so.
        if (left is null || left.IsSingleUser) return false;
        if (!directory.IsAt(Path.Combine(left.DataDirectory, "..")))
        {
            File.Delete(directory.PostmasterPid);
            return false;
        }
        if (await left.Endpoint.AnswersForAsync(left.DataDirectory, passwords, cancel))
        {
            endpoint = left.Endpoint;
            Log.Adopted(logger, left.ProcessId, directory.Folder);
            return true;
        }
        using var process = left.FindProcess();
        if (process is not null)
        {
            Log.NotAnswering(logger, left.ProcessId, directory.Folder);
            await StopAsync(patienceSeconds: 10);
        }
        else if (left.IsNumberInUse)
        {
            // By a stranger, whom PostgreSQL would take for a server. Where the number is free, it clears the file away itself.
            File.Delete(directory.PostmasterPid);
        }
        return false;
    }

    private async Task LaunchAsync(CancellationToken cancel)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            endpoint = await EmbeddedPostgresSockets.PrepareAsync(directory, cancel);
            EmbeddedPostgresCluster.WriteSettings(directory, endpoint);
            var log = await EmbeddedPostgresLog.OpenAsync(directory, cancel);
            var start = await PgCtlStartAsync(cancel);
            if (start.ExitCode == 0)
            {
                Log.Started(logger, binaries.Major, directory.Folder, since.ElapsedMilliseconds);
                return;
            }
            // pg_ctl may only have lost patience.
            await StopAsync();
            cancel.ThrowIfCancellationRequested();
            var said = log.WhatWasSaid();
            // A killed server's children end when they notice, and hold its memory until then.
            if (!said.Contains("shared memory block", StringComparison.Ordinal) || since.Elapsed > OrphansEndWithin)
            {
                throw new EmbeddedPostgresException(
                    $"The private PostgreSQL did not start. The end of {directory.ServerLog}:\n{(said.Length > 0 ? said : start.Errors)}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }
    }

    private async Task<EmbeddedPostgresCommand.Result> PgCtlStartAsync(CancellationToken cancel)
    {
        // pg_ctl gives the server a session of its own: Ctrl+C in the terminal does not reach it. The paths are relative because
        // pg_ctl hands them to a shell, for which some of a path's characters would have a meaning.
        var starting = PgCtlAsync("start", "-D", "cluster", "-l", "server.log", "-o", "-c config_file=postgresql.conf", "-w", "-t", "120", "-s");
        try
        {
            return await starting.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // pg_ctl is not killed: it might leave a server that has not yet noted its number, and so could not be stopped.
            await Task.WhenAny(starting, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None));
            await StopAsync();
            throw;
        }
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        try
        {
            await using var connection = await endpoint.ConnectAsSuperuserAsync(passwords, cancel);
            await EmbeddedPostgresRoles.EnsureAsync(connection, passwords, cancel);
        }
        catch (Exception failure)
        {
            await StopAsync();
            if (failure is not NpgsqlException) throw;
            throw new EmbeddedPostgresException(
                $"The private PostgreSQL in {directory.Folder} started, but its roles and database could not be made: {failure.Message}", failure);
        }
    }

    private Task<EmbeddedPostgresCommand.Result> PgCtlAsync(params string[] arguments) =>
        directory.ServerUser.RunAsync(binaries.PgCtl, arguments, directory.Folder, CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(EventName = "EmbeddedPostgresCreating", Level = LogLevel.Information,
            Message = "Creating a private PostgreSQL {Major} in {Directory}")]
        public static partial void Creating(ILogger logger, int major, string directory);

        [LoggerMessage(EventName = "EmbeddedPostgresStarted", Level = LogLevel.Information,
            Message = "Private PostgreSQL {Major} started in {Directory} within {Milliseconds} ms")]
        public static partial void Started(ILogger logger, int major, string directory, long milliseconds);

        [LoggerMessage(EventName = "EmbeddedPostgresAdopted", Level = LogLevel.Information,
            Message = "Private PostgreSQL taken over: process {ServerProcess} was still running in {Directory}")]
        public static partial void Adopted(ILogger logger, int serverProcess, string directory);

        [LoggerMessage(EventName = "EmbeddedPostgresNotAnswering", Level = LogLevel.Warning,
            Message = "Private PostgreSQL, process {ServerProcess} in {Directory}, does not answer: restarting it")]
        public static partial void NotAnswering(ILogger logger, int serverProcess, string directory);

        [LoggerMessage(EventName = "EmbeddedPostgresPidFileDamaged", Level = LogLevel.Warning,
            Message = "{File} is damaged and was moved aside")]
        public static partial void PidFileDamaged(ILogger logger, string file);

        [LoggerMessage(EventName = "EmbeddedPostgresStopFailed", Level = LogLevel.Warning,
            Message = "Private PostgreSQL did not stop ({Mode}): {Reason}")]
        public static partial void StopFailed(ILogger logger, string mode, string reason);

        [LoggerMessage(EventName = "EmbeddedPostgresStopped", Level = LogLevel.Information,
            Message = "Private PostgreSQL in {Directory} is stopped")]
        public static partial void Stopped(ILogger logger, string directory);
    }
}
