using System.ComponentModel;

namespace HeadlessNews.Hosting;

/// <summary>Where the private PostgreSQL keeps its data.</summary>
internal sealed record EmbeddedPostgresOptions
{
    public const string Section = "EmbeddedPostgres";

    /// <summary>Relative to the content root.</summary>
    public string DataDirectory { get; init; } = ".data/postgres";
}

/// <summary>The message is for the person at the terminal: what is wrong, and what they can do.</summary>
internal sealed class EmbeddedPostgresException(string message, Exception? inner = null) : CannotStartException(message, inner);

/// <summary>
/// A private PostgreSQL, run from the binaries on this machine, so that the service starts with nothing configured. It lives as
/// long as the service: the next start reuses its data, and takes over a server that a killed service left running.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly EmbeddedPostgresDirectory directory;
    private readonly EmbeddedPostgresServer server;
    private readonly Lazy<Task> stopped;

    private EmbeddedPostgres(EmbeddedPostgresDirectory directory, EmbeddedPostgresServer server)
    {
        this.directory = directory;
        this.server = server;
        stopped = new Lazy<Task>(StopAsync);
    }

    /// <summary>As the database's owner: not a superuser, but may create databases and roles.</summary>
    public string ConnectionString => server.OwnerConnectionString;

    /// <summary>As a member of headlessnews_delivery, with no other right.</summary>
    public string DeliveryConnectionString => server.ReaderConnectionString;

    /// <summary>The one really used: root may have had to move away from the one that was asked for.</summary>
    public string DataDirectory => directory.Folder;

    public static async Task<EmbeddedPostgres> StartAsync(string dataDirectory, ILogger logger, CancellationToken cancel) =>
        await StartAsync(dataDirectory, await EmbeddedPostgresBinaries.UsualFoldersAsync(cancel), logger, cancel);

    /// <summary>With PostgreSQL searched in these folders only.</summary>
    internal static async Task<EmbeddedPostgres> StartAsync(
        string dataDirectory, IEnumerable<string> binaryFolders, ILogger logger, CancellationToken cancel)
    {
        var installed = await EmbeddedPostgresBinaries.FindAsync(binaryFolders, cancel);
        try
        {
            var directory = await EmbeddedPostgresDirectory.OpenAsync(dataDirectory, logger, cancel);
            try
            {
                return new EmbeddedPostgres(directory, await EmbeddedPostgresServer.StartAsync(directory, installed, logger, cancel));
            }
            catch (Exception)
            {
                directory.Dispose();
                throw;
            }
        }
        // A full disk, a folder of somebody else's, a program that may not be run: the system's own words say which.
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new EmbeddedPostgresException(
                $"The private PostgreSQL could not be started in {dataDirectory}: {failure.Message}", failure);
        }
    }

    /// <summary>Stops the server and waits for it, also when it was taken over; then lets another service have the directory.</summary>
    public async ValueTask DisposeAsync() => await stopped.Value;

    private async Task StopAsync()
    {
        try
        {
            await server.StopAsync();
        }
        finally
        {
            directory.Dispose();
        }
    }
}
