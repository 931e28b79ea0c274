using System.Globalization;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>How many bytes the service allocates for an answer from its cache, all else that it does meanwhile included.</summary>
internal static class AllocationStage
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(30);

    public static string Fact(string name) => $"{name}: bytes allocated for an answer";

    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await using var hosted = await Server.Hosted(site.Data, cancel);
        var result = site.Result([]);
        var loads = new List<(string, Requests)> { ("home", new Requests(Picked.Home)), ("articles", site.Picked.Articles) };
        using (var home = await hosted.Client.GetAsync(new Uri(Picked.Home, UriKind.Relative), cancel))
        {
            loads.Add(("list 304", new Requests(Picked.Home) { IfNoneMatch = home.Headers.ETag!.ToString() }));
        }
        site.Progress.Plan(loads.Count * (site.Settings.Rounds + 1));
        foreach (var (name, requests) in loads)
        {
            await Probe.Check(name, hosted, requests, cancel);
            await site.Wrk.Run(hosted.Address, requests, site.Settings.Seconds, cancel);
            site.Progress.Done($"warm-up  {name}", null);
            var bytes = new List<double>();
            for (var round = 0; round < site.Settings.Rounds; round++)
            {
                var before = await Allocated(hosted, cancel);
                var sample = await site.Wrk.Run(hosted.Address, requests, site.Settings.Seconds, cancel);
                bytes.Add((await Allocated(hosted, cancel) - before) / (double)sample.Count);
                site.Progress.Done(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}  {name}: {bytes[^1]:F0} bytes each"), sample);
            }
            result.Facts[Fact(name)] = Math.Round(Statistics.Median(bytes), 1);
        }
        return result;
    }

    private static async Task<long> Allocated(ServerProcess hosted, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string line)
        {
            if (line.StartsWith(AllocationHost.Answer, StringComparison.Ordinal))
            {
                answer.TrySetResult(long.Parse(line.AsSpan(AllocationHost.Answer.Length), CultureInfo.InvariantCulture));
            }
        }
        hosted.Said += Hear;
        try
        {
            await hosted.Tell(AllocationHost.Question);
            return await answer.Task.WaitAsync(AnswersWithin, cancel);
        }
        finally
        {
            hosted.Said -= Hear;
        }
    }
}
