using System.Collections.Concurrent;
using System.Diagnostics;
using HeadlessNews.Data;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestPostgres))]

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>
/// One real PostgreSQL for the whole run: the one that HEADLESSNEWS_TEST_POSTGRES names, else a container where a Docker engine is,
/// else the service's own private server. One template database; each test class gets a clone.
/// </summary>
public sealed class TestPostgres : IAsyncLifetime
{
    private readonly string template = $"hn_template_{Guid.NewGuid():N}";
    private readonly SemaphoreSlim cloning = new(1);
    private readonly ConcurrentBag<string> databases = [];
    private string server = "";
    private string? deliveryServer;
    private Func<ValueTask> stop = () => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("HEADLESSNEWS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            server = given;
            stop = DropDatabases;
        }
#if TESTCONTAINERS
        else if (await PostgresContainer.TryStart() is { } container)
        {
            (server, stop) = container;
        }
#endif
        else
        {
            var directory = Path.Combine(Path.GetTempPath(), $"hn-tests-{Guid.NewGuid():N}");
            var postgres = await EmbeddedPostgres.StartAsync(directory, NullLogger.Instance, CancellationToken.None);
            server = postgres.ConnectionString;
            deliveryServer = postgres.DeliveryConnectionString;
            stop = async () =>
            {
                await postgres.DisposeAsync();
                await Remove(postgres.DataDirectory);
            };
        }
        await Execute($"CREATE DATABASE {template}");
        await using var migrating = new Databases(Settings(template));
        await migrating.Migrate(CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>A database of one's own, migrated and empty, as the service's settings name it.</summary>
    public async Task<IConfiguration> CreateDatabase()
    {
        var name = $"hn_test_{Guid.NewGuid():N}";
        // A template can be copied by one at a time.
        await cloning.WaitAsync();
        try
        {
            await Execute($"CREATE DATABASE {name} TEMPLATE {template}");
            databases.Add(name);
        }
        finally
        {
            cloning.Release();
        }
        return Settings(name);
    }

    /// <summary>An empty database, not migrated.</summary>
    public async Task<IConfiguration> CreateEmptyDatabase()
    {
        var name = $"hn_test_{Guid.NewGuid():N}";
        await Execute($"CREATE DATABASE {name}");
        databases.Add(name);
        return Settings(name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await stop();
        cloning.Dispose();
    }

    /// <summary>From a server that stays. One that goes takes its databases along.</summary>
    private async ValueTask DropDatabases()
    {
        foreach (var name in databases.Append(template))
        {
            await Execute($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>A server's last processes may write for a moment after it has said that it is stopped.</summary>
    private static async Task Remove(string directory)
    {
        for (var patience = Stopwatch.StartNew(); Directory.Exists(directory);)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (IOException) when (patience.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(100);
            }
        }
    }

    private IConfiguration Settings(string database) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ConnectionStrings:News"] = Named(server, database),
        ["ConnectionStrings:NewsDelivery"] = deliveryServer is null ? null : Named(deliveryServer, database),
    }).Build();

    private static string Named(string connection, string database) =>
        new NpgsqlConnectionStringBuilder(connection) { Database = database }.ConnectionString;

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
