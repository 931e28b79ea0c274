using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;
using HeadlessNews.Benchmarks.Stages;

namespace HeadlessNews.Benchmarks;

/// <summary>All sizes, stage by stage. What a stage has found is kept at once: an interrupted run goes on after its last finished stage.</summary>
internal static class Run
{
    private const string BetweenSizes = "sizes";

    public static async Task All(Settings settings, CancellationToken cancel)
    {
        // At the beginning, not after an hour.
        await Tool.Run(Wrk.Program, ["--version"], cancel);
        Directory.CreateDirectory(settings.Data);
        var commit = await Repository.Commit(cancel);
        var service = await Server.Publish(settings.Data, cancel);
        var stages = Stage.OfEachSize.Where(stage => settings.Wants(stage.Name)).ToList();
        var withScale = settings.Wants(Stage.Scale) && settings.Sizes.Count > 1;
        var progress = new Progress(stages.Count * settings.Sizes.Count + (withScale ? 1 : 0));
        var unfinished = new Unfinished(settings, commit);
        foreach (var size in settings.Sizes)
        {
            await OneSize(size, stages, settings, progress, unfinished, service, commit, cancel);
        }
        if (withScale)
        {
            await BetweenAll(settings, progress, unfinished, service, commit, cancel);
        }
        if (unfinished.Failures.Count > 0)
        {
            throw new BenchmarkException($"Not measured:\n  {string.Join("\n  ", unfinished.Failures)}\nThe same command again measures these, and none of the others twice.");
        }
        // Only now: the next run is a new one.
        unfinished.Clear();
    }

    private static async Task OneSize(
        int size, List<Stage> stages, Settings settings, Progress progress, Unfinished unfinished, string service, string commit, CancellationToken cancel)
    {
        if (stages.Count == 0)
        {
            return;
        }
        var todo = stages.Where(stage => unfinished.Find($"{size}", stage.Name) is null).ToList();
        if (todo.Count > 0)
        {
            await using var data = await NewsData.Open(settings.Data, size, service, cancel);
            unfinished.Machine = Machine.Describe(await data.Version(cancel));
            var site = new Site(settings, progress, data, await Picked.From(data, cancel), service, commit);
            foreach (var stage in stages)
            {
                progress.Begin($"{size:N0} {stage.Name}");
                if (todo.Contains(stage))
                {
                    await unfinished.Try($"{size}", stage.Name, () => stage.Run(site, cancel));
                }
                else
                {
                    Progress.Say("measured already, before the run was interrupted");
                }
            }
        }
        Save($"{size}", size, stages.Select(stage => stage.Name), settings, unfinished);
    }

    private static async Task BetweenAll(Settings settings, Progress progress, Unfinished unfinished, string service, string commit, CancellationToken cancel)
    {
        progress.Begin(Stage.Scale);
        if (unfinished.Find(BetweenSizes, Stage.Scale) is null)
        {
            var sites = new List<Site>();
            try
            {
                foreach (var size in settings.Sizes)
                {
                    var data = await NewsData.Open(settings.Data, size, service, cancel);
                    sites.Add(new Site(settings, progress, data, await Picked.From(data, cancel), service, commit));
                }
                unfinished.Machine = Machine.Describe(await sites[0].Data.Version(cancel));
                await unfinished.Try(BetweenSizes, Stage.Scale, () => ScaleStage.Run(sites, cancel));
            }
            finally
            {
                foreach (var site in sites)
                {
                    await site.Data.DisposeAsync();
                }
            }
        }
        Save(BetweenSizes, null, [Stage.Scale], settings, unfinished);
    }

    private static void Save(string name, int? articles, IEnumerable<string> stages, Settings settings, Unfinished unfinished)
    {
        var file = Path.Combine(ResultFiles.Folder, $"{name}.json");
        var before = ResultFiles.Read<Measured>(file);
        var found = settings.Only.Count > 0 && before is not null ? before.Stages : new(StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            if (unfinished.Find(name, stage) is { } result)
            {
                found[stage] = result;
            }
        }
        if (found.Count > 0)
        {
            ResultFiles.Write(file, new Measured { Articles = articles, Machine = unfinished.Machine ?? before!.Machine, Stages = found });
            Progress.Say($"kept in {Path.GetRelativePath(Repository.File(), file)}");
        }
    }
}
