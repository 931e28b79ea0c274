using System.Globalization;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>
/// Words that say who and where, told by their capital letters: none where the script has none.
/// </summary>
/// <param name="Words">Names of people, places and things.</param>
/// <param name="Titles">What such a name is introduced by, and nothing else in the text: an office is no more of an event than who holds it.</param>
internal sealed record Names(IReadOnlyCollection<string> Words, IReadOnlyCollection<string> Titles)
{
    /// <summary>Every noun has a capital there, so that one alone makes no name; two beside each other do, as an office and a name or two names.</summary>
    private static readonly HashSet<string> CapitalisesNouns = new(StringComparer.Ordinal) { "german" };

    /// <summary>“Mountain rescue chief” before a name.</summary>
    private const int LongestTitle = 3;

    /// <summary>“, who heads the mountain rescue” after one.</summary>
    private const int LongestApposition = 6;

    /// <summary>Articles and prepositions end a title, in most languages with capitals.</summary>
    private const int ShortestOfTitle = 4;

    public static Names In(string text, string configuration)
    {
        var words = Split(text);
        var isName = words.ConvertAll(word => word.IsCapital && !word.BeginsSentence);
        if (CapitalisesNouns.Contains(configuration))
        {
            return new Names(Texts(words.Where((_, nth) => isName[nth] && (Follows(nth) || Follows(nth + 1)))), []);
        }
        var isTitle = new bool[words.Count];
        for (var first = 0; first < words.Count - 1; first++)
        {
            if (IsOneName(first) || !IsOneName(first + 1))
            {
                continue;
            }
            var last = first + 1;
            while (IsOneName(last + 1))
            {
                last++;
            }
            isTitle[first] = words[first].BeginsSentence;
            MarkBefore(first);
            // Between two commas it is the name that explains the office.
            if (words[first].Gap != ", ")
            {
                MarkAfter(last);
            }
        }
        var alone = Texts(words.Where((_, nth) => !isTitle[nth] && !isName[nth]));
        var titles = Texts(words.Where((_, nth) => isTitle[nth]));
        titles.ExceptWith(alone);
        return new Names(Texts(words.Where((_, nth) => isName[nth])), titles);

        bool Follows(int nth) => nth > 0 && nth < words.Count && isName[nth - 1] && isName[nth] && words[nth].Gap == " ";

        bool IsOneName(int nth) => nth > 0 && nth < words.Count && words[nth - 1].IsCapital && words[nth].IsCapital && words[nth].Gap == " ";

        void MarkBefore(int name)
        {
            for (var nth = name - 1; nth >= Math.Max(0, name - LongestTitle); nth--)
            {
                var gap = words[nth + 1].Gap;
                if (words[nth].Text.Length < ShortestOfTitle || (gap != " " && (gap != ", " || nth < name - 1)))
                {
                    break;
                }
                isTitle[nth] = true;
            }
        }

        void MarkAfter(int name)
        {
            var end = name + 2;
            while (end < words.Count && words[end].Gap == " ")
            {
                end++;
            }
            if (name + 1 < words.Count && words[name + 1].Gap == ", " && end - name - 1 <= LongestApposition)
            {
                Array.Fill(isTitle, true, name + 1, end - name - 1);
            }
        }
    }

    private static HashSet<string> Texts(IEnumerable<Word> words) => words.Select(word => word.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static List<Word> Split(string text)
    {
        var words = new List<Word>();
        var (beginsSentence, end) = (true, 0);
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetter(text[at]))
            {
                beginsSentence |= text[at] is '.' or '!' or '?' or ':' or '\n' or '“' or '"' or '„' or '«';
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && (char.IsLetter(text[at]) || CharUnicodeInfo.GetUnicodeCategory(text[at]) == UnicodeCategory.NonSpacingMark))
            {
                at++;
            }
            // What is longer than this separates anyway.
            var gap = text[end..Math.Min(start, end + 3)];
            words.Add(new Word(text[start..at], gap, at - start > 1 && char.IsUpper(text[start]), beginsSentence));
            (beginsSentence, end) = (false, at);
        }
        return words;
    }

    /// <param name="Text">Letters.</param>
    /// <param name="Gap">What stands before it.</param>
    /// <param name="IsCapital">Its first letter is one.</param>
    /// <param name="BeginsSentence">Which gives a capital to any word.</param>
    private sealed record Word(string Text, string Gap, bool IsCapital, bool BeginsSentence);
}
