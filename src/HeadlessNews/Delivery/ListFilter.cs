using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>What a list of articles is asked for: slugs or ids, names, and a time within; all must hold.</summary>
internal sealed record ListFilter(IReadOnlyList<string> Tags, string? Author, string? Source, string? Language)
{
    /// <summary>A tag too, but only one that is a section.</summary>
    public string? Section { get; init; }

    public string? Genre { get; init; }

    /// <summary>Published then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Published before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>As the parameters of a request say it, which are the same wherever articles are listed.</summary>
    public static ListFilter Of(
        string[]? tag, string? section, string? author, string? source, string? language, string? genre, QueryTime? from, QueryTime? to) =>
        new(tag ?? [], author, source, language) { Section = section, Genre = genre, From = from?.Value, To = to?.Value };

    /// <summary>Names the list in its cursors: the same for every order of its tags.</summary>
    public string Name
    {
        get
        {
            (string Name, string? Value)[] parts =
            [
                .. Tags.Order(StringComparer.Ordinal).Select(tag => ("tag", (string?)tag)),
                ("section", Section), ("author", Author), ("source", Source), ("language", Language), ("genre", Genre),
                ("from", From is { } from ? Rfc3339.Format(from) : null), ("to", To is { } to ? Rfc3339.Format(to) : null),
            ];
            return "delivery/articles?" + string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        }
    }

    /// <exception cref="ProblemException">It cannot be read, or nothing could ever meet it.</exception>
    public ListFilter Checked()
    {
        if (Genre is not null && !Facets.Genres.Contains(Genre))
        {
            throw new ProblemException(Problems.BadParameter("genre", $"must be one of {string.Join(", ", Facets.Genres)}"));
        }
        return From >= To ? throw new ProblemException(Problems.Invalid("to", "must be later than `from`")) : this;
    }
}

/// <summary>A place in a list: right beside this article, which is itself on neither page.</summary>
internal readonly record struct ListPosition(DateTimeOffset PublishedAt, Guid ArticleId)
{
    /// <summary>Newer than all; <see cref="Oldest"/> is older. Both are times that a cursor can hold.</summary>
    public static readonly ListPosition Newest = new(new DateTimeOffset(9998, 12, 31, 23, 59, 59, TimeSpan.Zero), Guid.AllBitsSet);

    public static readonly ListPosition Oldest = new(new DateTimeOffset(1001, 1, 1, 0, 0, 0, TimeSpan.Zero), Guid.Empty);

    public string SortKey => Rfc3339.Format(PublishedAt);

    /// <exception cref="ProblemException">The cursor was made by an earlier release, for another order.</exception>
    public static ListPosition? Of((string SortKey, Guid Id)? cursor, string parameter) =>
        cursor is not { } beside ? null
        : Rfc3339.TryParse(beside.SortKey, out var time) ? new ListPosition(time, beside.Id)
        : throw new ProblemException(Problems.BadCursor(parameter));
}

/// <summary>Which page of a list: the first, or the one after a place, or the one before it.</summary>
internal sealed record ListTurn(ListPosition? After, ListPosition? Before, int Limit)
{
    public static ListTurn Read(Cursors cursors, ListFilter filter, string? after, string? before, int? limit) =>
        after is not null && before is not null
            ? throw new ProblemException(Problems.Invalid("before", "cannot be sent together with `after`"))
            : new ListTurn(
                ListPosition.Of(cursors.Read(filter.Name, after), "after"),
                ListPosition.Of(cursors.Read(filter.Name, before, "before"), "before"),
                Paging.Limit(limit));

    /// <summary>The scan's bounds, both exclusive: no article has an id of zeros.</summary>
    public (ListPosition Upper, ListPosition Lower) Within(ListFilter filter) => (
        After ?? (filter.To is { } to ? new ListPosition(to, Guid.Empty) : ListPosition.Newest),
        Before ?? (filter.From is { } from ? new ListPosition(from, Guid.Empty) : ListPosition.Oldest));
}
