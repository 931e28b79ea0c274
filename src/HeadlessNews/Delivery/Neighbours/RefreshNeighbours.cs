using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Log;
using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>
/// Finds the neighbours of some articles, and puts those articles among the neighbours of the others, in one transaction apart from any
/// publication. Doing it again changes nothing.
/// </summary>
internal sealed class RefreshNeighbours(Databases databases)
{
    /// <summary>One event names no more lists than this, so that no row of the log grows without end.</summary>
    private const int MostTagsOfAnEvent = 200;

    private const string WereWithdrawn = "SELECT DISTINCT resource_id FROM log.events WHERE resource_id = ANY ($1) AND type = 'article.withdrawn'";

    private WordRarity? rarity;
    private int sinceCounted;

    public async Task Of(Guid[] ids, CancellationToken cancel)
    {
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        var words = await Rarity(connection, ids.Length, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(Candidates.ByIndexOnly, [], cancel);

        var kept = await StoryStore.Get(connection, ids, cancel);
        var live = await StoryStore.OfLive(connection, ids, words, cancel);
        var fresh = live.Where(story => !story.IsAs(kept.GetValueOrDefault(story.Id))).ToList();
        var gone = ids.Except(live.Select(story => story.Id)).ToArray();
        var listing = await ListingReturned(connection, [.. fresh.Select(story => story.Id).Where(id => !kept.ContainsKey(id))], cancel);
        await StoryStore.Lock(connection, ids, cancel);
        await StoryStore.Put(connection, fresh, cancel);
        await StoryStore.Remove(connection, gone, cancel);
        var changed = await Place(connection, fresh, kept, listing, gone, words, cancel);

        await NeighbourLists.Put(connection, changed, cancel);
        await NeighbourLists.Delete(connection, gone, cancel);
        await connection.Execute("DELETE FROM delivery.neighbours_due WHERE article_id = ANY ($1)", [ids], cancel);
        var tags = changed.SelectMany(Tags).ToArray();
        if (tags.Length > 0)
        {
            // Of no record: whoever follows articles hears nothing of it, and caches let go of the lists.
            var events = tags.Chunk(MostTagsOfAnEvent).Select(some => new Event("neighbours.changed", Guid.Empty, 1, Tags: some)).ToList();
            await ChangeLog.Append(connection, events, Actor.System, cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    private static async Task<IReadOnlyList<NeighbourLists>> Place(
        NpgsqlConnection connection, List<Story> fresh, Dictionary<Guid, Story> kept, ILookup<Guid, Guid> listing, Guid[] gone, WordRarity words, CancellationToken cancel)
    {
        var candidates = new Dictionary<Guid, HashSet<Guid>>();
        foreach (var story in fresh)
        {
            var found = await Candidates.Of(connection, story, words, cancel);
            if (kept.TryGetValue(story.Id, out var before))
            {
                // Those it was near to list it still, and need not be near to what it is now.
                found.UnionWith(await Candidates.Of(connection, before, words, cancel));
            }
            found.UnionWith(listing[story.Id]);
            candidates[story.Id] = found;
        }
        var lists = await NeighbourLists.Get(connection, [.. fresh.Select(story => story.Id), .. gone], cancel);
        var others = candidates.Values.SelectMany(found => found).Concat(lists.Values.SelectMany(list => list.All)).Except(lists.Keys).ToArray();
        foreach (var (id, list) in await NeighbourLists.Get(connection, others, cancel))
        {
            lists[id] = list;
        }
        var stories = await StoryStore.Get(connection, [.. lists.Keys], cancel);
        foreach (var story in fresh)
        {
            var own = lists[story.Id];
            var near = candidates[story.Id].Concat(own.All).ToHashSet();
            own.Clear();
            foreach (var id in near)
            {
                if (stories.TryGetValue(id, out var other))
                {
                    var asCoverage = Likeness.AsCoverage(story, other, words);
                    own.Place(id, asCoverage, Likeness.AsRelated(story, other, words));
                    lists[id].Place(story.Id, asCoverage, Likeness.AsRelated(other, story, words));
                }
            }
        }
        foreach (var list in gone.Select(id => lists[id]))
        {
            foreach (var id in list.All)
            {
                lists[id].Remove(list.Id);
            }
            list.Clear();
        }
        return [.. lists.Values.Where(list => !gone.Contains(list.Id) && (list.CoverageHasChanged || list.RelatedHasChanged))];
    }

    /// <summary>
    /// Who lists articles that were withdrawn and are back: what they told went with the withdrawal, so it cannot say whom they were near to,
    /// and they may tell something else now. Their own lists do not say it either: an article may stand in a list whose own is not in its.
    /// </summary>
    private static async Task<ILookup<Guid, Guid>> ListingReturned(NpgsqlConnection connection, Guid[] untold, CancellationToken cancel)
    {
        var returned = new List<Guid>();
        await using (var command = connection.Statement(WereWithdrawn, [untold]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                returned.Add(reader.GetGuid(0));
            }
        }
        return returned.Count == 0 ? Array.Empty<Guid>().ToLookup(id => id) : await NeighbourLists.ThatList(connection, [.. returned], cancel);
    }

    /// <summary>
    /// Counted again when a fifth has come since. In a young newsroom, where that takes no time, always: whether two reports are alike must not
    /// hang on whether they were counted themselves.
    /// </summary>
    private async Task<WordRarity> Rarity(NpgsqlConnection connection, int more, CancellationToken cancel)
    {
        if (rarity is null || rarity.Articles < WordRarity.Young || sinceCounted >= rarity.Articles / 5)
        {
            rarity = await WordRarity.Count(connection, cancel);
            sinceCounted = 0;
        }
        sinceCounted += more;
        return rarity;
    }

    private static IEnumerable<string> Tags(NeighbourLists list)
    {
        if (list.CoverageHasChanged)
        {
            yield return CacheTags.Coverage(list.Id);
        }
        if (list.RelatedHasChanged)
        {
            yield return CacheTags.Related(list.Id);
        }
    }
}
