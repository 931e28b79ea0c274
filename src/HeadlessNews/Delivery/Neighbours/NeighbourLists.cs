using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>What stands near an article, nearest first: a row of <c>delivery.neighbours</c>.</summary>
internal sealed class NeighbourLists(Guid id)
{
    /// <summary>Of each list; no front end shows more.</summary>
    public const int Most = 20;

    private const string Kept =
        "SELECT article_id, coverage, coverage_scores, sure, related, related_scores FROM delivery.neighbours WHERE article_id = ANY ($1)";

    /// <summary>It reads them all: for the few articles that come back, not for every one. An index of who lists whom would cost each publication more.</summary>
    private const string Listing =
        """
        SELECT listed.id, neighbours.article_id
        FROM delivery.neighbours CROSS JOIN LATERAL unnest(coverage || related) AS listed (id)
        WHERE (coverage && $1 OR related && $1) AND listed.id = ANY ($1)
        """;

    private const string Write =
        """
        INSERT INTO delivery.neighbours (article_id, coverage, coverage_scores, sure, related, related_scores)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (article_id) DO UPDATE SET
            coverage = excluded.coverage, coverage_scores = excluded.coverage_scores, sure = excluded.sure,
            related = excluded.related, related_scores = excluded.related_scores
        """;

    private List<(Guid Id, float Score)> coverage = [];
    private List<(Guid Id, float Score)> related = [];
    private IReadOnlyList<Guid> shownAsCoverage = [];
    private IReadOnlyList<Guid> shownAsRelated = [];

    public Guid Id => id;

    public IEnumerable<Guid> All => Ids(coverage.Concat(related));

    /// <summary>Whether a reader would see a difference, by list.</summary>
    public bool CoverageHasChanged => !Ids(coverage.Take(Sure)).SequenceEqual(shownAsCoverage);

    public bool RelatedHasChanged => !Ids(coverage.Skip(Sure).Concat(related)).SequenceEqual(shownAsRelated);

    /// <summary>How many of the coverage are as sure as the surest lets one ask for; the rest are the first of what is related.</summary>
    private int Sure
    {
        get
        {
            var least = coverage.Count == 0 ? 0 : Likeness.LeastBeside(coverage[0].Score);
            return coverage.TakeWhile(other => other.Score >= least).Count();
        }
    }

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

    private static IEnumerable<Guid> Ids(IEnumerable<(Guid Id, float Score)> list) => list.Select(other => other.Id);

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
        await using var command = connection.Statement(Kept, [ids]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var kept = lists[reader.GetGuid(0)];
            kept.coverage = [.. reader.GetFieldValue<Guid[]>(1).Zip(reader.GetFieldValue<float[]>(2))];
            kept.related = [.. reader.GetFieldValue<Guid[]>(4).Zip(reader.GetFieldValue<float[]>(5))];
            var sure = reader.GetInt32(3);
            kept.shownAsCoverage = [.. Ids(kept.coverage.Take(sure))];
            kept.shownAsRelated = [.. Ids(kept.coverage.Skip(sure).Concat(kept.related))];
        }
        return lists;
    }

    /// <summary>Who lists each of these.</summary>
    public static async Task<ILookup<Guid, Guid>> ThatList(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel)
    {
        var found = new List<(Guid Id, Guid By)>();
        await using var command = connection.Statement(Listing, [ids]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }
        return found.ToLookup(listed => listed.Id, listed => listed.By);
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
                    new() { Value = Ids(list.coverage).ToArray() }, new() { Value = list.coverage.Select(other => other.Score).ToArray() },
                    new() { Value = list.Sure },
                    new() { Value = Ids(list.related).ToArray() }, new() { Value = list.related.Select(other => other.Score).ToArray() },
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
        await connection.Execute("DELETE FROM delivery.neighbours WHERE article_id = ANY ($1)", [ids], cancel);
    }
}
