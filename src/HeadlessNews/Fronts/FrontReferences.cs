using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Fronts;

/// <summary>From a request's layout to the one that is kept: every name becomes an id. Many names, few queries: one kind at a time.</summary>
internal sealed class FrontReferences(NewsDbContext db)
{
    private readonly Dictionary<string, string[]> errors = [];

    /// <param name="request">The layout that is asked for.</param>
    /// <param name="before">The layout that is there: an article that it pins and that was deleted for ever since leaves with this save.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task<(FrontLayout Layout, ProblemDetails? Problem)> Resolve(IFrontLayoutRequest request, FrontLayout before, CancellationToken cancel)
    {
        List<(string Path, FrontSlotRequest Slot)> places =
        [
            .. request.Lead is { } top ? [("lead", top)] : Array.Empty<(string, FrontSlotRequest)>(),
            .. (request.Slots ?? []).Select((slot, i) => ($"slots[{i}]", slot)),
        ];
        var fills = places.Where(place => place.Slot.Fill is not null).Select(place => (Path: $"{place.Path}.fill", Fill: place.Slot.Fill!)).ToList();
        var gone = before.All.Select(slot => slot.Article?.ToString()).OfType<string>().ToHashSet();

        var articles = await Find<Article>(SlugKind.Article, places.Select(place => ($"{place.Path}.article", place.Slot.Article)), cancel, mayBeGone: gone);
        var tags = await Find<Tag>(SlugKind.Tag, [
            .. fills.SelectMany(fill => (fill.Fill.Tags ?? []).Select((tag, i) => ($"{fill.Path}.tags[{i}]", (string?)tag))),
            .. fills.Select(fill => ($"{fill.Path}.section", fill.Fill.Section)),
        ], cancel);
        var authors = await Find<Author>(SlugKind.Author, fills.Select(fill => ($"{fill.Path}.author", fill.Fill.Author)), cancel);
        var sources = await Find<Source>(SlugKind.Source, fills.Select(fill => ($"{fill.Path}.source", fill.Fill.Source)), cancel);
        await DemandSections([.. fills.Where(fill => fill.Fill.Section is not null && tags.ContainsKey(fill.Fill.Section))
            .Select(fill => ($"{fill.Path}.section", tags[fill.Fill.Section!]))], cancel);
        if (errors.Count > 0)
        {
            return (FrontLayout.Empty, Problems.Invalid(errors));
        }

        SlotLayout? Slot(FrontSlotRequest slot, int usualLimit)
        {
            Guid? article = slot.Article is not null && articles.TryGetValue(slot.Article, out var pinned) ? pinned : null;
            return article is null && slot.Fill is null ? null : new SlotLayout
            {
                Title = slot.Title,
                Article = article,
                Headline = article is null ? null : slot.Headline,
                Kicker = article is null ? null : slot.Kicker,
                From = article is null ? null : slot.From,
                Until = article is null ? null : slot.Until,
                Fill = slot.Fill is null ? null : new FillLayout
                {
                    Tags = [.. (slot.Fill.Tags ?? []).Select(tag => tags[tag]).Distinct()],
                    Section = slot.Fill.Section is null ? null : tags[slot.Fill.Section],
                    Author = slot.Fill.Author is null ? null : authors[slot.Fill.Author],
                    Source = slot.Fill.Source is null ? null : sources[slot.Fill.Source],
                    Language = slot.Fill.Language is null ? null : LanguageTag.Canonical(slot.Fill.Language),
                    Genre = slot.Fill.Genre,
                    Limit = slot.Fill.Limit ?? usualLimit,
                },
            };
        }
        var layout = new FrontLayout
        {
            Lead = request.Lead is null ? null : Slot(request.Lead, 1),
            Slots = [.. (request.Slots ?? []).Select(slot => Slot(slot, FrontFillRequest.UsualLimit)).OfType<SlotLayout>()],
        };
        return (layout, await Hold(layout, cancel));
    }

    /// <summary>Nothing that a layout names is deleted before it is saved: who deletes it waits, and then finds it in use.</summary>
    private async Task<ProblemDetails?> Hold(FrontLayout layout, CancellationToken cancel)
    {
        var names = layout.Names();
        var held = await db.Database.SqlQuery<Guid>(
            $"""
            SELECT id AS "Value" FROM (SELECT id FROM editorial.authors WHERE id = ANY ({names}) ORDER BY id FOR KEY SHARE) AS author
            UNION ALL
            SELECT id FROM (SELECT id FROM editorial.sources WHERE id = ANY ({names}) ORDER BY id FOR KEY SHARE) AS source
            UNION ALL
            SELECT id FROM (SELECT id FROM editorial.tags WHERE id = ANY ({names}) ORDER BY id FOR KEY SHARE) AS tag
            """).ToListAsync(cancel);
        return held.Count == names.Length ? null : Problems.Conflict("What fills a slot was deleted at the same moment. Try again.");
    }

    private async Task<Dictionary<string, Guid>> Find<TRecord>(
        SlugKind kind, IEnumerable<(string Path, string? Name)> named, CancellationToken cancel, HashSet<string>? mayBeGone = null) where TRecord : class
    {
        var wanted = named.Where(one => one.Name is not null).ToList();
        var names = wanted.Select(one => one.Name!).Distinct().ToList();
        var ids = await db.FindIds<TRecord>(kind, names, cancel);
        var found = names.Zip(ids).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value);
        foreach (var (path, name) in wanted.Where(one => !found.ContainsKey(one.Name!) && mayBeGone?.Contains(one.Name!) != true))
        {
            errors[path] = [References.NamesNone(kind, name!)];
        }
        return found;
    }

    private async Task DemandSections(IReadOnlyList<(string Path, Guid Tag)> sections, CancellationToken cancel)
    {
        var ids = sections.Select(section => section.Tag).ToList();
        var others = await db.Tags.Where(tag => ids.Contains(tag.Id) && tag.Kind != TagKind.Section).Select(tag => tag.Id).ToListAsync(cancel);
        foreach (var (path, _) in sections.Where(section => others.Contains(section.Tag)))
        {
            errors[path] = ["names a tag that is no section"];
        }
    }
}

internal static class FrontRequests
{
    /// <summary>The request that would leave the front as it is: what a merge patch is merged into.</summary>
    public static FrontRequest ToRequest(this Front front) => new()
    {
        Slug = front.Slug,
        Name = front.Name,
        Description = front.Description,
        Lead = front.Layout.Lead is { } lead ? ToRequest(lead) : null,
        Slots = [.. front.Layout.Slots.Select(ToRequest)],
    };

    /// <summary>The request that would leave the edition as it is.</summary>
    public static FrontEditionRequest ToRequest(this FrontEdition edition) => new()
    {
        At = edition.At,
        Lead = edition.Layout.Lead is { } lead ? ToRequest(lead) : null,
        Slots = [.. edition.Layout.Slots.Select(ToRequest)],
    };

    private static FrontSlotRequest ToRequest(SlotLayout slot) => new()
    {
        Title = slot.Title,
        Article = slot.Article?.ToString(),
        Headline = slot.Headline,
        Kicker = slot.Kicker,
        From = slot.From,
        Until = slot.Until,
        Fill = slot.Fill is null ? null : new FrontFillRequest
        {
            Tags = [.. slot.Fill.Tags.Select(id => id.ToString())],
            Section = slot.Fill.Section?.ToString(),
            Author = slot.Fill.Author?.ToString(),
            Source = slot.Fill.Source?.ToString(),
            Language = slot.Fill.Language,
            Genre = slot.Fill.Genre,
            Limit = slot.Fill.Limit,
        },
    };
}
