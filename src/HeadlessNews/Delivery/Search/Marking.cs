using System.Text;

namespace HeadlessNews.Delivery.Search;

/// <summary>
/// Texts with the words marked that were looked for. A text is cut into words here, and PostgreSQL says which of them it would have found;
/// so what is marked stands there as its author spelled it, however it is folded and stemmed to be found.
/// </summary>
internal static class Marking
{
    private const int AroundAMatch = 70;
    private const int LongestPassage = 200;
    private const int MostPassages = 2;

    /// <summary>Whether a word was looked for.</summary>
    public delegate bool IsSought(ReadOnlySpan<char> word);

    private interface ICut
    {
        static abstract bool Keeps(char letter);
    }

    /// <summary>
    /// What stands between spaces, without the punctuation around it (a word, or an address, or words with a hyphen), where it or a piece of
    /// it may be sought. Everything that <see cref="Find"/> may come to ask for is asked for here.
    /// </summary>
    public static List<Range> Chunks(string text, IsSought mayBe)
    {
        var chunks = new List<Range>();
        var none = new List<Range>();
        var any = false;
        bool Note(ReadOnlySpan<char> word)
        {
            any |= mayBe(word);
            return false;
        }
        IsSought note = Note;
        var (piece, pieceEnd) = (0, 0);
        while (Next<BetweenSpaces>(text, ref piece, ref pieceEnd, text.Length))
        {
            var (start, end) = (piece, pieceEnd);
            while (start < end && !SearchText.IsOfAWord(text[start]))
            {
                start++;
            }
            while (end > start && !SearchText.IsOfAWord(text[end - 1]))
            {
                end--;
            }
            any = false;
            FindIn(text, start, end, note, none);
            if (any)
            {
                chunks.Add(start..end);
            }
        }
        return chunks;
    }

    /// <summary>Where the words that were looked for stand: the smallest pieces that were.</summary>
    public static List<Range> Find(string text, IEnumerable<Range> chunks, IsSought isSought)
    {
        var found = new List<Range>();
        foreach (var chunk in chunks)
        {
            FindIn(text, chunk.Start.Value, chunk.End.Value, isSought, found);
        }
        return found;
    }

    private static void FindIn(string text, int start, int end, IsSought isSought, List<Range> found)
    {
        var before = found.Count;
        var isOneRun = false;
        var (run, runEnd) = (start, start);
        while (Next<Joined>(text, ref run, ref runEnd, end))
        {
            isOneRun |= run == start && runEnd == end;
            if (isSought(text.AsSpan(run..runEnd)))
            {
                found.Add(run..runEnd);
            }
            else if (text.AsSpan(run..runEnd).Contains(SearchText.ZeroWidthNonJoiner))
            {
                // Held together by a joiner, a word is one, or several.
                var (part, partEnd) = (run, run);
                while (Next<Apart>(text, ref part, ref partEnd, runEnd))
                {
                    if (isSought(text.AsSpan(part..partEnd)))
                    {
                        found.Add(part..partEnd);
                    }
                }
            }
        }
        if (found.Count == before && !isOneRun && start < end && isSought(text.AsSpan(start..end)))
        {
            found.Add(start..end);
        }
    }

    /// <summary>The whole text as HTML.</summary>
    public static string Whole(string text, IReadOnlyList<Range> found) => Html(text, 0, text.Length, found, new StringBuilder()).ToString();

    /// <summary>The one or two passages as HTML that have most of what was found; null when nothing was.</summary>
    public static string? Passages(string text, IReadOnlyList<Range> found)
    {
        var passages = Best(text, found);
        if (passages.Count == 0)
        {
            return null;
        }
        var html = new StringBuilder();
        var end = 0;
        foreach (var passage in passages)
        {
            html.Append(passage.Start.Value > end ? html.Length > 0 ? " … " : "… " : "");
            end = passage.End.Value;
            Html(text, passage.Start.Value, end, found, html);
        }
        return html.Append(end < Length(text) ? " …" : "").ToString();
    }

