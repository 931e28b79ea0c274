using System.Globalization;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>
/// Words that are names of people, places and things: those with a capital letter that no sentence's beginning gave them. None where the
/// script has no capitals, and none in German, where every noun has one.
/// </summary>
internal static class Names
{
    private static readonly HashSet<string> CapitalisesNouns = new(StringComparer.Ordinal) { "german" };

    public static IReadOnlyCollection<string> In(string text, string configuration)
    {
        if (CapitalisesNouns.Contains(configuration))
        {
            return [];
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        var beginsSentence = true;
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
            if (!beginsSentence && at - start > 1 && char.IsUpper(text[start]))
            {
                names.Add(text[start..at]);
            }
            beginsSentence = false;
        }
        return names;
    }
}
