using System.Collections.Concurrent;
using System.Diagnostics;

namespace HeadlessNews.Http;

/// <summary>
/// Finished answers, found by the request's own text. Entries are let go when something changes that they show (<see cref="Evict"/>), when
/// they would show too long, and the least used ones when memory is full. Reading takes no lock.
/// </summary>
internal sealed class OutputCache(DeliveryCaching settings, TimeProvider clock)
{
    /// <summary>How many spellings of one request are known by heart.</summary>
    private const int MostSpellings = 8;

    private const int LongestSpelling = 1_000;

    /// <summary>A request that needs more words is answered, and not kept: whoever wants to fill the memory must at least fill it with answers.</summary>
    private const int LongestKey = 1_000;

    /// <summary>How many evicted names are remembered; a fill that began before what was forgotten is not kept.</summary>
    private const int MostRemembered = 50_000;

    private readonly ConcurrentDictionary<string, CacheEntry> byTarget = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CacheEntry> byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CacheFill> fills = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<CacheEntry>> byTag = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> evictedAt = new(StringComparer.Ordinal);
    private readonly Queue<CacheEntry> inTurn = new();
    private readonly Lock writing = new();
    private long evictions;
    private long forgotten;
    private long bytes;
    private long trustedUntil = long.MaxValue;
    private long lastChange;

    public long Bytes => Interlocked.Read(ref bytes);

    public int Entries => byKey.Count;