    private static List<Range> Best(string text, IReadOnlyList<Range> found)
    {
        var candidates = new List<(Range Passage, int Different, int All)>();
        var next = 0;
        while (next < found.Count)
        {
            var first = next;
            var from = WordStart(text, found[first].Start.Value - AroundAMatch);
            while (next < found.Count && found[next].End.Value <= Math.Max(from + LongestPassage, found[first].End.Value))
            {
                next++;
            }
            var last = found[next - 1].End.Value;
            var to = Math.Max(last, WordEnd(text, Math.Min(last + AroundAMatch, from + LongestPassage)));
            var inside = Enumerable.Range(first, next - first).Select(i => text[found[i]].ToLowerInvariant()).ToList();
            candidates.Add((from..to, inside.Distinct().Count(), inside.Count));
        }
        var best = candidates.OrderByDescending(candidate => candidate.Different).ThenByDescending(candidate => candidate.All)
            .Take(MostPassages).Select(candidate => candidate.Passage).OrderBy(passage => passage.Start.Value).ToList();
        // Two that meet are one.
        return best is [var one, var other] && other.Start.Value <= one.End.Value + 1 ? [one.Start..other.End] : best;
    }

    private static int WordStart(string text, int at)
    {
        if (at <= 0)
        {
            return 0;
        }
        var space = text.IndexOf(' ', at);
        var line = text.LastIndexOf('\n', at + AroundAMatch - 1, AroundAMatch);
        return line >= at ? line + 1 : space >= 0 && space < at + AroundAMatch ? space + 1 : Whole(text, at);
    }

    private static int WordEnd(string text, int at)
    {
        if (at >= Length(text))
        {
            return Length(text);
        }
        var space = text.LastIndexOf(' ', at, Math.Min(at, AroundAMatch - 1));
        return space > 0 && at - space < 30 ? space : Whole(text, at);
    }

    /// <summary>Without the space after it.</summary>
    private static int Length(string text) => text.AsSpan().TrimEnd().Length;

    /// <summary>Never within a letter.</summary>
    private static int Whole(string text, int at) => char.IsLowSurrogate(text[at]) ? at + 1 : at;

    private static StringBuilder Html(string text, int from, int to, IReadOnlyList<Range> found, StringBuilder html)
    {
        var at = from;
        foreach (var word in found.Where(word => word.Start.Value >= from && word.End.Value <= to))
        {
            Escape(text.AsSpan(at..word.Start.Value), html);
            html.Append("<mark>");
            Escape(text.AsSpan(word), html);
            html.Append("</mark>");
            at = word.End.Value;
        }
        Escape(text.AsSpan(at..to), html);
        return html;
    }

    private static void Escape(ReadOnlySpan<char> text, StringBuilder html)
    {
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                '\n' or '\r' or '\t' => html.Append(' '),
                _ => html.Append(letter),
            };
        }
    }

    /// <summary>From the end of one piece to the next.</summary>
    private static bool Next<TCut>(string text, ref int start, ref int end, int limit)
        where TCut : struct, ICut
    {
        for (start = end; start < limit && !TCut.Keeps(text[start]); start++)
        {
        }
        for (end = start; end < limit && TCut.Keeps(text[end]); end++)
        {
        }
        return start < limit;
    }

    private readonly struct BetweenSpaces : ICut
    {
        public static bool Keeps(char letter) => !char.IsWhiteSpace(letter);
    }

    private readonly struct Joined : ICut
    {
        public static bool Keeps(char letter) => SearchText.IsOfAWord(letter) || letter == SearchText.ZeroWidthNonJoiner;
    }

    private readonly struct Apart : ICut
    {
        public static bool Keeps(char letter) => letter != SearchText.ZeroWidthNonJoiner;
    }
}
