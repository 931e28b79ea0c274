using System.Globalization;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>One size: a private PostgreSQL, as the service would start for itself, with that many articles in it.</summary>
internal sealed class NewsData : IAsyncDisposable
{
    private readonly EmbeddedPostgres postgres;

    private NewsData(int articles, string scratch, EmbeddedPostgres postgres)
    {
        Articles = articles;
        Scratch = scratch;
        this.postgres = postgres;
        Owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxPoolSize = 4, CommandTimeout = 0 }.ConnectionString);
    }

    public int Articles { get; }

    /// <summary>For scripts, logs and notes.</summary>
    public string Scratch { get; }

    /// <summary>As the owner of the tables.</summary>
    public NpgsqlDataSource Owner { get; }

    public string OwnerConnection => postgres.ConnectionString;

    public string DeliveryConnection => postgres.DeliveryConnectionString;

    /// <summary>What a service needs to work here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["ConnectionStrings__News"] = OwnerConnection,
        ["ConnectionStrings__NewsDelivery"] = DeliveryConnection,
    };

    /// <summary>Starts the server, makes what articles are missing, and puts the tables in the order they would have after a night.</summary>
    public static async Task<NewsData> Open(string folder, int articles, string service, CancellationToken cancel)
    {
        var scratch = Path.Combine(folder, $"{articles}");
        Directory.CreateDirectory(scratch);
        Leftovers.End(scratch);
        var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(scratch, "postgres"), NullLogger.Instance, cancel);
        var data = new NewsData(articles, scratch, postgres);
        try
        {
            await data.Fill(service, cancel);
            return data;
        }
        catch (Exception)
        {
            await data.DisposeAsync();
            throw;
        }
    }

    public async Task<string> Version(CancellationToken cancel) =>
        (string)(await Value("SELECT current_setting('server_version')", cancel))!;

    public async Task<object?> Value(string sql, CancellationToken cancel)
    {
        await using var command = Owner.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancel);
    }

    public async Task<IReadOnlyList<string>> Texts(string sql, CancellationToken cancel)
    {
        var texts = new List<string>();
        await using var command = Owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            texts.Add(reader.GetString(0));
        }
        return texts;
    }

    /// <summary>Processor time that its PostgreSQL has used so far.</summary>
    public TimeSpan Work() =>
        Machine.WorkOfAll(int.Parse(File.ReadLines(Path.Combine(Scratch, "postgres", "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture));

    /// <summary>Vacuumed and analysed: what the statements are planned by is what there is.</summary>
    public Task Tidy(CancellationToken cancel) => Value("VACUUM (ANALYZE)", cancel);

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await postgres.DisposeAsync();
    }

    private async Task Fill(string service, CancellationToken cancel)
    {
        // The schema first: the count asks it.
        if (await Tool.Run("dotnet", [service, "migrate"], cancel, Environment) is { ExitCode: not 0 } refused)
        {
            throw new BenchmarkException($"The schema could not be made: {refused.Errors}{refused.Output}");
        }
        var live = (long)(await Value("SELECT count(*) FROM delivery.articles WHERE state = 'live'", cancel))!;
        var originals = Math.Min(Articles, Copies.Originals);
        if (live < originals)
        {
            Progress.Say($"{originals:N0} articles are wanted, {live:N0} are there: making the others");
            if (await Tool.RunAloud("dotnet", [service, "demo", "--articles", $"{originals}"], cancel, Environment) != 0)
            {
                throw new BenchmarkException($"The {originals:N0} articles could not be made.");
            }
        }
        if (live < Articles && Articles > originals)
        {
            await Copies.Make(Owner, Articles, Math.Max(live, originals), cancel);
        }
        // What stands beside old articles is looked for when there is nothing better to do, which after so many would be for hours.
        await Value("TRUNCATE delivery.neighbours_due", cancel);
        await Value("UPDATE log.readers SET position = (SELECT position FROM log.head) WHERE name = 'neighbours'", cancel);
        Progress.Say($"{Articles:N0} articles: vacuum and analyse");
        await Tidy(cancel);
    }
}
