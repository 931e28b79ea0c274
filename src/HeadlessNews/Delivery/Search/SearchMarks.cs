using System.Globalization;

namespace HeadlessNews.Delivery.Search;

/// <summary>
/// Words of an article's search vector that no text has, since they begin with a number sign: its lists, its stemmer and its time. So one
/// index answers "these words, in this section, of the last two months" by itself.
/// </summary>
internal static class SearchMarks
{
    /// <summary>Spans of time that have marks: 8 to the power of 0, 1, 2 ... 6 hours.</summary>
    public const int Levels = 7;

    public static IEnumerable<string> Of(IEnumerable<Facet> facets, string configuration, DateTimeOffset publishedAt) =>
    [
        .. facets.Where(facet => facet != Facet.All).Select(Of),
        OfConfiguration(configuration),
        .. Enumerable.Range(0, Levels).Select(level => OfSpan(level, SpanAt(level, publishedAt))),
    ];

    public static string Of(Facet facet) => $"#{facet.Kind}:{facet.Id:N}";

    public static string OfConfiguration(string configuration) => $"#configuration:{configuration}";

    /// <summary>The span of that level that a time lies in: the spans of a level are numbered from 1970 on.</summary>
    public static long SpanAt(int level, DateTimeOffset time) => (long)Math.Floor((time - DateTimeOffset.UnixEpoch).TotalHours) >> (3 * level);

    public static string OfSpan(int level, long span) => string.Create(CultureInfo.InvariantCulture, $"#span{level}:{span}");
}
