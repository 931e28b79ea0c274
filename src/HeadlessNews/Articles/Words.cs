using System.Globalization;
using System.Text;

namespace HeadlessNews.Articles;

/// <summary>
/// Text cut into the pieces that a comparison keeps, removes or adds whole. Joined, the pieces are the text. No piece ends within what
/// readers see as one character (Unicode's extended grapheme clusters: a letter with its accents, a family of emoji, CR LF).
/// </summary>
internal static class Words
{
    private enum Sort
    {
        Word,
        Space,
        Alone,
    }

    /// <summary>
    /// Words, spaces, and every other character by itself. What scripts without spaces write (Chinese, Japanese, Thai and so on) counts
    /// character by character, for want of words.
    /// </summary>
    /// <returns>Where each piece ends.</returns>
    public static List<int> Ends(string text)
    {
        var ends = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var sort = SortAt(text, at);
            at = Next(text, at);
            while (sort != Sort.Alone && at < text.Length)
            {
                var joins = sort == Sort.Word && text[at] is '\'' or '’' && Next(text, at) == at + 1 ? at + 1 : at;
                if (joins == text.Length || SortAt(text, joins) != sort)
                {
                    break;
                }
                at = Next(text, joins);
            }
            ends.Add(at);
        }
        return ends;
    }

    /// <summary>Lines, each with what ends it.</summary>
    public static List<int> LineEnds(string text)
    {
        var ends = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var stop = text.AsSpan(at).IndexOfAny("\r\n\u2028\u2029");
            at = stop < 0 ? text.Length : at + stop + (text.AsSpan(at + stop).StartsWith("\r\n") ? 2 : 1);
            ends.Add(at);
        }
        return ends;
    }

    /// <summary>Nothing but spaces and punctuation within a line: what two changes may share by chance.</summary>
    public static bool IsFiller(string text)
    {
        for (var at = 0; at < text.Length; at = Next(text, at))
        {
            if (IsBreak(text[at]) || Rune.IsLetterOrDigit(RuneAt(text, at)))
            {
                return false;
            }
        }
        return true;
    }

    private static int Next(string text, int at) => at + StringInfo.GetNextTextElementLength(text.AsSpan(at));

    private static Sort SortAt(string text, int at)
    {
        var rune = RuneAt(text, at);
        return Rune.IsLetterOrDigit(rune) && !IsWrittenWithoutSpaces(rune.Value) ? Sort.Word
            : Rune.IsWhiteSpace(rune) && !IsBreak(text[at]) ? Sort.Space
            : Sort.Alone;
    }

    private static Rune RuneAt(string text, int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _);
        return rune;
    }

    private static bool IsBreak(char character) => character is '\n' or '\r' or '\u2028' or '\u2029';

    private static bool IsWrittenWithoutSpaces(int codePoint) =>
        codePoint is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
            or (>= 0x2E80 and <= 0xA4CF and not (>= 0x3130 and <= 0x318F)) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
