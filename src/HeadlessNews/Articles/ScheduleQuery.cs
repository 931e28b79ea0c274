using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>A place in the list of what is to come: after this. One article may have several things to come at one time.</summary>
internal sealed record SchedulePlace(DateTimeOffset At, ScheduledAction Action, Guid Id)
{
    public static readonly SchedulePlace Start = new(DateTimeOffset.MinValue, ScheduledAction.Publish, Guid.Empty);

    public string SortKey => $"{EnumNames.Of(Action)} {Rfc3339.Format(At)}";

    /// <exception cref="ProblemException">The cursor was made by an earlier release, for another order.</exception>
    public static SchedulePlace Of((string SortKey, Guid Id)? cursor) => cursor is not { } last ? Start
        : last.SortKey.Split(' ') is [var action, var at] && EnumNames.TryParse<ScheduledAction>(action, out var known) && Rfc3339.TryParse(at, out var time)
            ? new SchedulePlace(time, known, last.Id)
        : throw new ProblemException(Problems.BadCursor("after"));

    /// <summary>After which article or edition, of those with this action at this time, the next is: at one time, actions come in their order.</summary>
    public Guid After(ScheduledAction action) => action < Action ? Guid.AllBitsSet : action == Action ? Id : Guid.Empty;
}

/// <summary>A row of what is to come.</summary>
internal sealed record ScheduleRow
{
    /// <summary>The article's, or the edition's of a front.</summary>
    public Guid Id { get; init; }

    public Guid? FrontId { get; init; }
    public string Slug { get; init; } = "";
    public string Name { get; init; } = "";
    public string Action { get; init; } = "";
    public string? Because { get; init; }
    public DateTimeOffset At { get; init; }
    public bool IsOverdue { get; init; }
    public int? Revision { get; init; }
    public string? ScheduledBy { get; init; }
    public DateTimeOffset? FailedAt { get; init; }
    public string[]? Failure { get; init; }
    public DateTimeOffset? TryAt { get; init; }
}

internal static class ScheduleQuery
{
    public static Task<List<ScheduleRow>> Read(NewsDbContext db, SchedulePlace last, bool isOverdue, int most, CancellationToken cancel) =>
        db.Database.SqlQuery<ScheduleRow>(Sql(last, isOverdue, most)).ToListAsync(cancel);

    /// <summary>
    /// A range scan for each action, as many rows of each as the page could hold; merged, cut, and only then looked up. Live articles by
    /// the million, with an end or without, are not walked. A front's edition takes effect by being read, so none is ever late: one whose
    /// time has come is the front itself, though its row may stand here until the next save.
    /// </summary>
    internal static FormattableString Sql(SchedulePlace last, bool isOverdue, int most) =>
        $"""
        SELECT due.id AS "Id", due.front_id AS "FrontId", coalesce(front.slug, article.slug) AS "Slug",
               coalesce(front.name, article.headline) AS "Name", due.action AS "Action",
               due.because AS "Because", due.at AS "At", due.at <= now() AS "IsOverdue", due.revision AS "Revision", due.scheduled_by AS "ScheduledBy",
               coalesce(due.failed_at, failed.failed_at) AS "FailedAt",
               coalesce(due.failure, CASE WHEN failed.failure IS NOT NULL THEN ARRAY [failed.failure] END) AS "Failure",
               coalesce(due.try_at, failed.try_at) AS "TryAt"
        FROM (
            (SELECT 0 AS nth, 'publish' AS action, NULL AS because, article_id AS id, NULL::uuid AS front_id, due_at AS at, revision, scheduled_by, failed_at, failure, try_at
             FROM editorial.scheduled_publications
             WHERE (due_at, article_id) > ({last.At}, {last.After(ScheduledAction.Publish)}) AND due_at <= CASE WHEN {isOverdue} THEN now() ELSE 'infinity' END
             ORDER BY due_at, article_id
             LIMIT {most})
            UNION ALL
            (SELECT 1, 'withdraw', CASE WHEN expires_at <= shown_until THEN 'expiry' ELSE 'clearanceEnd' END,
                    article_id, NULL, shown_until, NULL, NULL, NULL, NULL, NULL
             FROM delivery.articles
             WHERE state = 'live' AND shown_until IS NOT NULL
               AND (shown_until, article_id) > ({last.At}, {last.After(ScheduledAction.Withdraw)}) AND shown_until <= CASE WHEN {isOverdue} THEN now() ELSE 'infinity' END
             ORDER BY shown_until, article_id
             LIMIT {most})
            UNION ALL
            (SELECT 2, 'endSyndication', NULL, article_id, NULL, syndicable_until, NULL, NULL, NULL, NULL, NULL
             FROM delivery.articles
             WHERE state = 'live' AND syndicable_until IS NOT NULL
               AND (syndicable_until, article_id) > ({last.At}, {last.After(ScheduledAction.EndSyndication)}) AND syndicable_until <= CASE WHEN {isOverdue} THEN now() ELSE 'infinity' END
             ORDER BY syndicable_until, article_id
             LIMIT {most})
            UNION ALL
            (SELECT 3, 'changeFront', NULL, id, front_id, at, NULL, scheduled_by, NULL, NULL, NULL
             FROM editorial.front_editions
             WHERE (at, id) > ({last.At}, {last.After(ScheduledAction.ChangeFront)}) AND at > now() AND NOT {isOverdue}
             ORDER BY at, id
             LIMIT {most})
            ORDER BY at, nth, id
            LIMIT {most}
        ) AS due
        LEFT JOIN editorial.articles AS article ON article.id = due.id AND due.front_id IS NULL
        LEFT JOIN editorial.fronts AS front ON front.id = due.front_id
        LEFT JOIN editorial.due_failures AS failed ON (failed.article_id, failed.action) = (due.id, due.action)
        ORDER BY due.at, due.nth, due.id
        """;
}
