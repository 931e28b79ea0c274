using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Seconds for which something stays as it is; null for ever.</summary>
internal static class Freshness
{
    /// <summary>What is made of two things stays as it is until the first of them changes.</summary>
    public static int? Sooner(int? one, int? other) => one is null || other < one ? other : one;

    /// <summary>An end as a statement tells it: in whole seconds from now, or NULL.</summary>
    public static int? FreshFor(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
