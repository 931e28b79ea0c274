using HeadlessNews.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace HeadlessNews.Tests.Data;

/// <summary>A migrated database of its own, without the service on it: the service's doors, and the owner's.</summary>
public sealed class NewsDatabase(TestPostgres postgres) : IAsyncLifetime
{
    private IConfiguration configuration = null!;

    /// <summary>Both doors as the settings of the test server have them.</summary>
    internal Databases Doors { get; private set; } = null!;

    /// <summary>Delivery without a login of its own: it takes the reading role on.</summary>
    internal Databases DoorsByRole { get; private set; } = null!;

    internal NpgsqlDataSource Owner { get; private set; } = null!;

    internal string ConnectionString => configuration.GetConnectionString("News")!;

    public async ValueTask InitializeAsync()
    {
        configuration = await postgres.CreateDatabase();
        Doors = new Databases(configuration);
        DoorsByRole = new Databases(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:News"] = ConnectionString })
            .Build());
        Owner = NpgsqlDataSource.Create(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await DoorsByRole.DisposeAsync();
        await Doors.DisposeAsync();
    }
}

/// <summary>SQL in a word.</summary>
internal static class Sql
{
    public static async Task<T> Ask<T>(this NpgsqlDataSource door, string sql, params object[] parameters)
    {
        await using var command = door.CreateCommand(sql);
        Add(command, parameters);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public static async Task<List<string>> Column(this NpgsqlDataSource door, string sql)
    {
        await using var command = door.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }

    public static async Task Do(this NpgsqlDataSource door, string sql, params object[] parameters)
    {
        await using var command = door.CreateCommand(sql);
        Add(command, parameters);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>In a connection's open transaction.</summary>
    public static async Task Do(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        Add(command, parameters);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static void Add(NpgsqlCommand command, object[] parameters)
    {
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
    }
}
