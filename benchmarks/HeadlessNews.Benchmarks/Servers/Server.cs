using System.Security.Cryptography;
using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>Starts what is measured.</summary>
internal static class Server
{
    private static readonly TimeSpan CalmWithin = TimeSpan.FromHours(2);

    private static string Self => typeof(Server).Assembly.Location;

    /// <summary>For the editorial API, of all services of this run.</summary>
    public static string Key { get; } = $"hn_benchmark_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";

    /// <summary>The service in Release, as an operator would deploy it.</summary>
    public static async Task<string> Publish(string folder, CancellationToken cancel)
    {
        Progress.Say("publishing the service (Release)");
        var output = Path.Combine(folder, "service");
        var published = await Tool.Run("dotnet", ["publish", Repository.File("src", "HeadlessNews"), "-c", "Release", "-o", output, "--nologo"], cancel);
        return published.ExitCode == 0
            ? Path.Combine(output, "HeadlessNews.dll")
            : throw new BenchmarkException($"The service does not compile: {published.Output}{published.Errors}");
    }

    /// <summary>With its default settings.</summary>
    public static Task<ServerProcess> Cached(NewsData data, string service, CancellationToken cancel) =>
        News("cached", data, service, new Dictionary<string, string>(), cancel);

    /// <summary>Every answer asks the database.</summary>
    public static Task<ServerProcess> CacheOff(NewsData data, string service, CancellationToken cancel) =>
        News("off", data, service, new Dictionary<string, string> { ["Delivery__CacheBytes"] = "0" }, cancel);

    /// <summary>With default settings, but that webhooks may be sent to this machine.</summary>
    public static Task<ServerProcess> WithHooks(NewsData data, string service, CancellationToken cancel) =>
        News("hooks", data, service, new Dictionary<string, string> { ["Webhooks__AllowedAddresses__0"] = "127.0.0.1" }, cancel);

    /// <summary>Kestrel alone, answering what the service answers to these paths now.</summary>
    public static async Task<ServerProcess> Bare(NewsData data, ServerProcess like, IEnumerable<string> paths, CancellationToken cancel)
    {
        var file = Path.Combine(data.Scratch, "paths");
        await File.WriteAllLinesAsync(file, paths, cancel);
        return await ServerProcess.Start(
            "bare", data.Scratch, Self, url => [BareKestrel.Mode, url.AbsoluteUri, like.Address.AbsoluteUri, file], new Dictionary<string, string>(), BareKestrel.ReadyPath, cancel);
    }

    /// <summary>What somebody would write who needs just these reads, over the normalised tables.</summary>
    public static Task<ServerProcess> Sql(NewsData data, CancellationToken cancel) =>
        ServerProcess.Start(
            "hand-written", data.Scratch, Self, url => [HandWritten.Mode, url.AbsoluteUri], data.Environment, HandWritten.ListPath, cancel);

    /// <summary>The service within a process that can be asked how much memory it has allocated.</summary>
    public static Task<ServerProcess> Hosted(NewsData data, CancellationToken cancel) =>
        ServerProcess.Start(
            "hosted", data.Scratch, Self, url => [AllocationHost.Mode, "--urls", url.AbsoluteUri], EnvironmentOf(data), "/health/ready", cancel);

    private static async Task<ServerProcess> News(string name, NewsData data, string service, Dictionary<string, string> settings, CancellationToken cancel)
    {
        foreach (var (setting, value) in EnvironmentOf(data))
        {
            settings[setting] = value;
        }
        var server = await ServerProcess.Start(name, data.Scratch, service, url => ["--urls", url.AbsoluteUri], settings, "/health/ready", cancel);
        try
        {
            await UntilCalm(server, cancel);
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    private static Dictionary<string, string> EnvironmentOf(NewsData data) => new(data.Environment)
    {
        ["Bootstrap__AdminKey"] = Key,
        // The publisher asks more often than editors may; readers are not counted anyway.
        ["Limits__RequestsPerMinutePerKey"] = "1000000",
    };

    /// <summary>Until it has done what follows from the log, or from a new release: rendering again, say. Then it waits for requests only.</summary>
    public static async Task UntilCalm(ServerProcess server, CancellationToken cancel)
    {
        var deadline = DateTime.UtcNow + CalmWithin;
        var said = DateTime.UtcNow;
        for (var calm = 0; calm < 3;)
        {
            var before = Machine.WorkOf(server.Id);
            await Task.Delay(1_000, cancel);
            calm = Machine.WorkOf(server.Id) - before < TimeSpan.FromMilliseconds(100) ? calm + 1 : 0;
            if (DateTime.UtcNow > deadline)
            {
                throw new BenchmarkException($"The service ({server.Name}) is still at work of its own after {CalmWithin}.");
            }
            if (DateTime.UtcNow - said > TimeSpan.FromSeconds(30))
            {
                Progress.Say($"waiting until the service ({server.Name}) has finished work of its own");
                said = DateTime.UtcNow;
            }
        }
    }
}
