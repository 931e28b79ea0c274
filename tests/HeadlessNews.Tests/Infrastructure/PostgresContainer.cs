#if TESTCONTAINERS
using Testcontainers.PostgreSql;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>PostgreSQL in a container, where a Docker engine is. All of the tests' use of Testcontainers is here.</summary>
internal static class PostgresContainer
{
    public static async Task<(string ConnectionString, Func<ValueTask> Stop)?> TryStart()
    {
        if (!File.Exists("/var/run/docker.sock") && !OperatingSystem.IsWindows())
        {
            return null;
        }
        var container = new PostgreSqlBuilder("postgres:17").WithCommand("-c", "max_connections=200").Build();
        await container.StartAsync();
        return (container.GetConnectionString(), container.DisposeAsync);
    }
}
#endif
