using System.Text;
using HeadlessNews.Data;
using HeadlessNews.Delivery.Search;
using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>Articles that may be near another, found by indexes alone: few enough to be compared one by one, at any size of the archive.</summary>
internal static class Candidates
{
    /// <summary>Words asked for at once.</summary>
    internal const int MostWords = 14;

    /// <summary>Articles compared for each of the three ways to be near.</summary>
    internal const int Most = 200;

    /// <summary>
    /// For the transaction. Below some 20,000 articles PostgreSQL would rather read all vectors than ask their index: it does not know that each
    /// lies beside its row, packed, and costs as much as a hundred rows.
    /// </summary>
    public const string ByIndexOnly = "SET LOCAL enable_seqscan = off";

    private const int MostTags = 8;
    private const int MostOfATag = 15;

    /// <summary>More articles than this share of all have the word: it does not lead to an event.</summary>
    private const double CommonShare = 0.05;

    public static async Task<HashSet<Guid>> Of(NpgsqlConnection connection, Story story, WordRarity rarity, CancellationToken cancel)
    {
        var found = new HashSet<Guid>();
        foreach (var window in new[] { Likeness.CoverageWindow, Likeness.RelatedWindow })
        {
            if (Query(story, rarity, window) is { } query)
            {
                await Read(connection.Statement(StoryStore.WithWords, [query, story.Id, Most]), found, cancel);
            }
        }
        // What only a few tag in is worth a look; what the whole archive has is the last to be asked.
        var tags = story.Tags.OrderBy(rarity.ArticlesOf).Take(MostTags).ToArray();
        if (tags.Length > 0)
        {
            await Read(connection.Statement(StoryStore.WithTags,
                [tags, story.PublishedAt, story.PublishedAt - Likeness.RelatedWindow, story.PublishedAt + Likeness.RelatedWindow, MostOfATag]), found, cancel);
        }
        found.Remove(story.Id);
        return found;
    }

    /// <summary>At least two of the words that tell most, within the time's marks; null when too few tell anything.</summary>
    internal static string? Query(Story story, WordRarity rarity, TimeSpan window)
    {
        var words = story.Words
            .Where(word => rarity.ShareOf(word.Text, story.Configuration) <= CommonShare || rarity.IsYoung(story.Configuration))
            .OrderByDescending(word => word.Weight * rarity.Of(word.Text, story.Configuration))
            .Take(MostWords).Select(word => Quoted(word.Text)).ToList();
        if (words.Count < 2)
        {
            return null;
        }
        var query = new StringBuilder("(");
        for (var nth = 0; nth < words.Count - 1; nth++)
        {
            query.Append(nth > 0 ? " | " : "").Append(words[nth]).Append(" & (").AppendJoin(" | ", words.Skip(nth + 1)).Append(')');
        }
        var level = window <= Likeness.CoverageWindow ? 2 : 3;
        query.Append(") & (");
        var (first, last) = (SearchMarks.SpanAt(level, story.PublishedAt - window), SearchMarks.SpanAt(level, story.PublishedAt + window));
        for (var span = first; span <= last; span++)
        {
            query.Append(span > first ? " | " : "").Append(Quoted(SearchMarks.OfSpan(level, span)));
        }
        return query.Append(')').ToString();
    }

    private static string Quoted(string word) =>
        $"'{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private static async Task Read(NpgsqlCommand command, HashSet<Guid> found, CancellationToken cancel)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                found.Add(reader.GetGuid(0));
            }
        }
    }
}
