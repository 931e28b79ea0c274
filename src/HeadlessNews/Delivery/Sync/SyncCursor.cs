using System.Globalization;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Sync;

/// <summary>The kinds of resource that a copy is kept of; in the order in which an initial sync gives them: articles name the others.</summary>
[Flags]
internal enum SyncKinds
{
    None = 0,
    Source = 1,
    Author = 2,
    Tag = 4,
    Article = 8,
    All = Source | Author | Tag | Article,
}

/// <summary>
/// A place in the log that a copy has come to: the position, and the random id of the row there, which tells one history from another.
/// </summary>
internal readonly record struct LogMark(long Position, Guid Id)
{
    /// <summary>Before everything: no row is there.</summary>
    public static readonly LogMark Start = new(0, Guid.Empty);
}

/// <summary>How far an initial sync has come in the present state; what happens meanwhile is in the log from its mark on.</summary>
internal readonly record struct SyncPlace(SyncKinds Kind, Guid After);

/// <summary>Where a copy stands: in the log, or still in the state that it began with. Sealed, so that nobody asks for another's.</summary>
/// <param name="Kinds">What is asked for, baked in.</param>
/// <param name="Mark">Where the log goes on.</param>
/// <param name="Initial">Null once the state has been read to its end.</param>
internal sealed record SyncCursor(SyncKinds Kinds, LogMark Mark, SyncPlace? Initial)
{
    private const string List = "sync";

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public string Seal(Cursors cursors)
    {
        var place = Initial is { } initial ? string.Create(Plain, $".{(int)initial.Kind}.{initial.After:N}") : "";
        return cursors.Make(List, string.Create(Plain, $"{(int)Kinds}.{Mark.Position}{place}"), Mark.Id);
    }

    /// <exception cref="ProblemException">It is no cursor of this service's.</exception>
    public static SyncCursor? Read(Cursors cursors, string? sent, string parameter)
    {
        if (cursors.Read(List, sent, parameter) is not { } opened)
        {
            return null;
        }
        var parts = opened.SortKey.Split('.');
        return new SyncCursor(
            (SyncKinds)int.Parse(parts[0], Plain),
            new LogMark(long.Parse(parts[1], Plain), opened.Id),
            parts.Length == 4 ? new SyncPlace((SyncKinds)int.Parse(parts[2], Plain), Guid.ParseExact(parts[3], "N")) : null);
    }
}

internal static class SyncKind
{
    public static readonly IReadOnlyList<SyncKinds> InOrder = [SyncKinds.Source, SyncKinds.Author, SyncKinds.Tag, SyncKinds.Article];

    public static string Name(this SyncKinds kind) => EnumNames.Of(kind);

    public static IEnumerable<SyncKinds> Each(this SyncKinds kinds) => InOrder.Where(kind => kinds.HasFlag(kind));

    public static SyncKinds Of(IEnumerable<string> names) => names.Aggregate(SyncKinds.None, (all, name) => all | Of(name));

    public static SyncKinds Of(string name) => EnumNames.Parse<SyncKinds>(name);
}
