using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HeadlessNews.Hosting;

/// <summary>What the server notes about itself in postmaster.pid, and what can be told from it.</summary>
/// <remarks>PostgreSQL, src/include/utils/pidfile.h: process, data directory, start time, port, socket folder; a line each.</remarks>
internal sealed record EmbeddedPostgresPidFile(int ProcessId, string DataDirectory, DateTime StartedAt, int Port, string SocketFolder)
{
    // Whole seconds, and the clock may have been set between the two readings.
    private static readonly TimeSpan SameStart = TimeSpan.FromSeconds(10);

    public EmbeddedPostgresEndpoint Endpoint => new(SocketFolder, Port);

    /// <summary>PostgreSQL marks a process that serves one terminal, not clients, by the sign.</summary>
    public bool IsSingleUser => ProcessId < 0;

    /// <returns>False when there is a file and it cannot be read as one; true with null when there is none.</returns>
    public static bool TryRead(string path, out EmbeddedPostgresPidFile? read)
    {
        read = null;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        var invariant = CultureInfo.InvariantCulture;
        if (lines.Length < 5
            || !int.TryParse(lines[0], invariant, out var processId)
            || !long.TryParse(lines[2], invariant, out var startedAt)
            || startedAt is < 0 or > int.MaxValue
            || !int.TryParse(lines[3], invariant, out var port))
        {
            return false;
        }
        read = new EmbeddedPostgresPidFile(processId, lines[1], DateTimeOffset.FromUnixTimeSeconds(startedAt).UtcDateTime, port, lines[4]);
        return true;
    }

    /// <summary>Whether some process, this server or a stranger, has the number now.</summary>
    public bool IsNumberInUse
    {
        get
        {
            using var process = ProcessWithNumber();
            return process is not null;
        }
    }

    /// <summary>
    /// The process that wrote this, if it lives. After a restart of the machine or container its number may be anybody's, even that
    /// of another server's process, so that neither number nor name will do.
    /// </summary>
    public Process? FindProcess()
    {
        var process = ProcessWithNumber();
        try
        {
            if (process is not null
                && process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase)
                && (OperatingSystem.IsLinux() ? WorksIn(process) == DataDirectory : StartedThen(process)))
            {
                return process;
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            // It ended while we asked; or it is none of ours, since we may not look at it.
        }
        process?.Dispose();
        return null;
    }

    // A server works in its data directory. No clock can be wrong about that.
    private static string? WorksIn(Process process) => new DirectoryInfo($"/proc/{process.Id}/cwd").LinkTarget;

    private bool StartedThen(Process process) => (process.StartTime.ToUniversalTime() - StartedAt).Duration() < SameStart;

    private Process? ProcessWithNumber()
    {
        try
        {
            return Process.GetProcessById(ProcessId);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
