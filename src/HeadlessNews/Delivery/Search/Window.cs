namespace HeadlessNews.Delivery.Search;

/// <summary>A span of time back from the newest article on.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="Length">From there to the newest article.</param>
/// <param name="Spans">The marks of what it is made of, as a query; null when it is all time.</param>
internal sealed record Window(DateTimeOffset From, TimeSpan Length, string? Spans)
{
    private static readonly int[] Sizes = [2, 4];

    public static Window All(DateTimeOffset newest, DateTimeOffset oldest) => new(oldest, newest - oldest, null);

    /// <summary>Ever longer: two spans of a level beside each other, four, two of the next level; the newest article lies in the last of each.</summary>
    public static IEnumerable<Window> Back(DateTimeOffset newest) =>
        from level in Enumerable.Range(0, SearchMarks.Levels)
        from size in Sizes
        let last = SearchMarks.SpanAt(level, newest)
        let start = DateTimeOffset.UnixEpoch.AddHours((double)((last - size + 1) << (3 * level)))
        select new Window(start, newest - start, string.Join(" | ", Enumerable.Range(0, size).Select(back => $"'{SearchMarks.OfSpan(level, last - back)}'")));
}
