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

    /// <summary>Every word that <see cref="Find"/> may come to ask for.</summary>
    public static IEnumerable<string> Words(string text) =>
        Chunks(text).SelectMany(chunk => Runs(text, chunk).SelectMany(run => Parts(text, run).Prepend(run)).Prepend(chunk)).Select(range => text[range]);

    /// <summary>Where the words that were looked for stand: the smallest pieces that were.</summary>
    public static List<Range> Find(string text, Func<string, bool> isSought)
    {
        var found = new List<Range>();
        foreach (var chunk in Chunks(text))
        {
            var before = found.Count;
            foreach (var run in Runs(text, chunk))
            {
                // Held together by a joiner, a word is one, or several.
                found.AddRange(isSought(text[run]) ? [run] : Parts(text, run).Where(part => isSought(text[part])));
            }
            if (found.Count == before && isSought(text[chunk]))
            {
                found.Add(chunk);
            }
        }
        return found;
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
        return html.Append(end < text.TrimEnd().Length ? " …" : "").ToString();
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
        if (at >= text.TrimEnd().Length)
        {
            return text.TrimEnd().Length;
        }
        var space = text.LastIndexOf(' ', at, Math.Min(at, AroundAMatch - 1));
        return space > 0 && at - space < 30 ? space : Whole(text, at);
    }

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

    /// <summary>What stands between spaces, without the punctuation around it: a word, or an address, or words with a hyphen.</summary>
    private static IEnumerable<Range> Chunks(string text)
    {
        foreach (var piece in Cut(text, 0..text.Length, letter => !char.IsWhiteSpace(letter)))
        {
            var (start, end) = (piece.Start.Value, piece.End.Value);
            while (start < end && !SearchText.IsOfAWord(text[start]))
            {
                start++;
            }
            while (end > start && !SearchText.IsOfAWord(text[end - 1]))
            {
                end--;
            }
            if (start < end)
            {
                yield return start..end;
            }
        }
    }

    private static IEnumerable<Range> Runs(string text, Range chunk) => Cut(text, chunk, letter => SearchText.IsOfAWord(letter) || letter == SearchText.ZeroWidthNonJoiner);

    private static IEnumerable<Range> Parts(string text, Range run) =>
        text.AsSpan(run).Contains(SearchText.ZeroWidthNonJoiner) ? Cut(text, run, letter => letter != SearchText.ZeroWidthNonJoiner) : [];

    private static IEnumerable<Range> Cut(string text, Range range, Func<char, bool> isKept)
    {
        var start = -1;
        for (var i = range.Start.Value; i <= range.End.Value; i++)
        {
            if (i < range.End.Value && isKept(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return start..i;
                start = -1;
            }
        }
    }
}
