namespace HeadlessNews.Tests.Model;

/// <summary>What must be answered.</summary>
internal sealed record Answer(int Status, string? Problem = null)
{
    public IReadOnlyList<string>? Allowed { get; init; }
    public int? Reasons { get; init; }

    /// <summary>The version in the ETag.</summary>
    public int? Version { get; init; }
}

/// <summary>A source or an author.</summary>
internal sealed class ModelName(Guid id, string slug, string name)
{
    public Guid Id { get; } = id;
    public string Slug { get; } = slug;
    public string Name { get; set; } = name;
    public int Version { get; set; } = 1;

    /// <summary>A source's.</summary>
    public string? Redistribution { get; set; }
}
