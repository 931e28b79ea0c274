using System.Diagnostics;

namespace HeadlessNews.Http;

/// <summary>An answer that is kept, with the spellings it is found by.</summary>
internal sealed class CacheEntry(string key, FinishedAnswer answer)
{
    private readonly long madeAt = Stopwatch.GetTimestamp();

    public string Key => key;
    public FinishedAnswer Answer => answer;
    public List<string> Targets { get; } = [];
    public int Size { get; set; }
    public bool WasUsed { get; set; }
    public bool IsRemoved { get; set; }

    public bool IsWithin(int seconds) => Stopwatch.GetElapsedTime(madeAt).TotalSeconds <= seconds;
}

/// <summary>What came of a reading.</summary>
/// <param name="Answer">For all who wait for it; null for none.</param>
/// <param name="IsCurrent">Nothing it shows has changed since it began.</param>
/// <param name="MustAskOneself">There is none for others.</param>
internal sealed record CacheOutcome(IResult? Answer, bool IsCurrent = false, bool MustAskOneself = false);

/// <summary>A reading under way, which others wait for.</summary>
internal sealed class CacheFill(long startedAt)
{
    private readonly TaskCompletionSource<CacheOutcome> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long StartedAt => startedAt;

    public Task<CacheOutcome> Result => result.Task;

    public void End(CacheOutcome outcome) => result.SetResult(outcome);
}
