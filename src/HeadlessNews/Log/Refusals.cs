using System.Net;

namespace HeadlessNews.Log;

/// <summary>What kind of request was refused.</summary>
public enum RefusalKind
{
    /// <summary>A key that is none of ours.</summary>
    UnknownKey,

    /// <summary>A key of ours after its time.</summary>
    ExpiredKey,

    /// <summary>A key of ours that was revoked.</summary>
    RevokedKey,

    /// <summary>A valid key that may not do that.</summary>
    Forbidden,

    /// <summary>A caller who asked too often.</summary>
    TooManyRequests,
}

/// <summary>Who was refused what, and from where; never the key that was tried. What is equal here is counted together.</summary>
internal sealed record Refusal(RefusalKind Kind, string? Actor = null, IPAddress? Address = null, string? Method = null, string? Route = null, string? Needed = null);

/// <summary>How often, and when first and last.</summary>
internal sealed record Tally(long Times, DateTimeOffset First, DateTimeOffset Last)
{
    public Tally And(Tally other) =>
        new(Times + other.Times, First < other.First ? First : other.First, Last > other.Last ? Last : other.Last);
}

/// <summary>
/// Refusals on their way to the audit: counted here, so that no request waits for the database and a flood of guesses is not a flood of
/// writes. Different ones beyond the bound are counted by their kind alone.
/// </summary>
internal sealed class Refusals(TimeProvider clock)
{
    public const int MostAtOnce = 2_000;

    private readonly Lock gate = new();
    private Dictionary<Refusal, Tally> noted = [];

    public void Note(Refusal refusal)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            Add(refusal, new Tally(1, now, now));
        }
    }

    /// <summary>All that was noted since it was last taken.</summary>
    public IReadOnlyDictionary<Refusal, Tally> Take()
    {
        lock (gate)
        {
            var taken = noted;
            noted = [];
            return taken;
        }
    }

    /// <summary>What was taken and could not be written.</summary>
    public void PutBack(IReadOnlyDictionary<Refusal, Tally> taken)
    {
        lock (gate)
        {
            foreach (var (refusal, tally) in taken)
            {
                Add(refusal, tally);
            }
        }
    }

    private void Add(Refusal refusal, Tally tally)
    {
        var counted = noted.ContainsKey(refusal) || noted.Count < MostAtOnce ? refusal : new Refusal(refusal.Kind);
        noted[counted] = noted.TryGetValue(counted, out var before) ? before.And(tally) : tally;
    }
}
