using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>The service with its default settings beside bare Kestrel with the same bytes.</summary>
internal static class CachedStage
{
    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        await using var cached = await Server.Cached(site.Data, site.Service, cancel);
        var loads = new List<(string Case, Requests Requests)>
        {
            ("home", new Requests(Picked.Home)),
            ("article", site.Picked.OneArticle),
            ("articles", site.Picked.Articles),
            ("tag", new Requests(HandWritten.ByTag(site.Picked.PopularTag))),
        };
        var skipped = new SortedDictionary<string, string>();
        if (await Picked.DeepPages(cached, cancel) is { } deep)
        {
            loads.Add(("page 400", new Requests(deep.Paths[^1])));
        }
        else
        {
            skipped["page 400"] = "there are too few articles";
        }
        await using var bare = await Server.Bare(site.Data, cached, loads.SelectMany(load => load.Requests.Paths).Distinct(), cancel);

        var runners = new List<Runner>();
        foreach (var (name, requests) in loads)
        {
            runners.Add(await site.Load($"{name} cached", cached, requests, cancel));
            runners.Add(await site.Load($"{name} bare", bare, requests, cancel));
        }
        foreach (var (name, path) in new[] { ("list 304", Picked.Home), ("article 304", site.Picked.OneArticle.Paths[0]) })
        {
            runners.Add(await site.NotModified($"{name} cached", cached, path, cancel));
            runners.Add(await site.NotModified($"{name} bare", bare, path, cancel));
        }
        return site.Result(await Alternation.Run(runners, site.Settings, site.Progress, cancel)) with { Skipped = skipped };
    }
}
