using System.Diagnostics;
using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>Where a server listens.</summary>
/// <param name="SocketFolder">Empty where it listens on the loopback address instead.</param>
/// <param name="Port">Part of the socket's name, or that of the loopback address.</param>
internal sealed record EmbeddedPostgresEndpoint(string SocketFolder, int Port)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    // Nobody listens in on a socket of this machine, and asking the server for encryption costs a round trip each time.
    public NpgsqlConnectionStringBuilder ConnectionTo(string database, string user, string password) => new()
    {
        Host = SocketFolder.Length > 0 ? SocketFolder : "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    public async Task<NpgsqlConnection> ConnectAsSuperuserAsync(EmbeddedPostgresPasswords passwords, CancellationToken cancel)
    {
        var settings = ConnectionTo("postgres", "postgres", passwords.Superuser);
        settings.Pooling = false;
        settings.Timeout = 5;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch (Exception)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the server of this cluster answers here; waits for one that is about to, or about to be gone.</summary>
    public async Task<bool> AnswersForAsync(string clusterFolder, EmbeddedPostgresPasswords passwords, CancellationToken cancel)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await ConnectAsSuperuserAsync(passwords, cancel);
                await using var where = new NpgsqlCommand("SELECT current_setting('data_directory')", connection);
                return (string?)await where.ExecuteScalarAsync(cancel) == clusterFolder;
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.CannotConnectNow && since.Elapsed < AnswerWithin)
            {
                // Starting, recovering or stopping.
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }
}
