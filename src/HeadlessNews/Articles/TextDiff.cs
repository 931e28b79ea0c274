using System.Text;

namespace HeadlessNews.Articles;

/// <summary>What became of a stretch of text.</summary>
public enum TextOp
{
    /// <summary>Stands in both.</summary>
    Kept,

    /// <summary>Stands only in the earlier text.</summary>
    Removed,

    /// <summary>Stands only in the later text.</summary>
    Added,
}

/// <summary>A stretch of text that was kept, removed or added.</summary>
public sealed record TextRun
{
    /// <summary>What became of it.</summary>
    public required TextOp Op { get; init; }

    /// <summary>The stretch, to the last character.</summary>
    /// <example>twice a night</example>
    public required string Text { get; init; }
}

/// <summary>
/// Two texts compared as an editor would: line by line first, so that a paragraph that stayed is never torn up for a word that it shares
/// with its neighbour, then word by word within the lines that changed.
/// </summary>
internal sealed class TextDiff
{
    /// <summary>Past this many runs nobody reads them one by one: the rest of both texts stands as one removed and one added.</summary>
    private const int MostRuns = 20_000;

    private readonly string before;
    private readonly string after;
    private readonly int mostEdits;
    private readonly List<TextRun> runs = [];
    private int doneBefore;
    private int doneAfter;

    private TextDiff(string before, string after)
    {
        this.before = before;
        this.after = after;
        // An ordinary article gets the patience that the shortest edit asks, the longest ones (500,000 characters each) a second's worth.
        mostEdits = Math.Clamp(40_000_000 / Math.Max(1, before.Length + after.Length), 128, 2_048);
    }

    /// <summary>Kept and removed runs, joined, are the text before; kept and added ones the text after.</summary>
    public static IReadOnlyList<TextRun> Runs(string before, string after)
    {
        var diff = new TextDiff(before, after);
        foreach (var part in diff.Parts(before, after, Words.LineEnds).SelectMany(lines => lines.IsKept ? [lines] : diff.WordByWord(lines)))
        {
            if (diff.runs.Count >= MostRuns)
            {
                break;
            }
            diff.Add(part);
        }
        diff.Add(new Part(false, before[diff.doneBefore..], after[diff.doneAfter..]));
        return diff.runs;
    }

    private void Add(Part part)
    {
        Add(part.IsKept ? TextOp.Kept : TextOp.Removed, part.Before);
        if (!part.IsKept)
        {
            Add(TextOp.Added, part.After);
        }
        doneBefore += part.Before.Length;
        doneAfter += part.After.Length;
    }

    private void Add(TextOp op, string text)
    {
        if (text.Length == 0)
        {
            return;
        }
        if (runs is [.., { } last] && last.Op == op)
        {
            runs[^1] = last with { Text = last.Text + text };
        }
        else
        {
            runs.Add(new TextRun { Op = op, Text = text });
        }
    }

    private List<Part> WordByWord(Part lines)
    {
        if (lines.Before.Length == 0 || lines.After.Length == 0)
        {
            return [lines];
        }
        var words = Joined(Parts(lines.Before, lines.After, Words.Ends));
        // Lines that share less than a quarter were written anew, and read better so than as a mosaic.
        return words.Where(part => part.IsKept).Sum(part => part.Before.Length) * 4 < Math.Min(lines.Before.Length, lines.After.Length) ? [lines] : words;
    }

    /// <summary>Changes with nothing but a space or a comma between them are one change.</summary>
    private static List<Part> Joined(List<Part> parts)
    {
        var joined = new List<Part>();
        var (removed, added) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var isBetweenChanges = i > 0 && i < parts.Count - 1;
            if (part.IsKept && !(isBetweenChanges && Words.IsFiller(part.Before)))
            {
                Flush();
                joined.Add(part);
            }
            else
            {
                removed.Append(part.Before);
                added.Append(part.After);
            }
        }
        Flush();
        return joined;

        void Flush()
        {
            if (removed.Length + added.Length > 0)
            {
                joined.Add(new Part(false, removed.ToString(), added.ToString()));
                removed.Clear();
                added.Clear();
            }
        }
    }

    /// <summary>The two texts in parts, in order, kept and changed by turns.</summary>
    private List<Part> Parts(string earlier, string later, Func<string, List<int>> cut)
    {
        var names = new Dictionary<string, int>().GetAlternateLookup<ReadOnlySpan<char>>();
        var (endsBefore, endsAfter) = (cut(earlier), cut(later));
        var parts = new List<Part>();
        var (fromBefore, fromAfter) = (0, 0);
        foreach (var shared in ShortestEdit.Of(Numbered(earlier, endsBefore), Numbered(later, endsAfter), mostEdits))
        {
            var (startBefore, startAfter) = (StartOf(endsBefore, shared.Before), StartOf(endsAfter, shared.After));
            var endBefore = endsBefore[shared.Before + shared.Length - 1];
            Change(startBefore, startAfter);
            var text = earlier[startBefore..endBefore];
            if (parts is [.., { IsKept: true } last])
            {
                text = last.Before + text;
                parts.RemoveAt(parts.Count - 1);
            }
            parts.Add(new Part(true, text, text));
            (fromBefore, fromAfter) = (endBefore, endsAfter[shared.After + shared.Length - 1]);
        }
        Change(earlier.Length, later.Length);
        return parts;

        void Change(int toBefore, int toAfter)
        {
            if (toBefore > fromBefore || toAfter > fromAfter)
            {
                parts.Add(new Part(false, earlier[fromBefore..toBefore], later[fromAfter..toAfter]));
            }
        }

        // Equal pieces get equal numbers, which are compared faster than text.
        int[] Numbered(string text, List<int> ends)
        {
            var numbers = new int[ends.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                var piece = text.AsSpan(StartOf(ends, i)..ends[i]);
                if (!names.TryGetValue(piece, out numbers[i]))
                {
                    names[piece] = numbers[i] = names.Dictionary.Count;
                }
            }
            return numbers;
        }
    }

    private static int StartOf(List<int> ends, int piece) => piece == 0 ? 0 : ends[piece - 1];

    private readonly record struct Part(bool IsKept, string Before, string After);
}
