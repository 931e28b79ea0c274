using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Fronts;

/// <summary>Saving a front: what is saved is what readers get. Record, delivery rows and event in one transaction.</summary>
internal sealed class SaveFront(NewsDbContext db, Actor actor, FrontAnswers answers)
{
    public async Task<Written<EditorFront>> Create(Guid id, FrontRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var (front, problem) = await Create(change, id, request, cancel);
        return problem ?? await Finish(change, front!, cancel);
    }

    /// <summary>Creates within a change that the caller commits, perhaps with more.</summary>
    public async Task<(Front? Front, ProblemDetails? Problem)> Create(Change change, Guid id, FrontRequest request, CancellationToken cancel)
    {
        var front = new Front(id);
        if ((await Take(front, request, cancel) ?? await PlaceAt(front, request, cancel)) is { } refusal)
        {
            return (null, refusal);
        }
        front.Touch(await db.Now(cancel));
        db.Add(front);
        await Store(change, front, null, cancel);
        return (front, null);
    }

    /// <param name="requestFor">The whole new front, given the present one: a PUT ignores it, a PATCH is merged into it.</param>
    public async Task<Written<EditorFront>> Replace(
        Guid id, Func<FrontRequest, FrontRequest> requestFor, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockFront(id, cancel) is not { } front)
        {
            return Problems.NotFound("front");
        }
        if (precondition.Check(front.Version, http) is { } stale)
        {
            return stale;
        }
        var request = requestFor(front.ToRequest());
        if (Validation.Check(http.RequestServices, request) is { } invalid)
        {
            return invalid;
        }
        var before = (front.Slug, front.Name, front.Description, front.Layout.Text());
        if ((await Take(front, request, cancel) ?? await PlaceAt(front, request, cancel)) is { } refusal)
        {
            return refusal;
        }
        if (before == (front.Slug, front.Name, front.Description, front.Layout.Text()))
        {
            return new Written<EditorFront>(null, await answers.Of(front, await db.Now(cancel), cancel));
        }
        var previous = front.Version;
        front.Touch(await db.Now(cancel));
        await Store(change, front, previous, cancel);
        return await Finish(change, front, cancel);
    }

    /// <summary>Nothing of it is kept: its addresses answer 404, and its slugs are free.</summary>
    public async Task<ProblemDetails?> Delete(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.LockFront(id, cancel) is not { } front)
        {
            return Problems.NotFound("front");
        }
        if (precondition.Check(front.Version, http) is { } stale)
        {
            return stale;
        }
        db.Remove(front);
        await db.Slugs.Where(taken => taken.Kind == SlugKind.Front && taken.OwnerId == id).ExecuteDeleteAsync(cancel);
        await FrontStore.Remove(change.Connection, id, cancel);
        change.Record("front.deleted", id, front.Version, front.Version, tags: front.CacheTags());
        await change.Commit(cancel);
        return null;
    }

    private async Task Store(Change change, Front front, int? previous, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        await FrontStore.Put(change.Connection, front.Document(), cancel);
        change.Record("front.changed", front.Id, front.Version, previous, tags: front.CacheTags());
    }

    /// <summary>The answer is read before the commit: after it, it may be another editor's save, whose ETag would let this one undo it.</summary>
    private async Task<Written<EditorFront>> Finish(Change change, Front front, CancellationToken cancel)
    {
        var answer = await answers.Of(front, await db.Now(cancel), cancel);
        await change.Commit(cancel);
        return new Written<EditorFront>(null, answer);
    }

    private async Task<ProblemDetails?> Take(Front front, FrontRequest request, CancellationToken cancel)
    {
        var (layout, problem) = await new FrontReferences(db).Resolve(request, front.Layout, cancel);
        if (problem is not null)
        {
            return problem;
        }
        front.Call(request.Name!, request.Description);
        front.Show(layout);
        return null;
    }

    /// <summary>A front is public from the first: every slug it had redirects.</summary>
    private async Task<ProblemDetails?> PlaceAt(Front front, FrontRequest request, CancellationToken cancel)
    {
        if (request.Slug is null)
        {
            if (front.Slug == "")
            {
                front.MoveTo(await db.Take(SlugKind.Front, request.Name!, null, front.Id, isPublic: true, cancel));
            }
            return null;
        }
        if (request.Slug != front.Slug && !await db.TryTake(SlugKind.Front, request.Slug, front.Id, isPublic: true, cancel))
        {
            return Problems.SlugTaken(request.Slug);
        }
        front.MoveTo(request.Slug);
        return null;
    }
}

internal static class FrontRows
{
    /// <summary>The front with its editions, locked until the transaction ends, at what it is by now.</summary>
    public static async Task<Front?> LockFront(this NewsDbContext db, Guid id, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.fronts WHERE id = {id} FOR UPDATE", cancel);
        var front = await db.Fronts.Include(found => found.Editions).SingleOrDefaultAsync(found => found.Id == id, cancel);
        front?.CatchUp(await db.Now(cancel));
        return front;
    }

    public static string[] CacheTags(this Front front) => [Delivery.CacheTags.Of("front", front.Id)];

    /// <summary>The front as delivery keeps it: what is in force, and all that is to come.</summary>
    public static FrontDocument Document(this Front front) => new(
        front.Id, front.Slug, front.Name, front.Description, front.UpdatedAt,
        [.. Rows(null, front.Layout), .. front.Editions.SelectMany(edition => Rows(edition.At, edition.Layout))],
        [.. front.Editions.Select(edition => edition.At)]);

    private static IEnumerable<FrontSlotRow> Rows(DateTimeOffset? from, FrontLayout layout) => layout.Slots
        .Select((slot, i) => Row(from, i + 1, slot))
        .Concat(layout.Lead is { } lead ? [Row(from, 0, lead)] : []);

    private static FrontSlotRow Row(DateTimeOffset? from, int position, SlotLayout slot) =>
        new(from, position, slot.Title, slot.Article, slot.Headline, slot.Kicker, slot.From, slot.Until, slot.Fill?.Limit, slot.Fill is null ? null : Facets(slot.Fill));

    private static List<Facet> Facets(FillLayout fill)
    {
        var facets = fill.Tags.Concat(fill.Section is { } section ? [section] : []).Distinct().Select(id => new Facet("tag", id)).ToList();
        if (fill.Author is { } author)
        {
            facets.Add(new Facet("author", author));
        }
        if (fill.Source is { } source)
        {
            facets.Add(new Facet("source", source));
        }
        if (fill.Language is { } language)
        {
            facets.Add(Facet.Language(language));
        }
        if (fill.Genre is { } genre)
        {
            facets.Add(Facet.Genre(EnumNames.Of(genre)));
        }
        return facets;
    }
}
