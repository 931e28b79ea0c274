using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>A publication to come. The working copy's revision is pinned: later saves do not move into it.</summary>
internal sealed class ScheduleArticle(NewsDbContext db, Actor actor, ActOnArticle act)
{
    public Task<Written<EditorArticle>> Schedule(Guid id, ScheduleRequest request, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Schedule, precondition, http, async (change, article) =>
        {
            var snapshot = article.Snapshot();
            if ((request.At ?? snapshot.Content.EmbargoUntil) is not { } at)
            {
                return Problems.Invalid("at", "must be given: the article has no embargo whose end could be the time");
            }
            var now = await db.Now(cancel);
            if (at <= now)
            {
                return Problems.Invalid("at", request.At is null ? "must be given: the embargo has ended" : "must be in the future");
            }
            // What is certain to be refused then is refused now, while somebody is there to read why.
            var named = await Named.Lock(db, [snapshot], cancel);
            var appended = await Appended.Read(db, [id], cancel);
            var body = ArticleBody.Render(snapshot.Content.Body.Format!.Value, snapshot.Content.Body.Content!);
            if (PublishingRules.ReasonsAgainst(snapshot, body, named, appended.Clearances[id], at).ToList() is { Count: > 0 } reasons)
            {
                return Problems.NotPublishable(reasons);
            }
            var previous = article.Version;
            article.Schedule(at, actor.Name, now);
            change.Record("article.scheduled", id, article.Version, previous, new { at, article.Revision });
            return null;
        }, cancel);

    public Task<Written<EditorArticle>> Unschedule(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel) =>
        act.Run(id, ArticleAction.Unschedule, "article.unscheduled", null, precondition, http, (article, now) => article.Unschedule(now), cancel);
}
