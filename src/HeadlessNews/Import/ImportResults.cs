using System.Collections;
using System.Text.Json.Serialization;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>A line of an import's answer: of an import of articles, or of a restore.</summary>
[JsonDerivedType(typeof(ImportResult))]
[JsonDerivedType(typeof(RestoreResult))]
public interface IImportAnswer
{
    /// <summary>Which line, from 1.</summary>
    long Line { get; }
}

/// <summary>What became of one line of an import.</summary>
public sealed record ImportResult : IImportAnswer
{
    /// <summary>Which line, from 1; empty ones are counted and not answered.</summary>
    /// <example>1</example>
    public required long Line { get; init; }

    /// <summary>What became of it.</summary>
    /// <example>created</example>
    public required UpsertStatus Status { get; init; }

    /// <summary>The record's id; null where there is none.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required Guid? Id { get; init; }

    /// <summary>Why it was refused; null for one that was not.</summary>
    public required ImportProblem? Problem { get; init; }

    internal static ImportResult Of(long line, Upserted outcome) => new()
    {
        Line = line,
        Status = outcome.Status,
        Id = outcome.Id,
        Problem = outcome.Problem is { } problem ? ImportProblem.Of(problem) : null,
    };
}

/// <summary>Why a line was refused: what a request of its own would have been answered (RFC 9457).</summary>
public sealed record ImportProblem
{
    /// <summary>What kind of refusal it is: a stable URN.</summary>
    /// <example>urn:headlessnews:problem:validation</example>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    /// <example>The request breaks a rule</example>
    public required string Title { get; init; }

    /// <summary>The HTTP status that it would have had.</summary>
    /// <example>422</example>
    public required int Status { get; init; }

    /// <summary>What is wrong with this line.</summary>
    /// <example>`headline` must not be empty.</example>
    public required string Detail { get; init; }

    /// <summary>By member: what each breaks; null where it is not a member's fault.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>Every reason against publishing it; null where that is not what was refused.</summary>
    public required IReadOnlyList<string>? Reasons { get; init; }

    internal static ImportProblem Of(ProblemDetails problem) => new()
    {
        Type = problem.Type!,
        Title = problem.Title!,
        Status = problem.Status!.Value,
        Detail = problem.Detail!,
        Errors = (problem.Extensions.TryGetValue("errors", out var errors) ? errors as IDictionary<string, string[]> : null)?.ToDictionary(error => error.Key, IReadOnlyList<string> (error) => error.Value),
        Reasons = problem.Extensions.TryGetValue("reasons", out var reasons) ? reasons as IReadOnlyList<string> : null,
    };
}

/// <summary>What became of a whole import.</summary>
internal sealed class ImportTally : IEnumerable<KeyValuePair<UpsertStatus, long>>
{
    private readonly Dictionary<UpsertStatus, long> counts = Enum.GetValues<UpsertStatus>().ToDictionary(status => status, _ => 0L);

    public long this[UpsertStatus status] => counts[status];

    public long Total => counts.Values.Sum();

    public void Add(ImportResult result) => counts[result.Status]++;

    public IEnumerator<KeyValuePair<UpsertStatus, long>> GetEnumerator() => counts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", counts.Select(count => $"{count.Value} {EnumNames.Of(count.Key)}"));
}
