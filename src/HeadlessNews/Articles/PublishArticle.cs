using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Sources;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// Publishing, and taking back: the working copy's revision, the delivery document and the log's row, in one transaction. What the
/// public sees and what the log announces cannot part.
/// </summary>
internal sealed class PublishArticle(NewsDbContext db, Actor actor, Renderer renderer, IMapper mapper)
{
    public async Task<Written> Publish(Guid id, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var (article, refusal) = await Ready(id, ArticleAction.Publish, precondition, http, cancel);
        if (article is null)
        {
            return refusal!;
        }
        return await Publish(change, [article], cancel) is { } reasons ? reasons : await change.Finish(db, mapper, id, cancel);
    }

    /// <summary>
    /// Publishes articles, locked or just made, within a change that the caller commits. All or none: the first that cannot go live is
    /// the refusal.
    /// </summary>
    public async Task<ProblemDetails?> Publish(Change change, IReadOnlyList<Article> articles, CancellationToken cancel)
    {
        var snapshots = articles.ToDictionary(article => article.Id, article => article.Snapshot());
        var named = await Named.Lock(db, snapshots.Values, cancel);
        var now = await DatabaseNow(cancel);
        var rendered = new List<RenderedArticle>(articles.Count);
        foreach (var article in articles)
        {
            var snapshot = snapshots[article.Id];
            var body = ArticleBody.Render(snapshot.Content.Body.Format!.Value, snapshot.Content.Body.Content!);
            var reasons = ReasonsAgainst(snapshot, body, named, now).ToList();
            if (reasons.Count > 0)
            {
                return Problems.NotPublishable(reasons);
            }
            var previous = article.Version;
            var type = article.PublicState == PublicState.Live ? "article.updated" : "article.published";
            article.Publish(now);
            var edition = new Edition(
                article.Id, article.Version, article.Revision, snapshot.Content.PublishedAt ?? article.FirstPublishedAt!.Value, article.UpdatedAt);
            rendered.Add(renderer.Article(edition, snapshot, body, named));
            change.Record(type, article.Id, article.Version, previous);
        }
        await db.SaveChangesAsync(cancel);
        // From now on these slugs are addresses that people have.
        var ids = articles.Select(article => article.Id).ToArray();
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE editorial.slugs AS taken SET was_public = true
            FROM editorial.articles AS article
            WHERE article.id = ANY ({ids}) AND (taken.kind, taken.slug) = ('article', article.slug) AND NOT taken.was_public
            """, cancel);
        await DeliveryStore.Put(change.Connection, rendered, renderer.Directory(named), named.LogPosition, rerendering: false, cancel);
        return null;
    }

    public async Task<Written> Withdraw(
        Guid id, WithdrawRequest request, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var (article, refusal) = await Ready(id, ArticleAction.Withdraw, precondition, http, cancel);
        if (article is null)
        {
            return refusal!;
        }
        var previous = article.Version;
        var now = await DatabaseNow(cancel);
        article.Withdraw(now);
        await db.SaveChangesAsync(cancel);
        await DeliveryStore.TakeBack(change.Connection, id, article.Version, now, request.Notice, cancel);
        change.Record("article.withdrawn", id, article.Version, previous, request.Reason is null ? null : new { request.Reason });
        return await change.Finish(db, mapper, id, cancel);
    }

    /// <summary>The article, locked, at the version the editor read, in a state that allows the action; or the refusal.</summary>
    private async Task<(Article? Article, ProblemDetails? Refusal)> Ready(
        Guid id, ArticleAction action, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        var article = await db.Lock(id, cancel);
        var refusal = article is null
            ? Problems.NotFound("article")
            : precondition.Check(article.Version, http) ?? article.Refuse(action);
        return refusal is null ? (article, null) : (null, refusal);
    }

    private static IEnumerable<string> ReasonsAgainst(ArticleSnapshot snapshot, RenderedBody body, Named named, DateTimeOffset now)
    {
        var content = snapshot.Content;
        if (body.IsEmpty)
        {
            yield return "The body is empty.";
        }
        if (content.EmbargoUntil > now)
        {
            yield return $"The embargo lasts until {Rfc3339.Format(content.EmbargoUntil.Value)}.";
        }
        if (content.ExpiresAt <= now)
        {
            yield return $"It expired at {Rfc3339.Format(content.ExpiresAt.Value)}.";
        }
        var source = named.Sources[snapshot.Source];
        if (content.Rights.InheritingFrom(source.Rights).Redistribution == Redistribution.Prohibited)
        {
            yield return content.Rights.Redistribution == Redistribution.Prohibited
                ? "Its rights prohibit redistribution."
                : $"The rights of its source, {source.Name}, prohibit redistribution.";
        }
    }

    /// <summary>Embargo and expiry are judged by the one clock that all nodes share.</summary>
    private Task<DateTimeOffset> DatabaseNow(CancellationToken cancel) =>
        db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancel);
}
