using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Articles;

/// <summary>What became of each article.</summary>
public sealed record BulkResults
{
    /// <summary>One for each item of the request, in its order.</summary>
    public required IReadOnlyList<BulkResult> Items { get; init; }
}

/// <summary>What became of one article.</summary>
public sealed record BulkResult
{
    /// <summary>The article's id.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required Guid Id { get; init; }

    /// <summary>The HTTP status that the action on this article alone would have answered: 200 for done.</summary>
    /// <example>200</example>
    public required int Status { get; init; }

    /// <summary>The article's version now, whether it was done or not; null where there is no such article.</summary>
    /// <example>4</example>
    public required int? Version { get; init; }

    /// <summary>Why it was not done: then the article is as it was. Null for done.</summary>
    public required ProblemDetails? Problem { get; init; }
}
