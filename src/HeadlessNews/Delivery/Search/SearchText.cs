using System.Globalization;
using System.Text;

namespace HeadlessNews.Delivery.Search;

/// <summary>
/// What text is made into before PostgreSQL stems it, where it is stored and where it is asked for alike: one spelling for what keyboards
/// spell in several.
/// </summary>
internal static class SearchText
{
    /// <summary>Longer ones are found by what stands in this much of them: a vector has positions for 16,383 words.</summary>
    public const int LongestBody = 100_000;

    /// <summary>
    /// Bytes of a body as it is stemmed: folding makes some letters eighteen. A vector holds a megabyte, and words cost it more than their
    /// letters: addresses and hyphenated words, which stand in it in whole and in parts, more than three times as much.
    /// </summary>
    public const int MostOfABody = 250_000;

    /// <summary>Bytes of every other part as it is stemmed.</summary>
    public const int MostOfAPart = 12_000;

    private const int LongestTyped = 100;
    private const int MostBeginnings = 6;
    public const char ZeroWidthNonJoiner = '\u200C';

    private static readonly Dictionary<string, string> Stemmers = new(StringComparer.Ordinal)
    {
        ["ar"] = "arabic",
        ["ca"] = "catalan",
        ["da"] = "danish",
        ["de"] = "german",
        ["el"] = "greek",
        ["en"] = "english",
        ["es"] = "spanish",
        ["eu"] = "basque",
        ["fi"] = "finnish",
        ["fr"] = "french",
        ["ga"] = "irish",
        ["hi"] = "hindi",
        ["hu"] = "hungarian",
        ["hy"] = "armenian",
        ["id"] = "indonesian",
        ["it"] = "italian",
        ["lt"] = "lithuanian",
        ["nb"] = "norwegian",
        ["ne"] = "nepali",
        ["nl"] = "dutch",
        ["nn"] = "norwegian",
        ["no"] = "norwegian",
        ["pt"] = "portuguese",
        ["ro"] = "romanian",
        ["ru"] = "russian",
        ["sr"] = "serbian",
        ["sv"] = "swedish",
        ["ta"] = "tamil",
        ["tr"] = "turkish",
        ["yi"] = "yiddish",
    };

    /// <summary>Looked up, since every letter of what is found is asked for.</summary>
    private static readonly bool[] OfAWord = [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Select(letter =>
        char.IsLetterOrDigit(letter) || char.IsSurrogate(letter)
        || CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)];

    /// <summary>PostgreSQL's text search configuration for a language; <c>simple</c> where it has no stemmer, as for Persian.</summary>
    public static string Configuration(string language) => Stemmers.GetValueOrDefault(language.Split('-')[0].ToLowerInvariant(), "simple");

    /// <summary>All that a text search configuration can be.</summary>
    public static IReadOnlyCollection<string> Configurations { get; } = [.. Stemmers.Values.Append("simple").Distinct()];

