using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>The service without its cache beside a hand-written endpoint over the normalised tables, and pgbench with the statements of both.</summary>
internal static class DatabaseStage
{
    public static async Task<StageResult> Run(Site site, CancellationToken cancel)
    {
        if (site.Data.Articles > Copies.Originals)
        {
            return site.Result([]) with { Skipped = new SortedDictionary<string, string> { ["database"] = "above 50,000 articles only what readers read is there, and the hand-written statements read the editors' tables" } };
        }
        await site.Data.Value(HandWrittenSql.Index, cancel);
        await site.Data.Tidy(cancel);
        await using var off = await Server.CacheOff(site.Data, site.Service, cancel);
        await using var sql = await Server.Sql(site.Data, cancel);
        var skipped = new SortedDictionary<string, string>();
        var loads = new List<(string Case, Requests Ours, Requests Theirs)>
        {
            ("home", Picked.InManyWays(Picked.Home), new Requests(Picked.Home)),
            ("tag", Picked.InManyWays(HandWritten.ByTag(site.Picked.PopularTag)), new Requests(HandWritten.ByTag(site.Picked.PopularTag))),
            ("middling tag", Picked.InManyWays(HandWritten.ByTag(site.Picked.MiddlingTag)), new Requests(HandWritten.ByTag(site.Picked.MiddlingTag))),
        };
        var deep = await Picked.DeepPages(off, cancel);
        if (deep is null)
        {
            skipped["page 400"] = "there are too few articles";
        }
        else
        {
            loads.Add(("page 400", deep, Picked.DeepPagesByOffset));
        }
        loads.Add(("articles", site.Picked.Articles, site.Picked.Articles));

        var runners = new List<Runner>();
        foreach (var (name, ours, theirs) in loads)
        {
            runners.Add(await site.Load($"{name} off", off, ours, cancel));
            runners.Add(await site.Load($"{name} hand-written", sql, theirs, cancel));
        }
        if (await Probe.Has(off, site.Picked.Search.Paths[0], cancel))
        {
            runners.Add(await site.Load("search off", off, site.Picked.Search, cancel));
        }
        else
        {
            skipped["search"] = "there is no /api/v1/search";
        }
        runners.Add(await site.NotModified("list 304 off", off, Picked.Home, cancel));
        runners.Add(await site.NotModified("article 304 off", off, site.Picked.OneArticle.Paths[0], cancel));
        try
        {
            var pgbench = new Pgbench(await Pgbench.Find(cancel), site.Data.Scratch);
            runners.AddRange(await Statements.Runners(site, pgbench, deep is not null, cancel));
        }
        catch (BenchmarkException missing)
        {
            skipped["pgbench"] = missing.Message;
        }
        foreach (var (what, why) in skipped)
        {
            Progress.Say($"left out: {what}, because {why}");
        }
        return site.Result(await Alternation.Run(runners, site.Settings, site.Progress, cancel)) with { Skipped = skipped };
    }
}
