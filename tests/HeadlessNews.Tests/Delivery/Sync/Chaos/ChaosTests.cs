using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Hosting;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Sync.Chaos;

/// <summary>
/// The promise of the log, kept under everything at once: 64 writers for a minute, consumers killed at random, a receiver that fails half of the
/// time, and then the service and PostgreSQL killed as well. In the end every copy is what is published, byte by byte.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Seconds = 60;

    private readonly string home = Directory.CreateTempSubdirectory("hn-chaos-").FullName;
    private readonly int port = ServiceProcess.FreePort();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private EmbeddedPostgres postgres = null!;
    private NpgsqlDataSource database = null!;
    private ServiceProcess? service;

    public async ValueTask InitializeAsync()
    {
        await StartPostgres();
        await StartService();
        client.BaseAddress = Address;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", NewsApp.AdminKey);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_copy_ends_as_what_is_published(bool withKills)
    {
        var source = await client.CreateSource();
        var (bySync, byStream, byWebhook) = (new Store(), new Store(), new Store());
        await using var receiver = new Receiver(byWebhook, new Random(1));
        await receiver.Start();
        await Subscribe(receiver);
        byStream.Cursor = await Beginning();
        using var end = new CancellationTokenSource();
        var consumers = Task.WhenAll(
            Consumers.Sync(bySync, () => Address, new Random(2), end.Token),
            Consumers.Stream(byStream, () => Address, new Random(3), end.Token));
        var writers = new Writers(client, () => database, source.Slug);
        using var time = new CancellationTokenSource();

        var writing = writers.Run(64, time.Token);
        Func<Task>[] kills = withKills ? [KillService, KillService, KillPostgres, KillService] : [];
        foreach (var kill in kills)
        {
            await Task.Delay(TimeSpan.FromSeconds(Seconds / (kills.Length + 1)));
            await kill();
        }
        await Task.Delay(TimeSpan.FromSeconds(Seconds / (kills.Length + 1)));
        // A busy machine is given longer: there must be something to look at.
        await Newsroom.Eventually(() => Task.FromResult(writers.DidEnough), "enough was written", seconds: 120, () => Task.FromResult(writers.Summary));
        await time.CancelAsync();
        await writing;
        receiver.IsWell = true;

        await Newsroom.Eventually(async () =>
        {
            Assert.False(consumers.IsCompleted, "A consumer could not go on.");
            var now = await Published();
            return bySync.Lines.SequenceEqual(now) && byStream.Lines.SequenceEqual(now) && byWebhook.Lines.SequenceEqual(now);
        }, "every copy is what is published", seconds: 180, () => Difference(bySync, byStream, byWebhook));
        await end.CancelAsync();
        await consumers;
        output.WriteLine($"{writers.Summary}; applied {bySync.Applied} by sync, {byStream.Applied} by stream, {byWebhook.Applied} by webhook; "
            + $"killed {bySync.Kills} and {byStream.Kills} times, {receiver.Failed} posts failed.");

        Assert.True(bySync.Kills > 5 && byStream.Kills > 5 && receiver.Failed > 50, "Nothing was killed: this looked at nothing.");
        Assert.Empty(receiver.Faults);
        Assert.Empty(await Lost(writers));
    }

    public async ValueTask DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }
        client.Dispose();
        await database.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(postgres.DataDirectory, recursive: true);
        if (Directory.Exists(home))
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private Uri Address => new($"http://127.0.0.1:{port}");

    private async Task StartPostgres()
    {
        postgres = await EmbeddedPostgres.StartAsync(Path.Combine(home, "postgres"), NullLogger.Instance, CancellationToken.None);
        database = NpgsqlDataSource.Create(postgres.ConnectionString);
    }

    private async Task StartService()
    {
        service = ServiceProcess.LaunchAt(port, home,
        [
            "--ConnectionStrings:News", postgres.ConnectionString, "--ConnectionStrings:NewsDelivery", postgres.DeliveryConnectionString,
            "--Bootstrap:AdminKey", NewsApp.AdminKey, "--Webhooks:AllowedAddresses:0", "127.0.0.1", "--Webhooks:MaxProbeSeconds", "1",
            .. Enumerable.Range(0, 60).SelectMany(i => new[] { $"--Webhooks:RetrySeconds:{i}", "0.2" }),
        ]);
        await service.UntilReady();
    }

    private async Task KillService()
    {
        await service!.Signal("KILL");
        await service.DisposeAsync();
        await StartService();
    }

    private async Task KillPostgres()
    {
        var pid = int.Parse(File.ReadLines(Path.Combine(postgres.DataDirectory, "cluster", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        using (var postmaster = Process.GetProcessById(pid))
        {
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }
        await database.DisposeAsync();
        await postgres.DisposeAsync();
        await StartPostgres();
    }

    private async Task Subscribe(Receiver receiver)
    {
        using var response = await client.PostAsJsonAsync("/api/v1/editorial/webhooks", new { url = receiver.Url, events = new[] { "*" } });
        receiver.Secret = (await response.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!.GetValue<string>();
    }

    private async Task<string> Beginning()
    {
        var page = await client.GetJson("/api/v1/sync?initial=true");
        return page["items"]!.AsArray().Count == 0 ? page["nextCursor"]!.GetValue<string>() : throw new InvalidOperationException("It is not empty.");
    }

    private async Task<List<string>> Published() => await Read(
        """
        SELECT 'article ' || document FROM delivery.articles WHERE state = 'live' AND is_syndicable
        UNION ALL
        SELECT kind || ' ' || replace(document::text, ',"articleCount":0}', '}') FROM delivery.directory WHERE article_count > 0
        """);

    /// <summary>What was answered as done, and is not there.</summary>
    private async Task<List<string>> Lost(Writers writers)
    {
        var versions = (await Read("SELECT id || ' ' || version FROM editorial.articles")).Select(row => row.Split(' ')).ToDictionary(row => Guid.Parse(row[0]), row => int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture));
        return [.. writers.Told.Where(one => versions.GetValueOrDefault(one.Key) < one.Value).Select(one => $"{one.Key} was at {one.Value}")];
    }

    private async Task<List<string>> Read(string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private async Task<string> Difference(params Store[] copies)
    {
        var now = await Published();
        return string.Join("; ", copies.Select(copy => $"{copy.Lines.Count} of {now.Count}, {copy.Lines.Except(now).Count()} other, {now.Except(copy.Lines).Count()} missing, e.g. {copy.Lines.Except(now).Concat(now.Except(copy.Lines)).FirstOrDefault()}"));
    }
}
