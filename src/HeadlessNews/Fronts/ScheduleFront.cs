using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Fronts;

/// <summary>
/// Editions to come. Delivery has them at once, and shows each from its time on: nobody has to do anything then, so nothing can be done
/// late, twice, or not at all.
/// </summary>
internal sealed class ScheduleFront(NewsDbContext db, Actor actor, FrontAnswers answers)
{
    private const int MostEditions = 20;

    public Task<Written<EditorFrontEdition>> Schedule(Guid id, Guid edition, FrontEditionRequest request, CancellationToken cancel) =>
        Act(id, "front.scheduled", async (front, now) =>
        {
            if (front.Editions.Count >= MostEditions)
            {
                return (Problems.Conflict($"{MostEditions} editions of this front are to come already."), null);
            }
            var made = new FrontEdition(edition, id, actor.Name, now);
            var problem = await Take(front, made, request, now, cancel);
            if (problem is null)
            {
                front.Schedule(made);
            }
            return (problem, made);
        }, cancel);

    public Task<Written<EditorFrontEdition>> Replace(
        Guid id, Guid edition, FrontEditionRequest request, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        Act(id, "front.scheduleChanged", async (front, now) => Find(front, edition) is not { } present
            ? (NotFound(), null)
            : (precondition.Check(present.Version, http) ?? await Take(front, present, request, now, cancel), present), cancel);

    public async Task<ProblemDetails?> Cancel(Guid id, Guid edition, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        var written = await Act(id, "front.scheduleCancelled", (front, _) =>
        {
            if (Find(front, edition) is not { } present)
            {
                return Task.FromResult<(ProblemDetails?, FrontEdition?)>((NotFound(), null));
            }
            var stale = precondition.Check(present.Version, http);
            if (stale is null)
            {
                front.Cancel(present);
            }
            return Task.FromResult((stale, (FrontEdition?)present));
        }, cancel);
        return written.Problem;
    }

    public static ProblemDetails NotFound() => Problems.NotFound("edition to come");

    private async Task<Written<EditorFrontEdition>> Act(
        Guid id, string eventType, Func<Front, DateTimeOffset, Task<(ProblemDetails? Problem, FrontEdition? Edition)>> act, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockFront(id, cancel) is not { } front)
        {
            return Problems.NotFound("front");
        }
        var (problem, edition) = await act(front, await db.Now(cancel));
        if (problem is not null)
        {
            return problem;
        }
        await db.SaveChangesAsync(cancel);
        await FrontStore.Put(change.Connection, front.Document(), cancel);
        // The front itself has no new version: what it shows now is the same.
        change.Record(eventType, id, front.Version, front.Version, new { edition = edition!.Id, at = edition.At }, front.CacheTags());
        var answer = await answers.Of(edition, cancel);
        await change.Commit(cancel);
        return new Written<EditorFrontEdition>(null, answer);
    }

    private async Task<ProblemDetails?> Take(Front front, FrontEdition edition, FrontEditionRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        if (request.At!.Value <= now)
        {
            return Problems.Invalid("at", "must be in the future");
        }
        if (front.Editions.Any(other => other != edition && other.At == request.At))
        {
            return Problems.Conflict("Another edition of this front takes effect at the same time.");
        }
        var (layout, problem) = await new FrontReferences(db).Resolve(request, edition.Layout, cancel);
        if (problem is null)
        {
            edition.Replace(request.At.Value, layout);
        }
        return problem;
    }

    private static FrontEdition? Find(Front front, Guid edition) => front.Editions.SingleOrDefault(one => one.Id == edition);
}
