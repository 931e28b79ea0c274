using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>A part of the measuring that stands for itself: it starts its servers, and stops them.</summary>
internal sealed record Stage(string Name, Func<Site, CancellationToken, Task<StageResult>> Run)
{
    /// <summary>Between the sizes, when each has been measured.</summary>
    public const string Scale = "scale";

    public static readonly IReadOnlyList<Stage> OfEachSize =
    [
        new("cached", CachedStage.Run),
        new("database", DatabaseStage.Run),
        new("publishing", PublishingStage.Run),
        new("allocations", AllocationStage.Run),
        new("memory", MemoryStage.Run),
        new(SyncStage.Name, SyncStage.Run),
        new(StreamStage.Name, StreamStage.Run),
        new(WebhookStage.Name, WebhookStage.Run),
        new(ImportStage.Name, ImportStage.Run),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. OfEachSize.Select(stage => stage.Name), Scale];
}
