using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>Clearing an article whose rights prohibit it, and ending that before its time.</summary>
internal sealed class ClearArticle(NewsDbContext db, Actor actor, RenderLive render, PublishArticle publish, IMapper mapper)
{
    public async Task<(ArticleClearance? Answer, ProblemDetails? Problem)> Give(Guid id, ClearanceRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return (null, Problems.NotFound("article"));
        }
        if (request.Until <= await db.Now(cancel))
        {
            return (null, Problems.Invalid("until", "must be in the future"));
        }
        var clearance = await Give(change, article, request, cancel);
        await change.Commit(cancel);
        return (mapper.Map<ArticleClearance>(clearance), null);
    }

    /// <summary>Clears an article, locked or just made, within a change that the caller commits.</summary>
    public async Task<RightsClearance> Give(Change change, Article article, ClearanceRequest request, CancellationToken cancel)
    {
        var now = await db.Now(cancel);
        var clearance = new RightsClearance
        {
            Id = Guid.CreateVersion7(now),
            ArticleId = article.Id,
            Scope = request.Scope!.Value,
            Reason = request.Reason!,
            Until = request.Until,
            ClearedBy = actor.Name,
            ClearedAt = now,
        };
        db.Add(clearance);
        change.Record("article.clearanceGiven", article.Id, article.Version, article.Version, new { clearance.Scope, clearance.Reason, clearance.Until });
        await Follow(change, article, cancel);
        return clearance;
    }

    /// <summary>Ends a clearance now. What has ended already stays as it ended.</summary>
    public async Task<ProblemDetails?> End(Guid id, Guid clearanceId, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if (await db.Clearances.SingleOrDefaultAsync(one => one.Id == clearanceId && one.ArticleId == id, cancel) is not { } clearance)
        {
            return Problems.NotFound("clearance");
        }
        var now = await db.Now(cancel);
        if (clearance.IsActive(now))
        {
            clearance.Until = now;
            change.Record("article.clearanceEnded", id, article.Version, article.Version, new { clearance.Id, clearance.Scope });
            await Follow(change, article, cancel);
            await change.Commit(cancel);
        }
        return null;
    }

    /// <summary>The live document follows its clearances: until when it is shown, whether it is passed on; without any it is taken back.</summary>
    private async Task Follow(Change change, Article article, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        var outcome = await render.Run(change, await render.Prepare([article.Id], cancel), "article.rerendered", WriteOver.SamePublication, updatedAt: null, data: null, cancel);
        if (outcome.Lost.Count > 0)
        {
            await publish.Withdraw(change, [article], Withdrawal.ClearanceEnded, cancel);
        }
    }
}
