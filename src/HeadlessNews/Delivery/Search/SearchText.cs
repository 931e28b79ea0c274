using System.Globalization;
using System.Text;

namespace HeadlessNews.Delivery.Search;

/// <summary>
/// What text is made into before PostgreSQL stems it, where it is stored and where it is asked for alike: one spelling for what keyboards
/// spell in several.
/// </summary>
internal static class SearchText
{
    /// <summary>Longer ones are found by what stands in this much of them: a vector holds a megabyte, and has positions for 16,383 words.</summary>
    public const int LongestBody = 100_000;

    private const char ZeroWidthNonJoiner = '\u200C';

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

    /// <summary>
    /// Arabic and Persian letters that look alike are one, vowel signs and elongation none, every digit is ASCII's (as Lucene's analysers
    /// for the two have it); Latin letters lose their accents where the stemmer does not live by them.
    /// </summary>
    private static string Fold(string text, string configuration)
    {
        var withoutAccents = configuration is "english" or "simple";
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(withoutAccents ? NormalizationForm.FormKD : NormalizationForm.FormKC))
        {
            var kept = letter switch
            {
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
}
