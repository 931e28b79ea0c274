namespace HeadlessNews.Delivery;

/// <summary>
/// Names of what an answer shows and of what an event changed, alike on cached answers, in the log and in the header <c>Cache-Tag</c>.
/// </summary>
internal static class CacheTags
{
    public static string Of(Facet facet) => facet.Kind == Facet.All.Kind ? "articles" : Of(facet.Kind, facet.Id);

    public static string Of(string kind, Guid id) => $"{kind}:{id:N}";

    public static string Article(Guid id) => Of("article", id);

    /// <summary>Which articles were found to be of the same event as this one.</summary>
    public static string Coverage(Guid id) => Of("coverage", id);

    /// <summary>Which were found to be related to it.</summary>
    public static string Related(Guid id) => Of("related", id);

    /// <summary>A directory's list shows counts and names of all that stand in it.</summary>
    public static string List(string kind) => $"{kind}s";

    /// <summary>What a change to these changes besides: the lists of the directory they stand in.</summary>
    public static IEnumerable<string> WithLists(IReadOnlyCollection<string> tags) =>
        tags.Concat(tags.Select(tag => tag.Split(':')).Where(parts => parts is ["author" or "source" or "tag" or "front", _]).Select(parts => List(parts[0])).Distinct());
}
