namespace HeadlessNews.Articles;

internal static class LanguageTag
{
    /// <summary>The conventional case of each subtag (RFC 5646, section 2.1.1): en-GB, zh-Hant, so that one language is one list.</summary>
    public static string Canonical(string tag) => string.Join('-', tag.Split('-').Select((part, index) => (index, part.Length) switch
    {
        (0, _) => part.ToLowerInvariant(),
        (_, 2) => part.ToUpperInvariant(),
        (_, 4) when char.IsAsciiLetter(part[0]) => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant(),
        _ => part.ToLowerInvariant(),
    }));
}
