using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace HeadlessNews.Hosting;

/// <summary>Where the server listens: a Unix socket in a folder that is ours alone; on Windows the loopback address.</summary>
internal static class EmbeddedPostgresSockets
{
    /// <summary>What PostgreSQL calls its socket, for the port that needs no changing in a folder of our own.</summary>
    private const string SocketName = ".s.PGSQL.5432";

    // sun_path has 104 bytes on macOS and the BSDs and 108 on Linux, the closing zero among them.
    private const int LongestPath = 103;

    // What means something in connection strings, in PostgreSQL's list of folders, or in both.
    private static readonly SearchValues<char> Special = SearchValues.Create(",:;'\"\\\r\n");

    public static async Task<EmbeddedPostgresEndpoint> PrepareAsync(EmbeddedPostgresDirectory directory, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows()) return new EmbeddedPostgresEndpoint("", FreePort());

        var folder = await ChooseAsync(directory, cancel);
        EmbeddedPostgresDirectory.MakeFolder(folder, toPassThrough: false);
        Clear(folder);
        await directory.ServerUser.GiveAsync([folder], cancel);
        return new EmbeddedPostgresEndpoint(folder, 5432);
    }

    /// <summary>Takes away the folder of a server that has stopped, unless it lies in the data directory.</summary>
    public static void Remove(EmbeddedPostgresDirectory directory, EmbeddedPostgresEndpoint endpoint)
    {
        var folder = endpoint.SocketFolder;
        if (folder.Length == 0 || folder == directory.Sockets) return;
        try
        {
            Clear(folder);
            Directory.Delete(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An empty folder stays among the temporary files.
        }
    }

    private static async Task<string> ChooseAsync(EmbeddedPostgresDirectory directory, CancellationToken cancel)
    {
        if (Fits(directory.Sockets)) return directory.Sockets;

        // A name nobody can guess, or another user of the machine could make the folder first and listen there in our stead.
        var name = $"headlessnews-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        foreach (var parent in new[] { Path.GetTempPath(), "/tmp" })
        {
            var folder = Path.Combine(parent, name);
            if (Fits(folder) && await directory.ServerUser.CanEnterAsync(parent, cancel)) return folder;
        }
        throw new EmbeddedPostgresException(
            $"The path of {directory.Sockets} is too long for a Unix socket, and so is that of the folder for temporary files. Set EmbeddedPostgres__DataDirectory to a shorter one.");
    }

    private static bool Fits(string folder) =>
        Encoding.UTF8.GetByteCount(Path.Combine(folder, SocketName)) <= LongestPath && folder.AsSpan().IndexOfAny(Special) < 0;

    // A dead server's lock names a process whose number may be in use again, and would keep the new one from its socket.
    private static void Clear(string folder)
    {
        File.Delete(Path.Combine(folder, SocketName));
        File.Delete(Path.Combine(folder, $"{SocketName}.lock"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
