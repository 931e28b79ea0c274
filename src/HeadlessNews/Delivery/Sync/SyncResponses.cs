using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Sync;

/// <summary>One thing that happened to what is published and may be passed on, with what it has come to.</summary>
[Example("""
    {
      "type": "article.withdrawn",
      "id": "019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10",
      "version": 4,
      "at": "2026-05-04T10:15:00.000000Z",
      "data": null
    }
    """)]
public sealed record SyncItem
{
    /// <summary>
    /// What to do with it. `article.published`, `article.updated` and `article.corrected`, and `author.changed`, `source.changed` and
    /// `tag.changed`: keep `data` under `id`, in place of what you have. `article.withdrawn`, `article.deleted`, `author.deleted`,
    /// `source.deleted` and `tag.deleted`: remove what you have under `id`, if you have it. An article that may no longer be passed on is
    /// `article.withdrawn`, too; an author, source or tag that no published article names any more is `deleted`.
    /// </summary>
    /// <example>article.published</example>
    public required string Type { get; init; }

    /// <summary>The article, author, source or tag.</summary>
    public required Guid Id { get; init; }

    /// <summary>
    /// Its version: never less than in an item before. The same version may come again with other `data`, when an author was renamed for instance:
    /// what comes later in the order of items counts, not what has a higher number.
    /// </summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>When it happened; in an initial sync, when this answer was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The whole document as it is now, not as it was then: an article as in `GET /articles/{idOrSlug}`, an author, source or tag as under its own address
    /// but without `articleCount`. Null when it is to be removed.
    /// </summary>
    public required object? Data { get; init; }
}

/// <summary>A page of what happened, in the order in which it did.</summary>
public sealed record SyncPage
{
    /// <summary>The items, to be applied one after another.</summary>
    public required IReadOnlyList<SyncItem> Items { get; init; }

    /// <summary>
    /// Send this as `after` to go on, also when there is nothing more for now: it is never null. Keep it once the page's items are kept; `types` is part of it. It lasts
    /// 90 days. Also the `id` of an event in `GET /stream` may be sent, and this as its `Last-Event-ID` once an initial sync has come to its end.
    /// </summary>
    public required string NextCursor { get; init; }

    /// <summary>Whether there is more already. A page may be short, even empty, and still have more behind it.</summary>
    public required bool HasMore { get; init; }
}

/// <summary>The last line of a page that is answered in lines. One without it was cut off.</summary>
public sealed record SyncEnd
{
    /// <summary>As in `SyncPage`.</summary>
    public required string NextCursor { get; init; }

    /// <summary>As in `SyncPage`.</summary>
    public required bool HasMore { get; init; }
}
