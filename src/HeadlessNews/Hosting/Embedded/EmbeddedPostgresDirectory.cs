using System.Security.Cryptography;
using System.Text;

namespace HeadlessNews.Hosting;

/// <summary>
/// The data directory, ours alone while this lives. Beside the cluster, which belongs to the server's user, it holds what belongs
/// to the service; root therefore never writes where a lesser user could have laid a link.
/// </summary>
internal sealed partial class EmbeddedPostgresDirectory : IDisposable
{
    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows: the codes of a file that somebody else holds.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream serviceLock;
    private readonly string mark = $"{Environment.ProcessId}\n{Guid.NewGuid()}\n";

    private EmbeddedPostgresDirectory(string folder, EmbeddedPostgresUser serverUser)
    {
        Folder = folder;
        ServerUser = serverUser;
        serviceLock = Lock(folder);
        File.WriteAllText(MarkIn(folder), mark);
    }

    public string Folder { get; }
    public EmbeddedPostgresUser ServerUser { get; }

    public string Cluster => Path.Combine(Folder, "cluster");
    public string PostmasterPid => Path.Combine(Cluster, "postmaster.pid");
    public string Passwords => Path.Combine(Folder, "passwords.json");
    public string Settings => Path.Combine(Folder, "postgresql.conf");
    public string ServerLog => Path.Combine(Folder, "server.log");
    public string Sockets => Path.Combine(Folder, "run");

    /// <summary>The directory that was asked for, or where root puts it instead if the server's user cannot get there.</summary>
    public static async Task<EmbeddedPostgresDirectory> OpenAsync(string wanted, ILogger logger, CancellationToken cancel)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted));
        var user = await EmbeddedPostgresUser.ChooseAsync(Path.Combine(folder, "cluster"), cancel);
        MakeFolder(folder, toPassThrough: user.Name is not null);
        if (!await user.CanEnterAsync(folder, cancel))
        {
            var fallback = Path.Combine("/var/lib/headlessnews", ShortHash(folder));
            MakeFolder(Path.GetDirectoryName(fallback)!, toPassThrough: true);
            MakeFolder(fallback, toPassThrough: true);
            user = await EmbeddedPostgresUser.ChooseAsync(Path.Combine(fallback, "cluster"), cancel);
            Log.MovedAway(logger, folder, user.Name!, fallback);
            folder = fallback;
        }
        return new EmbeddedPostgresDirectory(folder, user);
    }

    /// <summary>
    /// Whether a path from elsewhere leads to this directory, by whatever links and mounts. In a copy of a directory, or after a
    /// move, the server's notes still name the old place: what runs there is not ours to take over, or to stop.
    /// </summary>
    public bool IsAt(string path)
    {
        try
        {
            return File.ReadAllText(MarkIn(path)) == mark;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Gives the directory to whoever wants it next. The server is not touched.</summary>
    public void Dispose() => serviceLock.Dispose();

    public static void MakeFolder(string folder, bool toPassThrough)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        if (Directory.Exists(folder)) return;
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, mode);
        // Again, because what was given above is narrowed by the umask.
        if (toPassThrough) File.SetUnixFileMode(folder, mode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>All of it or nothing, on the disk when this returns, and readable by none but us.</summary>
    public static void WriteSecret(string file, string content)
    {
        var unfinished = $"{file}.new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, file, overwrite: true);
    }

    // The system lets go of it however the service ends.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "service.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (HeldByAnother.Contains(failure.HResult))
        {
            throw new EmbeddedPostgresException(
                $"The data directory {folder} is already used by {HolderOf(folder)}. Stop that service, or set EmbeddedPostgres__DataDirectory to another directory.",
                failure);
        }
    }

    private static string HolderOf(string folder)
    {
        try
        {
            return $"process {File.ReadLines(MarkIn(folder)).First()}";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It holds the lock and has not yet written who it is.
            return "another process";
        }
    }

    private static string MarkIn(string folder) => Path.Combine(folder, "service.pid");

    private static string ShortHash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));

    private static partial class Log
    {
        [LoggerMessage(EventName = "EmbeddedPostgresMovedAway", Level = LogLevel.Warning,
            Message = "The user {User}, whom PostgreSQL runs as, cannot enter {Wanted}: the data is kept in {Used}")]
        public static partial void MovedAway(ILogger logger, string wanted, string user, string used);
    }
}
