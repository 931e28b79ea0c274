using HeadlessNews.Access;
using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>Writes what a batch brings: not what is there already, and not what cannot be taken.</summary>
internal sealed class RestoreBatch(IServiceScopeFactory scopes, RestoreMark mark, Actor actor)
{
    /// <param name="batch">Of one type.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>What became of it. A fault that is not the lines' own is a failure; what was committed before it stays.</returns>
    public async Task<RestoreOutcome> Take(IReadOnlyList<RestoreGroup> batch, CancellationToken cancel)
    {
        var outcome = new RestoreOutcome(batch);
        try
        {
            await Take(outcome, cancel);
        }
        catch (Exception away) when (!cancel.IsCancellationRequested && ProblemHandling.IsDatabaseAway(away))
        {
            outcome.Failure = Problems.DatabaseAway();
        }
        return outcome;
    }

    private async Task Take(RestoreOutcome outcome, CancellationToken cancel)
    {
        foreach (var group in outcome.Batch.Where(group => group.Problem is not null))
        {
            outcome.Refuse(group, group.Problem!);
        }
        var good = outcome.Batch.Where(group => group.Problem is null && group.Head is not ExportEnd).ToList();
        if (good.Count == 0)
        {
            return;
        }
        if (good[0].Head is ExportHeader)
        {
            good.ForEach(group => outcome.Refuse(group, Problems.Unrestorable("This is the first line of an export, in the middle of one.")));
            return;
        }
        var present = mark.IsFirst ? [] : await Present(good, cancel);
        foreach (var group in good.Where(present.ContainsKey))
        {
            outcome.Found(group, present[group]);
        }
        await Write([.. good.Where(group => !present.ContainsKey(group))], outcome, cancel);
    }

    private async Task<Dictionary<RestoreGroup, bool>> Present(List<RestoreGroup> groups, CancellationToken cancel)
    {
        await using var own = scopes.CreateAsyncScope();
        return await own.ServiceProvider.GetRequiredService<RestorePresent>().Of(groups, cancel);
    }

    private async Task Write(IReadOnlyList<RestoreGroup> groups, RestoreOutcome outcome, CancellationToken cancel)
    {
        if (groups.Count == 0)
        {
            return;
        }
        try
        {
            await using var own = scopes.CreateAsyncScope();
            var left = await own.ServiceProvider.GetRequiredService<RestoreWriter>().Write(groups, actor, cancel);
            outcome.Written(groups.Where(group => !left.ContainsKey(group)));
            foreach (var (group, problem) in left)
            {
                outcome.Refuse(group, problem);
            }
        }
        catch (Exception failure) when (ProblemHandling.RefusalIn(failure) is { } refusal && !ProblemHandling.IsDatabaseAway(failure))
        {
            if (groups.Count == 1)
            {
                outcome.Refuse(groups[0], Constraints.ProblemFor(refusal) ?? Problems.Unrestorable($"The database refuses it: {refusal.MessageText}."));
                return;
            }
            // One of them: each by itself.
            foreach (var group in groups)
            {
                await Write([group], outcome, cancel);
            }
        }
    }
}
