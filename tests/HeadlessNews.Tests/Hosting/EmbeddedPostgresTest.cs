using HeadlessNews.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Tests.Hosting;

/// <summary>Each test has a directory of its own and real servers in it.</summary>
public abstract class EmbeddedPostgresTest : IAsyncLifetime
{
    private readonly List<EmbeddedPostgres> started = [];
    private readonly CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private protected string Home { get; } = Path.Combine(Path.GetTempPath(), $"hn-{Guid.NewGuid():N}");

    private protected string Data => Path.Combine(Home, "data");

    private protected CancellationToken Deadline => deadline.Token;

    public ValueTask InitializeAsync()
    {
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        Directory.CreateDirectory(Home);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var postgres in started) await postgres.DisposeAsync();
        if (File.Exists(PidFileIn(Data)))
        {
            // A test failed between losing a server and finding it again.
            await using var found = await EmbeddedPostgres.StartAsync(Data, NullLogger.Instance, CancellationToken.None);
        }
        deadline.Dispose();
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected async Task<EmbeddedPostgres> StartAsync(string data)
    {
        var postgres = await EmbeddedPostgres.StartAsync(data, NullLogger.Instance, Deadline);
        lock (started) started.Add(postgres);
        return postgres;
    }

    private protected Task RememberAsync(EmbeddedPostgres postgres) =>
        DoAsync(postgres.ConnectionString, "CREATE TABLE public.memory AS SELECT 42 AS kept");

    private protected async Task AssertRemembersAsync(EmbeddedPostgres postgres) =>
        Assert.Equal(42, await AskAsync<int>(postgres.ConnectionString, "SELECT kept FROM public.memory"));

    private protected async Task<T> AskAsync<T>(string connectionString, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Deadline))!;
    }

    private protected async Task DoAsync(string connectionString, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Deadline);
    }

    private protected static string PidFileIn(string data) => Path.Combine(data, "cluster", "postmaster.pid");
}
