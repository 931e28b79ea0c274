namespace HeadlessNews.Import;

/// <summary>What became of lines of a restore.</summary>
public enum RestoreStatus
{
    /// <summary>All lines up to this one are dealt with; `counts` says how.</summary>
    Restored,

    /// <summary>There already, and other than the line says: somebody has gone on with it. It was left as it is.</summary>
    Kept,

    /// <summary>Not taken; `problem` says why. Nothing of it was kept.</summary>
    Refused,

    /// <summary>The last result: everything is there.</summary>
    Complete,

    /// <summary>The last result: not everything is there; `problem`, or the lines that were refused, say why. Run it again when that is mended.</summary>
    Incomplete,
}

/// <summary>What became of lines of a restore. Lines that were taken are not named one by one; each that was refused is.</summary>
public sealed record RestoreResult : IImportAnswer
{
    /// <summary>The line's number, from 1.</summary>
    /// <example>1204</example>
    public required long Line { get; init; }

    /// <summary>What became of it.</summary>
    public required RestoreStatus Status { get; init; }

    /// <summary>The record.</summary>
    public Guid? Id { get; init; }

    /// <summary>How many lines so far; with `restored`, `complete` and `incomplete`.</summary>
    public RestoreCounts? Counts { get; init; }

    /// <summary>Why not.</summary>
    public ImportProblem? Problem { get; init; }
}

/// <summary>What became of how many lines.</summary>
public sealed record RestoreCounts
{
    /// <summary>Written.</summary>
    /// <example>1180</example>
    public required long Restored { get; init; }

    /// <summary>There already, as the line says: an earlier run has written them.</summary>
    /// <example>0</example>
    public required long Unchanged { get; init; }

    /// <summary>There already, and other than the line says.</summary>
    /// <example>0</example>
    public required long Kept { get; init; }

    /// <summary>Not taken.</summary>
    /// <example>0</example>
    public required long Refused { get; init; }
}
