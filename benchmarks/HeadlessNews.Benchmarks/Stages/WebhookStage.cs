using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>A burst of publications that twenty receivers are told of: from the first request that one of them gets to the last.</summary>
internal static class WebhookStage
{
    public const string Name = "webhooks";
    public const string Delivered = "deliveries to 20 receivers";
    private const int Receivers = 20;

    /// <summary>Articles in each round, for each second that a round is to last: at twice the rate that is wanted.</summary>
    private const int PerSecond = 50;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        var server = await Server.WithHooks(site.Data, site.Service, cancel);
        try
        {
            await using var receivers = await HookReceivers.Start(server, Receivers, cancel);
            return site.Result(await Alternation.Run(
            [
                new Runner(Delivered, async (seconds, stop) =>
                {
                    var articles = seconds * PerSecond;
                    var lines = Story.Lines(articles, site.Data);
                    var all = receivers.Expect(articles * Receivers);
                    await Importing.Send(server, lines, stop);
                    try
                    {
                        return new Sample(articles * Receivers / (await all.WaitAsync(Within, stop)).TotalSeconds) { Count = articles * Receivers };
                    }
                    catch (TimeoutException)
                    {
                        throw new BenchmarkException($"Of {articles * Receivers} deliveries {receivers.Received} had come after {Within}.");
                    }
                }),
            ], site.Settings, site.Progress, cancel));
        }
        finally
        {
            await server.DisposeAsync();
            await ImportedRows.Remove(site.Data, CancellationToken.None);
        }
    }
}
