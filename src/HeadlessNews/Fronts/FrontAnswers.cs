using System.Text.Json;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace HeadlessNews.Fronts;

/// <summary>
/// Fronts as editors see them: names for ids, where each pinned article stands, and what readers see, read by delivery's own statement.
/// Several queries: within a transaction that sees one state, or holds the front's lock.
/// </summary>
internal sealed class FrontAnswers(NewsDbContext db, IMapper mapper)
{
    public async Task<EditorFront?> Read(Guid id, CancellationToken cancel)
    {
        var front = await db.Fronts.AsNoTracking().Include(found => found.Editions).SingleOrDefaultAsync(found => found.Id == id, cancel);
        if (front is null)
        {
            return null;
        }
        // The time that delivery's statement goes by in this transaction.
        var now = await db.Database.SqlQuery<DateTimeOffset>($"SELECT now() AS \"Value\"").SingleAsync(cancel);
        front.CatchUp(now);
        return await Of(front, now, cancel);
    }

    public async Task<EditorFront> Of(Front front, DateTimeOffset now, CancellationToken cancel)
    {
        var named = await NamesOf([front.Layout], cancel);
        await using var command = new NpgsqlCommand(null, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
        var found = await FrontReads.Read(command, front.Id.ToString(), cancel);
        var shown = found?.Slots.ToDictionary(slot => slot.Position, slot => slot.Items.ConvertAll(Seen)) ?? [];
        return mapper.Map<EditorFront>(front) with
        {
            Lead = front.Layout.Lead is { } lead ? Slot(lead, named, shown.GetValueOrDefault(0, [])) : null,
            Slots = [.. front.Layout.Slots.Select((slot, i) => Slot(slot, named, shown.GetValueOrDefault(i + 1, [])))],
            NextEditionAt = front.Editions.Where(edition => edition.At > now).Min(edition => (DateTimeOffset?)edition.At),
        };
    }

    public async Task<EditorFrontEdition> Of(FrontEdition edition, CancellationToken cancel) => Edition(edition, await NamesOf([edition.Layout], cancel));

    /// <summary>What is to come, the next first; null when there is no such front.</summary>
    public async Task<IReadOnlyList<EditorFrontEdition>?> Schedule(Guid id, CancellationToken cancel)
    {
        var front = await db.Fronts.AsNoTracking().Include(found => found.Editions.Where(edition => edition.At > DateTimeOffset.UtcNow).OrderBy(edition => edition.At))
            .SingleOrDefaultAsync(found => found.Id == id, cancel);
        if (front is null)
        {
            return null;
        }
        var named = await NamesOf(front.Editions.Select(edition => edition.Layout), cancel);
        return [.. front.Editions.Select(edition => Edition(edition, named))];
    }

    private EditorFrontEdition Edition(FrontEdition edition, Names named) => mapper.Map<EditorFrontEdition>(edition) with
    {
        Lead = edition.Layout.Lead is { } lead ? Slot(lead, named, null) : null,
        Slots = [.. edition.Layout.Slots.Select(slot => Slot(slot, named, null))],
    };

    private EditorFrontSlot Slot(SlotLayout slot, Names named, IReadOnlyList<Reference>? shows) => mapper.Map<EditorFrontSlot>(slot) with
    {
        Article = slot.Article is { } article ? named.Articles.GetValueOrDefault(article) : null,
        Fill = slot.Fill is { } fill ? mapper.Map<EditorFrontFill>(fill) with
        {
            Tags = [.. fill.Tags.Select(tag => named.Others[tag])],
            Section = fill.Section is { } section ? named.Others[section] : null,
            Author = fill.Author is { } author ? named.Others[author] : null,
            Source = fill.Source is { } source ? named.Others[source] : null,
        } : null,
        Shows = shows,
    };

    private async Task<Names> NamesOf(IEnumerable<FrontLayout> layouts, CancellationToken cancel)
    {
        var all = layouts.ToList();
        var pinned = all.SelectMany(layout => layout.All).Select(slot => slot.Article).OfType<Guid>().Distinct().ToList();
        var others = all.SelectMany(layout => layout.Names()).Distinct().ToList();
        var cards = await db.Articles.Where(article => pinned.Contains(article.Id)).ProjectTo<EditorArticleCard>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return new Names(
            cards.ToDictionary(card => card.Id, mapper.Map<PinnedArticle>),
            [.. await References<Author>(others, cancel), .. await References<Source>(others, cancel), .. await References<Tag>(others, cancel)]);
    }

    private async Task<IReadOnlyList<Reference>> References<TRecord>(List<Guid> ids, CancellationToken cancel) where TRecord : NamedRecord =>
        ids.Count == 0 ? [] : await db.Set<TRecord>().Where(record => ids.Contains(record.Id)).ProjectTo<Reference>(mapper.ConfigurationProvider).ToListAsync(cancel);

    /// <summary>What the card says: the working copy may have gone on.</summary>
    private static Reference Seen(FrontItemFound item)
    {
        using var card = JsonDocument.Parse(item.Card);
        return new Reference { Id = item.Article, Slug = card.RootElement.GetProperty("slug").GetString()!, Name = card.RootElement.GetProperty("headline").GetString()! };
    }

    private sealed record Names(IReadOnlyDictionary<Guid, PinnedArticle> Articles, IReadOnlyList<Reference> All)
    {
        public Dictionary<Guid, Reference> Others { get; } = All.ToDictionary(reference => reference.Id);
    }
}
