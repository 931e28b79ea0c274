using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>
/// The service on a database of its own, on real HTTP. One for each test class (IClassFixture). Every response that its clients receive
/// is held against the contract.
/// </summary>
public class NewsApp(TestPostgres postgres) : IAsyncLifetime
{
    public const string AdminKey = "hn_admin_key_of_the_tests_0123456789abcdef";

    private readonly Dictionary<string, string> keys = [];
    private readonly List<Factory> others = [];
    private IConfiguration? database;
    private Factory? factory;

    public IServiceProvider Services => factory!.Services;

    internal Databases Databases => Services.GetRequiredService<Databases>();

    /// <summary>Nobody in particular: a front end.</summary>
    public HttpClient Reader { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public HttpClient Editor { get; private set; } = null!;

    public HttpClient Contributor { get; private set; } = null!;

    /// <summary>Settings besides the defaults of tests.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <summary>What time it is to this node; null for the machine's own clock.</summary>
    protected virtual TimeProvider? Clock => null;

    /// <summary>Where the database is.</summary>
    protected virtual Task<IConfiguration> CreateDatabase() => postgres.CreateDatabase();

    public async ValueTask InitializeAsync()
    {
        database = await CreateDatabase();
        factory = Start(Clock);
        Reader = Client(null);
        Admin = Client(AdminKey);
        Editor = Client(await MakeKey("editor"));
        Contributor = Client(await MakeKey("contributor"));
        await Prepare();
    }

    /// <summary>Another service on the same database: it does its share of what falls due.</summary>
    public void StartAnotherNode(TimeProvider? clock = null) => others.Add(Start(clock));

    private Factory Start(TimeProvider? clock)
    {
        var started = new Factory(database!, Settings, clock);
        started.UseKestrel(0);
        started.StartServer();
        return started;
    }

    /// <summary>What a class's tests find there already.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }
        if (factory is not null)
        {
            await factory.DisposeAsync();
        }
    }

    /// <summary>Where it listens, for what no well-behaved client sends.</summary>
    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>A client with this key, or none.</summary>
    public HttpClient Client(string? key) => Client(factory!, key);

    /// <summary>A client of the node that was started last.</summary>
    public HttpClient ClientOfAnotherNode(string? key) => Client(others[^1], key);

    private static HttpClient Client(Factory node, string? key)
    {
        // Redirects are answers too: nothing follows them unseen.
        var client = new HttpClient(new ContractHandler { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false } })
        {
            BaseAddress = node.ClientOptions.BaseAddress,
        };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    /// <summary>A new key of a role; its secret.</summary>
    public async Task<string> MakeKey(string role)
    {
        using var response = await Admin.PostAsJsonAsync("/api/v1/editorial/keys", new { name = $"{role} of a test", role });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!.GetValue<string>();
    }

    /// <summary>What happened, from the log: types in order, of one record or of all. What the service finds by itself is no record's.</summary>
    public Task<List<string>> Events(Guid? id = null) => Query(
        "SELECT type FROM log.events WHERE ($1::uuid IS NULL AND type <> 'neighbours.changed' AND type NOT LIKE '%listed') OR resource_id = $1 ORDER BY position",
        reader => reader.GetString(0), id);

    /// <summary>How far the log has come: a request that changed nothing leaves it there. What the service finds by itself does not count.</summary>
    public async Task<long> LogPosition() =>
        (await Query("SELECT coalesce(max(position), 0) FROM log.events WHERE type <> 'neighbours.changed' AND type NOT LIKE '%listed'", reader => reader.GetInt64(0))).Single();

    /// <summary>Rows of the database as the editorial role sees it.</summary>
    public async Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] parameters)
    {
        await using var command = Databases.Editorial.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(value is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } : new NpgsqlParameter { Value = value });
        }
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private sealed class Factory(IConfiguration database, IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider? clock) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Testing");
            builder.UseSetting("Bootstrap:AdminKey", AdminKey);
            builder.UseSetting("Bootstrap:DemoContent", "false");
            builder.UseSetting("Logging:LogLevel:Default", "Warning");
            builder.UseSetting("Limits:RequestsPerMinutePerKey", "1000000");
            builder.UseSetting("Limits:RequestsPerMinuteWithoutKey", "1000000");
            foreach (var (name, value) in database.AsEnumerable().Concat(settings))
            {
                if (value is not null)
                {
                    builder.UseSetting(name, value);
                }
            }
            if (clock is not null)
            {
                builder.ConfigureServices(services => services.AddSingleton(clock));
            }
        }
    }
}
