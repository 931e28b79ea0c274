namespace HeadlessNews.Data;

/// <summary>An entity whose id is a UUIDv7: the order of ids is the order of making.</summary>
internal interface IOrderedById
{
    Guid Id { get; }
}

internal static class NewestFirstQueries
{
    /// <param name="rows">All that are listed.</param>
    /// <param name="last">The last of the page before; null for the first page.</param>
    /// <param name="most">So many are on a page; one more tells whether another follows.</param>
    public static IQueryable<TEntity> NewestFirst<TEntity>(this IQueryable<TEntity> rows, (string SortKey, Guid Id)? last, int most) where TEntity : class, IOrderedById =>
        (last is { } end ? rows.Where(row => row.Id.CompareTo(end.Id) < 0) : rows).OrderByDescending(row => row.Id).Take(most + 1);
}
