using System.Net;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace HeadlessNews.Tests.Http;

/// <summary>A service whose wire to the database can be cut.</summary>
public class OnAWire(TestPostgres postgres) : NewsApp(postgres), IAsyncDisposable
{
    private readonly List<Relay> relays = [];

    public Task Cut() => Task.WhenAll(relays.Select(relay => relay.Cut()));

    public void Mend() => relays.ForEach(relay => relay.Mend());

    /// <summary>Without a cache every reader needs the database.</summary>
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Delivery:CacheBytes", "0")];

    /// <summary>The database's owner, past the wire.</summary>
    public string Owner { get; private set; } = "";

    protected override async Task<IConfiguration> CreateDatabase()
    {
        var direct = await base.CreateDatabase();
        Owner = direct.GetConnectionString("News")!;
        return new ConfigurationBuilder().AddInMemoryCollection(direct.GetSection("ConnectionStrings").GetChildren()
            .Where(each => each.Value is not null)
            .ToDictionary(each => each.Path, each => (string?)Wired(each.Value!))).Build();
    }

    private string Wired(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var relay = new Relay(connection.Host!, connection.Port);
        relays.Add(relay);
        connection.Host = "127.0.0.1";
        connection.Port = relay.Port;
        return connection.ConnectionString;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await DisposeAsync();
        foreach (var relay in relays)
        {
            await relay.DisposeAsync();
        }
    }
}

public sealed class DatabaseAwayTests(OnAWire app) : IClassFixture<OnAWire>
{
    private static readonly (HttpMethod Method, string Path, string? Body)[] Requests =
    [
        (HttpMethod.Get, "/api/v1/articles", null),
        (HttpMethod.Get, "/api/v1/articles/night-ferry", null),
        (HttpMethod.Get, "/api/v1/authors", null),
        (HttpMethod.Get, "/api/v1/editorial/articles", null),
        (HttpMethod.Post, "/api/v1/editorial/tags", """{ "name": "While it was away", "kind": "topic" }"""),
    ];

    [Fact]
    public async Task While_the_wire_is_cut_the_answer_is_503_and_afterwards_all_is_well()
    {
        await AllWell();

        await app.Cut();

        await AllAway();
        await AllAway();
        app.Mend();
        await AllWellAgain();
        Assert.Empty((await app.Editor.GetJson("/api/v1/editorial/tags"))["items"]!.AsArray());
    }

    [Fact]
    public async Task While_the_database_takes_no_connections_the_answer_is_503_and_afterwards_all_is_well()
    {
        await AllWell();
        var name = new NpgsqlConnectionStringBuilder(app.Owner).Database!;

        await AsOwner($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await app.Cut();
        app.Mend();

        await AllAway();
        await AllAway();
        await AsOwner($"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await AllWellAgain();
        Assert.Empty((await app.Editor.GetJson("/api/v1/editorial/tags"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Connections_that_broke_unseen_cost_no_reader_an_answer()
    {
        await AllWell();

        await app.Cut();
        app.Mend();

        foreach (var path in new[] { "/api/v1/articles", "/api/v1/tags" })
        {
            using var response = await app.Reader.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        await AllWellAgain();
    }

    private async Task AllWell()
    {
        foreach (var (method, path, _) in Requests.Where(request => request.Method == HttpMethod.Get))
        {
            using var response = await app.Admin.Send(method, path);
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound });
        }
    }

    private async Task AllAway()
    {
        foreach (var (method, path, body) in Requests)
        {
            using var response = await app.Admin.Send(method, path, body);

            await response.Problem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
            Assert.NotNull(response.Headers.RetryAfter!.Delta);
            Assert.True(response.Headers.CacheControl!.NoStore);
        }
    }

    /// <summary>Connections that broke unseen may cost one more request each.</summary>
    private Task AllWellAgain() => Newsroom.Eventually(async () =>
    {
        foreach (var (method, path, _) in Requests.Where(request => request.Method == HttpMethod.Get))
        {
            using var response = await app.Admin.Send(method, path);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            {
                await response.Problem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
                return false;
            }
        }
        return true;
    }, "the service finds its database again");

    private async Task AsOwner(string sql)
    {
        var connection = new NpgsqlConnectionStringBuilder(app.Owner) { Database = "postgres", Pooling = false };
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
