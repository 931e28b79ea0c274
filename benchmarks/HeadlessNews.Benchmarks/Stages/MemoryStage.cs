using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>The service's memory after more has been read than its cache may hold.</summary>
internal static class MemoryStage
{
    public const string AtStart = "bytes in memory at the start";
    public const string AfterLoad = "bytes in memory after the load";
    public const string Own = "bytes in memory after the load, without the files of .NET";
    public const string AtMost = "bytes in memory at most";

    /// <summary>More than the default bound has room for.</summary>
    private const int Articles = 20_000;

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await using var cached = await Server.Cached(site.Data, site.Service, cancel);
        var (atStart, _, _) = Machine.MemoryOf(cached.Id);
        var slugs = await Picked.SlugsOf(site.Data, Articles, cancel);
        var lists = new[] { Picked.Home, HandWritten.ByTag(site.Picked.PopularTag), HandWritten.ByTag(site.Picked.MiddlingTag) };
        var everything = new Requests([.. slugs.Select(HandWritten.BySlug)]);
        await Probe.Check("memory", cached, everything, cancel);
        site.Progress.Plan(2 * site.Settings.Rounds);
        for (var round = 0; round < site.Settings.Rounds; round++)
        {
            site.Progress.Done($"round {round + 1}  many articles", await site.Wrk.Run(cached.Address, everything, Math.Max(5, site.Settings.Seconds), cancel));
            site.Progress.Done($"round {round + 1}  lists", await site.Wrk.Run(cached.Address, new Requests(lists), site.Settings.Seconds, cancel));
        }
        var (now, most, own) = Machine.MemoryOf(cached.Id);
        Progress.Say($"{now / 1e6:F0} MB after the load, {own / 1e6:F0} without the files of .NET, {most / 1e6:F0} MB at most");
        return site.Result([]) with { Facts = new() { [AtStart] = atStart, [AfterLoad] = now, [Own] = own, [AtMost] = most } };
    }
}