    /// <summary>Until then, what is here is known to be what the database has: whoever follows the log says so again and again.</summary>
    public void TrustFor(TimeSpan time) => Volatile.Write(ref trustedUntil, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Before what an answer says is read.</summary>
    public Reading BeginReading()
    {
        var time = clock.GetUtcNow();
        return new Reading(Stopwatch.GetTimestamp(), time, time.ToUnixTimeSeconds() != Volatile.Read(ref lastChange));
    }

    /// <summary>The answer to a request spelt exactly so, if it may be given without asking anybody.</summary>
    public FinishedAnswer? Find(string target) =>
        byTarget.TryGetValue(target, out var entry) && IsGood(entry) ? Use(entry) : null;

    /// <summary>
    /// The answer under the key, or what <paramref name="ask"/> says: of many who ask at once one does, and the others wait for it. An
    /// answer that is not a <see cref="FinishedAnswer"/>, such as a 404, is not kept, and everybody asks for himself.
    /// </summary>
    public async ValueTask<object?> Get(string key, string target, Func<ValueTask<object?>> ask, CancellationToken cancel)
    {
        while (true)
        {
            if (byKey.TryGetValue(key, out var entry) && IsGood(entry))
            {
                Learn(entry, target);
                return Use(entry);
            }
            var mine = new CacheFill(Volatile.Read(ref evictions));
            var fill = fills.GetOrAdd(key, mine);
            if (fill == mine)
            {
                return await Run(fill, key, target, ask);
            }
            // Taken only if nothing it shows has changed since it began to read: the reader who waits here may have seen the change
            // announced.
            switch (await fill.Result.WaitAsync(cancel))
            {
                case { Answer: { } answer, IsCurrent: true }:
                    return answer;
                case { MustAskOneself: true }:
                    return await ask();
            }
        }
    }

    /// <summary>Lets go of all that shows one of these, and of all that is being read at this moment and will turn out to.</summary>
    public void Evict(IEnumerable<string> tags)
    {
        lock (writing)
        {
            evictions++;
            lastChange = clock.GetUtcNow().ToUnixTimeSeconds();
            if (evictedAt.Count > MostRemembered)
            {
                evictedAt.Clear();
                forgotten = evictions;
            }
            foreach (var tag in tags)
            {
                evictedAt[tag] = evictions;
                if (byTag.TryGetValue(tag, out var entries))
                {
                    foreach (var entry in entries.ToArray())
                    {
                        Remove(entry);
                    }
                }
            }
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        lock (writing)
        {
            forgotten = ++evictions;
            lastChange = clock.GetUtcNow().ToUnixTimeSeconds();
            evictedAt.Clear();
            foreach (var entry in byKey.Values)
            {
                Remove(entry);
            }
        }
    }

    private async Task<object?> Run(CacheFill fill, string key, string target, Func<ValueTask<object?>> ask)
    {
        object? said;
        try
        {
            said = await ask();
        }
        catch (Exception failure)
        {
            fills.TryRemove(KeyValuePair.Create(key, fill));
            // A database whose log was read a moment ago is not away, but busy: nobody is shown what it has let go of since.
            if (ProblemHandling.IsDatabaseAway(failure) && !IsTrusted && byKey.TryGetValue(key, out var old) && old.Answer.MayBeShown && old.IsWithin(settings.StaleIfError))
            {
                // Better what was true a moment ago than nothing; and it is said.
                var stale = new StaleAnswer(old.Answer);
                fill.End(new CacheOutcome(stale, IsCurrent: true));
                return stale;
            }
            // Who asked went away: the next in line asks. It failed: each shall have his own failure.
            fill.End(new CacheOutcome(null, MustAskOneself: failure is not OperationCanceledException));
            throw;
        }
        if (said is not FinishedAnswer answer)
        {
            fills.TryRemove(KeyValuePair.Create(key, fill));
            fill.End(new CacheOutcome(null, MustAskOneself: true));
            return said;
        }
        var isCurrent = Keep(fill, key, target, answer);
        fills.TryRemove(KeyValuePair.Create(key, fill));
        fill.End(new CacheOutcome(answer, isCurrent));
        return answer;
    }

    /// <returns>False when something it shows has changed since it began to read: then it is not kept.</returns>
    private bool Keep(CacheFill fill, string key, string target, FinishedAnswer answer)
    {
        lock (writing)
        {
            if (fill.StartedAt < forgotten || answer.Tags.Any(tag => evictedAt.TryGetValue(tag, out var at) && at > fill.StartedAt))
            {
                return false;
            }
            if (answer.Size <= settings.CacheBytes / 8 && key.Length <= LongestKey)
            {
                if (byKey.TryGetValue(key, out var old))
                {
                    Remove(old);
                }
                var entry = new CacheEntry(key, answer);
                byKey[key] = entry;
                foreach (var tag in answer.Tags)
                {
                    (byTag.TryGetValue(tag, out var entries) ? entries : byTag[tag] = []).Add(entry);
                }
                inTurn.Enqueue(entry);
                Count(entry, answer.Size + 2 * key.Length);
                answer.Grew = grown => Grow(entry, grown);
                LearnLocked(entry, target);
                LetGo();
            }
            return true;
        }
    }

    private void Count(CacheEntry entry, int size)
    {
        bytes += size;
        entry.Size += size;
    }

    private void Grow(CacheEntry entry, int size)
    {
        lock (writing)
        {
            if (!entry.IsRemoved)
            {
                Count(entry, size);
                LetGo();
            }
        }
    }

    /// <summary>Second chance: what was used since the last look stays for another turn. What was asked for once goes first.</summary>
    private void LetGo()
    {
        for (var looks = inTurn.Count * 2; bytes > settings.CacheBytes && looks > 0 && inTurn.TryDequeue(out var entry); looks--)
        {
            if (entry.IsRemoved)
            {
                continue;
            }
            if (entry.WasUsed && entry.Answer.MayBeShown)
            {
                entry.WasUsed = false;
                inTurn.Enqueue(entry);
            }
            else
            {
                Remove(entry);
            }
        }
    }

    private void Remove(CacheEntry entry)
    {
        if (entry.IsRemoved)
        {
            return;
        }
        entry.IsRemoved = true;
        bytes -= entry.Size;
        byKey.TryRemove(KeyValuePair.Create(entry.Key, entry));
        foreach (var target in entry.Targets)
        {
            byTarget.TryRemove(KeyValuePair.Create(target, entry));
        }
        foreach (var tag in entry.Answer.Tags)
        {
            if (byTag.TryGetValue(tag, out var entries) && entries.Remove(entry) && entries.Count == 0)
            {
                byTag.Remove(tag);
            }
        }
        if (inTurn.Count > 2 * byKey.Count + 1_000)
        {
            // Removed ones would pile up where nothing is ever let go for want of room.
            var left = inTurn.Where(one => !one.IsRemoved).ToList();
            inTurn.Clear();
            left.ForEach(inTurn.Enqueue);
        }
    }

    private void Learn(CacheEntry entry, string target)
    {
        if (entry.Targets.Count < MostSpellings && !byTarget.ContainsKey(target))
        {
            lock (writing)
            {
                LearnLocked(entry, target);
            }
        }
    }

    private void LearnLocked(CacheEntry entry, string target)
    {
        if (!entry.IsRemoved && entry.Targets.Count < MostSpellings && target.Length <= LongestSpelling && byTarget.TryAdd(target, entry))
        {
            entry.Targets.Add(target);
            Count(entry, 2 * target.Length);
        }
    }

    private bool IsTrusted => Stopwatch.GetTimestamp() <= Volatile.Read(ref trustedUntil);

    private bool IsGood(CacheEntry entry) => entry.Answer.MayBeShown && IsTrusted;

    private static FinishedAnswer Use(CacheEntry entry)
    {
        // Looked at before it is written: many read at once, and a write would take the line from the others.
        if (!entry.WasUsed)
        {
            entry.WasUsed = true;
        }
        return entry.Answer;
    }
}