    /// <summary>
    /// Text to be found: words that a zero-width non-joiner holds together can be asked for apart, so it becomes a space, and in one, so they
    /// stand at the end once more, joined.
    /// </summary>
    public static string ToFind(string text, string configuration)
    {
        if (!text.Contains(ZeroWidthNonJoiner, StringComparison.Ordinal))
        {
            return Fold(text, configuration);
        }
        var joined = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Contains(ZeroWidthNonJoiner, StringComparison.Ordinal))
            .Select(word => word.Replace("\u200C", "", StringComparison.Ordinal));
        return Fold($"{text.Replace(ZeroWidthNonJoiner, ' ')}\n{string.Join(' ', joined)}", configuration);
    }

    /// <summary>What is asked for.</summary>
    public static string ToAsk(string query, string configuration) => Fold(query.Replace("\u200C", "", StringComparison.Ordinal), configuration);

    /// <summary>A name as it is typed, whatever the language, case and punctuation: words between single spaces.</summary>
    public static string ToType(string text)
    {
        var typed = new StringBuilder(text.Length);
        foreach (var letter in Fold(text.Replace(ZeroWidthNonJoiner, ' '), "simple").ToLowerInvariant())
        {
            if (IsOfAWord(letter))
            {
                typed.Append(letter);
            }
            else if (typed.Length > 0 && typed[^1] != ' ')
            {
                typed.Append(' ');
            }
        }
        return Cut(typed.ToString(), LongestTyped).TrimEnd(' ');
    }

    /// <summary>A name from each of its words on, as typed.</summary>
    public static IEnumerable<string> Beginnings(string name)
    {
        var words = ToType(name).Split(' ');
        return Enumerable.Range(0, Math.Min(words.Length, MostBeginnings)).Select(first => string.Join(' ', words[first..]));
    }

    /// <summary>The different words of a text that may be mistyped, as it spells them but for their case: neither numbers nor the shortest.</summary>
    public static IEnumerable<string> WordsOf(string text) =>
        Runs(text).Where(word => word.Length is >= 3 and <= 40 && !word.Any(char.IsDigit)).Select(word => word.ToLowerInvariant()).Distinct();

    /// <summary>Runs of letters, marks and digits, with the joiners between them.</summary>
    public static IEnumerable<string> Runs(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (IsOfAWord(text[i]) || (text[i] == ZeroWidthNonJoiner && start >= 0)))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return text[start..i].TrimEnd(ZeroWidthNonJoiner);
                start = -1;
            }
        }
    }

    /// <summary>The text, or so much of it; never half a letter.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>The text, or so much of it as fits in so many bytes of UTF-8; never half a letter.</summary>
    public static string CutToBytes(string text, int most)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) <= most)
        {
            return text;
        }
        var (end, bytes) = (0, 0);
        foreach (var letter in text.EnumerateRunes())
        {
            bytes += letter.Utf8SequenceLength;
            if (bytes > most)
            {
                return text[..end];
            }
            end += letter.Utf16SequenceLength;
        }
        return text;
    }

    /// <summary>Halves of letters beyond U+FFFF count as letters.</summary>
    public static bool IsOfAWord(char letter) => OfAWord[letter];

    /// <summary>
    /// Arabic and Persian letters that look alike are one, vowel signs and elongation none, every digit is ASCII's (as Lucene's analysers
    /// for the two have it); Latin letters lose their accents where the stemmer does not live by them. What PostgreSQL's parser would
    /// take for an address, a path or a tag is parted into its words: "Labour/Conservative" is found by either.
    /// </summary>
    private static string Fold(string text, string configuration)
    {
        var withoutAccents = configuration is "english" or "simple";
        var folded = new StringBuilder(text.Length);
        // U+FFFE is no character, and the one thing that cannot be normalised: halves of letters do not come so far.
        var plain = text.Replace("\uFFFE", "", StringComparison.Ordinal).Normalize(withoutAccents ? NormalizationForm.FormKD : NormalizationForm.FormKC);
        for (var i = 0; i < plain.Length; i++)
        {
            var letter = plain[i];
            var kept = letter switch
            {
                '/' or '\\' or '<' or '>' or '@' or '_' or '=' => ' ',
                '.' when PartsWords(plain, i) => ' ',
                // The Arabic stemmer knows the Arabic letters, and the rest of what this would do, itself.
                '\u06CC' or '\u0649' => '\u064A',
                '\u06A9' => '\u0643',
                '\u0622' or '\u0623' or '\u0625' or '\u0671' => '\u0627',
                '\u0629' when configuration != "arabic" => '\u0647',
                '\u06C0' or '\u06C1' or '\u06D5' => '\u0647',
                '\u0640' or '\u00AD' => '\0',
                _ => letter,
            };
            switch (CharUnicodeInfo.GetUnicodeCategory(kept))
            {
                case UnicodeCategory.DecimalDigitNumber:
                    folded.Append((char)('0' + CharUnicodeInfo.GetDecimalDigitValue(kept)));
                    break;
                case UnicodeCategory.NonSpacingMark when withoutAccents || kept is >= '\u064B' and <= '\u065F' or '\u0670':
                case UnicodeCategory.Format or UnicodeCategory.Control when kept is not ('\n' or '\t' or '\r'):
                    break;
                default:
                    folded.Append(kept);
                    break;
            }
        }
        return folded.ToString();
    }

    /// <summary>A full stop without its space, or one in an address; not one in an abbreviation (U.S.) or a number.</summary>
    private static bool PartsWords(string text, int stop) =>
        stop >= 1 && stop + 1 < text.Length && char.IsLetter(text[stop - 1]) && char.IsLetter(text[stop + 1])
        && ((stop >= 2 && char.IsLetter(text[stop - 2])) || (stop + 2 < text.Length && char.IsLetter(text[stop + 2])));
}
