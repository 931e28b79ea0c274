using System.Buffers;

namespace HeadlessNews.Articles;

/// <summary>A stretch that two sequences share: where it starts in each, and how long it is.</summary>
internal readonly record struct Shared(int Before, int After, int Length);

/// <summary>
/// What two sequences have in common, by Myers' shortest edit ("An O(ND) Difference Algorithm and Its Variations", 1986), with a bound
/// on its cost: an edit that is longer is taken as far as it leads by then, and begun anew there. So the time grows with the length, not
/// with its square, and the memory not at all; what is lost is only that a long edit may not be the very shortest.
/// </summary>
/// <remarks>
/// Why it is ours: the libraries that were looked at (DiffPlex among them) answer nothing at all before they have found the shortest edit,
/// which for two long and different texts takes minutes, and have no way to be stopped.
/// </remarks>
internal sealed class ShortestEdit
{
    private const int Outside = -1;

    private readonly int mostEdits;
    private readonly int[] before;
    private readonly int[] after;

    /// <summary>For each number of edits, how far they reach into <see cref="before"/> on each diagonal (before minus after).</summary>
    private readonly int[] reach;
    private readonly List<Shared> found = [];
    private int fromBefore;
    private int fromAfter;

    private ShortestEdit(int[] before, int[] after, int mostEdits, int[] reach)
    {
        this.mostEdits = mostEdits;
        this.before = before;
        this.after = after;
        this.reach = reach;
    }

    /// <param name="mostEdits">
    /// The bound: the time is at most in proportion to it and to the length, the memory to its square. What was inserted in one piece longer
    /// than this may not be seen as such.
    /// </param>
    public static List<Shared> Of(int[] before, int[] after, int mostEdits)
    {
        mostEdits = Math.Min(mostEdits, before.Length + after.Length);
        var reach = ArrayPool<int>.Shared.Rent((mostEdits + 1) * (mostEdits + 1));
        try
        {
            var edit = new ShortestEdit(before, after, mostEdits, reach);
            while (!edit.Advance())
            {
            }
            return edit.found;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(reach);
        }
    }

    private int RestBefore => before.Length - fromBefore;

    private int RestAfter => after.Length - fromAfter;

    /// <returns>Whether both ends are reached.</returns>
    private bool Advance()
    {
        for (var edits = 0; edits <= mostEdits; edits++)
        {
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var at = Follow(Start(edits, diagonal).At, diagonal);
                Reach(edits, diagonal) = at;
                if (at == RestBefore && at - diagonal == RestAfter)
                {
                    Take(edits, diagonal);
                    return true;
                }
            }
        }
        var best = -mostEdits;
        for (var diagonal = -mostEdits; diagonal <= mostEdits; diagonal += 2)
        {
            if (Progress(diagonal) > Progress(best))
            {
                best = diagonal;
            }
        }
        Take(mostEdits, best);
        return false;
    }

    private int Progress(int diagonal) => Reach(mostEdits, diagonal) is var at and not Outside ? at + at - diagonal : Outside;

    private ref int Reach(int edits, int diagonal) => ref reach[(edits * edits) + edits + diagonal];

    /// <summary>Where a diagonal is entered with the last of so many edits, and whether that edit was an addition.</summary>
    private (int At, bool IsAddition) Start(int edits, int diagonal)
    {
        if (edits == 0)
        {
            return (0, false);
        }
        var added = diagonal + 1 < edits ? Reach(edits - 1, diagonal + 1) : Outside;
        var removed = diagonal - 1 > -edits ? Reach(edits - 1, diagonal - 1) : Outside;
        var addition = added != Outside && added - diagonal <= RestAfter ? added : Outside;
        var removal = removed != Outside && removed < RestBefore ? removed + 1 : Outside;
        return addition >= removal ? (addition, true) : (removal, false);
    }

    private int Follow(int at, int diagonal)
    {
        if (at == Outside)
        {
            return Outside;
        }
        var most = Math.Min(RestBefore, RestAfter + diagonal);
        var common = at < most
            ? before.AsSpan(fromBefore + at, most - at).CommonPrefixLength(after.AsSpan(fromAfter + at - diagonal, most - at))
            : 0;
        return at + common;
    }

    /// <summary>Notes what is shared on the way to this point, and goes on from there.</summary>
    private void Take(int edits, int diagonal)
    {
        var (reachedBefore, reachedAfter) = (Reach(edits, diagonal), Reach(edits, diagonal) - diagonal);
        var first = found.Count;
        for (; edits >= 0; edits--)
        {
            var (start, isAddition) = Start(edits, diagonal);
            if (Reach(edits, diagonal) is var end && end > start)
            {
                found.Add(new Shared(fromBefore + start, fromAfter + start - diagonal, end - start));
            }
            diagonal += isAddition ? 1 : -1;
        }
        found.Reverse(first, found.Count - first);
        fromBefore += reachedBefore;
        fromAfter += reachedAfter;
    }
}
