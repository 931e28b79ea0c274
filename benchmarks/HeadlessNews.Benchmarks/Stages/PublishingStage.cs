using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>Reads of the front page and the newest articles, with nobody publishing and while these very articles are published again and again.</summary>
internal static class PublishingStage
{
    public const int PerSecond = 20;
    public const string Reached = "publications a second";
    public const string Checked = "reads straight after a publication";
    public const string Stale = "stale reads";
    private const int Articles = 100;

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await using var cached = await Server.Cached(site.Data, site.Service, cancel);
        using var publisher = await Publisher.Of(site.Data, cached, Articles, cancel);
        // One read in five is of the front page.
        var paths = publisher.Slugs.Chunk(4).SelectMany(some => some.Select(HandWritten.BySlug).Prepend(Picked.Home)).ToList();
        var reads = new Requests(paths);
        await Probe.Check("reads", cached, reads, cancel);
        var isWarm = false;
        var series = await Alternation.Run(
        [
            new Runner("reads alone", (seconds, stop) => site.Wrk.Run(cached.Address, reads, seconds, stop)),
            new Runner("reads while publishing", async (seconds, stop) =>
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var publishing = publisher.Run(PerSecond, end.Token);
                try
                {
                    return await site.Wrk.Run(cached.Address, reads, seconds, stop);
                }
                finally
                {
                    await end.CancelAsync();
                    await publishing;
                    if (!isWarm)
                    {
                        publisher.CountFromHere();
                        isWarm = true;
                    }
                }
            }),
        ], site.Settings, site.Progress, cancel);
        Progress.Say($"{publisher.PerSecond:F1} publications a second; {publisher.Stale} of {publisher.Checked} reads straight after one were stale");
        return site.Result(series) with
        {
            Facts = new() { [Reached] = Math.Round(publisher.PerSecond, 2), [Checked] = publisher.Checked, [Stale] = publisher.Stale },
        };
    }
}
