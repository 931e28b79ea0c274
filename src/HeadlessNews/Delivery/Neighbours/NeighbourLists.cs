using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>What stands near an article, nearest first: a row of <c>delivery.neighbours</c>.</summary>
internal sealed class NeighbourLists(Guid id)
{
    /// <summary>Of each list; no front end shows more.</summary>
    public const int Most = 20;

    private const string Kept =
        "SELECT article_id, coverage, coverage_scores, related, related_scores FROM delivery.neighbours WHERE article_id = ANY ($1)";

    private const string Write =
        """
        INSERT INTO delivery.neighbours (article_id, coverage, coverage_scores, related, related_scores)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (article_id) DO UPDATE SET
            coverage = excluded.coverage, coverage_scores = excluded.coverage_scores, related = excluded.related, related_scores = excluded.related_scores
        """;

    private List<(Guid Id, float Score)> coverage = [];
    private List<(Guid Id, float Score)> related = [];
    private Guid[] coverageBefore = [];
    private Guid[] relatedBefore = [];

    public Guid Id => id;

    public IEnumerable<Guid> All => coverage.Concat(related).Select(other => other.Id);

    /// <summary>Whether a reader would see a difference, by list.</summary>
    public bool CoverageHasChanged => !coverage.Select(other => other.Id).SequenceEqual(coverageBefore);

    public bool RelatedHasChanged => !related.Select(other => other.Id).SequenceEqual(relatedBefore);

    /// <summary>Puts another into the list it belongs to, by its scores, and out of where it was; a report of the same event is not also related.</summary>
    public void Place(Guid other, double asCoverage, double asRelated)
    {
        Remove(other);
        if (asCoverage >= Likeness.LeastForCoverage)
        {
            Insert(coverage, other, asCoverage);
        }
        else if (asRelated >= Likeness.LeastForRelated)
        {
            Insert(related, other, asRelated);
        }
    }

    public void Remove(Guid other)
    {
        coverage.RemoveAll(listed => listed.Id == other);
        related.RemoveAll(listed => listed.Id == other);
    }

    public void Clear()
    {
        coverage.Clear();
        related.Clear();
    }

    private static void Insert(List<(Guid Id, float Score)> list, Guid other, double score)
    {
        var place = list.FindIndex(listed => (listed.Score, listed.Id).CompareTo(((float)score, other)) < 0);
        list.Insert(place < 0 ? list.Count : place, (other, (float)score));
        if (list.Count > Most)
        {
            list.RemoveAt(Most);
        }
    }

    /// <summary>One for each that is asked for: empty where nothing is kept.</summary>
    public static async Task<Dictionary<Guid, NeighbourLists>> Get(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel)
    {
        var lists = ids.ToDictionary(id => id, id => new NeighbourLists(id));
        await using var command = StoryStore.Command(connection, Kept, ids);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var kept = lists[reader.GetGuid(0)];
            kept.coverageBefore = reader.GetFieldValue<Guid[]>(1);
            kept.relatedBefore = reader.GetFieldValue<Guid[]>(3);
            kept.coverage = [.. kept.coverageBefore.Zip(reader.GetFieldValue<float[]>(2))];
            kept.related = [.. kept.relatedBefore.Zip(reader.GetFieldValue<float[]>(4))];
        }
        return lists;
    }

    public static async Task Put(NpgsqlConnection connection, IEnumerable<NeighbourLists> lists, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var list in lists)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Write)
            {
                Parameters =
                {
                    new() { Value = list.Id },
                    new() { Value = list.coverage.Select(other => other.Id).ToArray() }, new() { Value = list.coverage.Select(other => other.Score).ToArray() },
                    new() { Value = list.related.Select(other => other.Id).ToArray() }, new() { Value = list.related.Select(other => other.Score).ToArray() },
                },
            });
        }
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    public static async Task Delete(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel)
    {
        await using var command = StoryStore.Command(connection, "DELETE FROM delivery.neighbours WHERE article_id = ANY ($1)", ids);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
