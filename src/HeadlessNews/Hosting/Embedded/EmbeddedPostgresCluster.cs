using System.Globalization;
using System.Security.Cryptography;

namespace HeadlessNews.Hosting;

/// <summary>The files that PostgreSQL calls a cluster, and the settings it runs with.</summary>
internal static class EmbeddedPostgresCluster
{
    private const string UnfinishedPrefix = "initdb-";

    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The major version the cluster was made by, the only one that can run it; null where there is no cluster yet.</summary>
    public static int? MajorOf(EmbeddedPostgresDirectory directory)
    {
        if (!Directory.Exists(directory.Cluster)) return null;
        var file = Path.Combine(directory.Cluster, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new EmbeddedPostgresException(
                $"{directory.Cluster} is damaged: it has no readable PG_VERSION. Restore it from a backup, or move {directory.Folder} away to begin with an empty database.");
    }

    /// <summary>
    /// Made beside its place and moved there when complete: whatever ends the service meanwhile, a folder at that place is whole.
    /// Each attempt has a name of its own, for a killed service's initdb may still be at work on the one before.
    /// </summary>
    public static async Task CreateAsync(
        EmbeddedPostgresDirectory directory, EmbeddedPostgresBinaries binaries, string superuserPassword, CancellationToken cancel)
    {
        RemoveUnfinished(directory);
        var name = UnfinishedPrefix + RandomNumberGenerator.GetHexString(8, lowercase: true);
        var unfinished = Path.Combine(directory.Folder, name);
        try
        {
            EmbeddedPostgresDirectory.MakeFolder(unfinished, toPassThrough: false);
            var password = Path.Combine(unfinished, "password");
            EmbeddedPostgresDirectory.WriteSecret(password, superuserPassword);
            await directory.ServerUser.GiveAsync([password, unfinished], cancel);
            await InitdbAsync(directory, binaries, name, cancel);
            Directory.Move(Path.Combine(unfinished, "cluster"), directory.Cluster);
        }
        finally
        {
            RemoveUnfinished(directory);
        }
    }

    /// <summary>Megabytes. With 128, PostgreSQL's own default, an archive of a million articles is searched a third more slowly than with a thousand.</summary>
    private static long Buffers => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 / (1024 * 1024), 128, 1024);

    /// <summary>Written at every start, so that a new release brings its settings along.</summary>
    public static void WriteSettings(EmbeddedPostgresDirectory directory, EmbeddedPostgresEndpoint endpoint)
    {
        File.WriteAllText(directory.Settings, $"""
            # Written by HeadlessNews at every start: changes made here are lost. ALTER SYSTEM is not.
            listen_addresses = {Quote(endpoint.SocketFolder.Length > 0 ? "" : "127.0.0.1")}
            port = {endpoint.Port.ToString(CultureInfo.InvariantCulture)}
            unix_socket_directories = {Quote(endpoint.SocketFolder)}
            max_connections = 200
            password_encryption = 'scram-sha-256'

            # A sixteenth of the memory, which the service and whatever else runs here need as well; and short queries that compiling would only delay.
            shared_buffers = {Buffers.ToString(CultureInfo.InvariantCulture)}MB
            jit = off

            # What has been answered "saved" is on the disk.
            fsync = on
            full_page_writes = on
            synchronous_commit = on

            timezone = 'UTC'
            log_timezone = 'UTC'
            lc_messages = 'C'
            default_text_search_config = 'pg_catalog.english'

            # pg_ctl leads this into server.log.
            log_destination = 'stderr'
            logging_collector = off
            log_line_prefix = '%m [%p] '
            log_checkpoints = off
            cluster_name = 'headlessnews'

            """);
        // The server's user must read what a strict umask has reserved for root.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory.Settings, ReadableByAll);
    }

    private static async Task InitdbAsync(
        EmbeddedPostgresDirectory directory, EmbeddedPostgresBinaries binaries, string unfinished, CancellationToken cancel)
    {
        // Sorted by code point everywhere, the same on every machine; upper and lower case of all letters, where there is such a
        // locale, or a search for "älvsborg" would not find "Älvsborg".
        string[] characterTypes = OperatingSystem.IsWindows() ? ["C"] : ["C.UTF-8", "en_US.UTF-8", "C"];
        foreach (var characterType in characterTypes)
        {
            string[] provider = binaries.Major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
            var initdb = await directory.ServerUser.RunAsync(
                binaries.Initdb,
                [
                    "-D", Path.Combine(unfinished, "cluster"),
                    "--username=postgres", $"--pwfile={Path.Combine(unfinished, "password")}", "--auth=scram-sha-256",
                    "--encoding=UTF8", "--locale=C", $"--lc-ctype={characterType}", .. provider,
                    "--data-checksums", "--no-instructions",
                ],
                directory.Folder, cancel);
            if (initdb.ExitCode == 0) return;
            if (characterType != "C" && initdb.Errors.Contains("invalid locale name", StringComparison.Ordinal)) continue;
            // Ctrl+C reaches initdb too, which may be quicker to end than we are to cancel it.
            cancel.ThrowIfCancellationRequested();
            throw new EmbeddedPostgresException(
                $"PostgreSQL's initdb could not create a database cluster in {directory.Folder}:\n{initdb.Errors}");
        }
    }

    private static void RemoveUnfinished(EmbeddedPostgresDirectory directory)
    {
        foreach (var unfinished in Directory.EnumerateDirectories(directory.Folder, $"{UnfinishedPrefix}*").ToList())
        {
            try
            {
                Directory.Delete(unfinished, recursive: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A killed service's initdb is still writing there; the next start gets it.
            }
        }
    }

    private static string Quote(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
