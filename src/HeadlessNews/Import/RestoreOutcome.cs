using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>What became of a batch.</summary>
internal sealed class RestoreOutcome(IReadOnlyList<RestoreGroup> batch)
{
    public IReadOnlyList<RestoreGroup> Batch => batch;

    /// <summary>What there is to say of its lines one by one.</summary>
    public List<RestoreResult> Results { get; } = [];

    /// <summary>Why not all of it was looked at; null where it was.</summary>
    public ProblemDetails? Failure { get; set; }

    public long Restored { get; private set; }

    public long Unchanged { get; private set; }

    public long Kept { get; private set; }

    public long Refused { get; private set; }

    public void Written(IEnumerable<RestoreGroup> groups) => Restored += groups.Sum(group => (long)group.Lines.Count);

    public void Found(RestoreGroup group, bool isSame)
    {
        if (isSame)
        {
            Unchanged += group.Lines.Count;
            return;
        }
        Kept += group.Lines.Count;
        Results.Add(new RestoreResult { Line = group.Lines[0].Number, Status = RestoreStatus.Kept, Id = group.Id });
    }

    public void Refuse(RestoreGroup group, ProblemDetails problem)
    {
        Refused += group.Lines.Count;
        Results.AddRange(group.Lines.Select(line => new RestoreResult
        {
            Line = line.Number,
            Status = RestoreStatus.Refused,
            Id = group.Id,
            Problem = ImportProblem.Of(line.Problem ?? problem),
        }));
    }
}
