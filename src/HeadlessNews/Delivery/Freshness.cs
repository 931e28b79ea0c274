using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Seconds for which something stays as it is; null for ever.</summary>
internal static class Freshness
{
    /// <summary>
    /// SQL: until the next article of all ends, which may change any count, and whether a name is public at all. Below 0 for the second in
    /// which what has ended is still to be withdrawn.
    /// </summary>
    public const string UntilNextEnd =
        "(SELECT least(floor(extract(epoch FROM min(shown_until) - now())), 1e9)::integer FROM delivery.articles WHERE state = 'live' AND shown_until IS NOT NULL)";

    /// <summary>What is made of two things stays as it is until the first of them changes.</summary>
    public static int? Sooner(int? one, int? other) => one is null || other < one ? other : one;

    /// <summary>An end as a statement tells it: in whole seconds from now, or NULL.</summary>
    public static int? FreshFor(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
