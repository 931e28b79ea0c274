using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>The same reads without the cache, in all sizes in turn: what they cost shall not depend on how much there is.</summary>
internal static class ScaleStage
{
    public static async Task<StageResult> Run(IReadOnlyList<Site> sites, CancellationToken cancel)
    {
        var servers = new List<ServerProcess>();
        try
        {
            var runners = new List<(string Case, Runner Runner)>();
            var skipped = new SortedDictionary<string, string>();
            // Tags, author and words are those of the smallest: all the others have them too.
            var picked = sites[0].Picked;
            foreach (var site in sites)
            {
                var server = await Server.CacheOff(site.Data, site.Service, cancel);
                servers.Add(server);
                var loads = new List<(string Case, Requests Requests)>
                {
                    ("home", Picked.InManyWays(Picked.Home)),
                    ("tag", Picked.InManyWays(HandWritten.ByTag(picked.PopularTag))),
                    ("middling tag", Picked.InManyWays(HandWritten.ByTag(picked.MiddlingTag))),
                    ("author", Picked.InManyWays($"{Picked.Home}?author={picked.Author}")),
                    ("tag and author", Picked.InManyWays($"{Picked.Home}?tag={picked.PopularTag}&author={picked.Author}")),
                };
                if (await Picked.DeepPages(server, cancel) is { } deep)
                {
                    loads.Add(("page 400", deep));
                }
                loads.Add(("articles", site.Picked.Articles));
                if (await Probe.Has(server, picked.Search.Paths[0], cancel))
                {
                    loads.Add(("search", picked.Search));
                }
                else
                {
                    skipped["search"] = "there is no /api/v1/search";
                }
                foreach (var (name, requests) in loads)
                {
                    runners.Add((name, await site.Load($"{name} {site.Data.Articles}", server, requests, cancel)));
                }
            }
            // Sizes of one case stand beside each other.
            var order = runners.GroupBy(runner => runner.Case).SelectMany(group => group.Select(one => one.Runner)).ToList();
            return sites[0].Result(await Alternation.Run(order, sites[0].Settings, sites[0].Progress, cancel)) with { Skipped = skipped };
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }
}
