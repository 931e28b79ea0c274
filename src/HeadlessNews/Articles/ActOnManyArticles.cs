using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Records;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>What became of one of many: null for done.</summary>
internal sealed record BulkOutcome(int? Version, ProblemDetails? Problem);

/// <summary>
/// One action on many articles, in one transaction, set by set. A set that the database refuses is taken back and done one by one, so that
/// only what cannot be done is not.
/// </summary>
internal sealed partial class ActOnManyArticles(
    NewsDbContext db, Actor actor, PublishArticle publish, SaveArticle save, ILogger<ActOnManyArticles> logger)
{
    /// <summary>As many as are in memory at a time, with their texts.</summary>
    private const int Batch = 100;

    private readonly Dictionary<Guid, BulkOutcome> outcomes = [];

    /// <returns>What became of each; or why nothing was tried.</returns>
    public async Task<(IReadOnlyDictionary<Guid, BulkOutcome> Outcomes, ProblemDetails? Problem)> Run(BulkRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var errors = new Dictionary<string, string[]>();
        var tags = await db.Resolve<Tag>(SlugKind.Tag, request.Tags ?? [], i => $"tags[{i}]", errors, cancel);
        if (errors.Count > 0)
        {
            return (outcomes, Problems.Invalid(errors));
        }
        // All of them before anything else is locked, and in one order: nobody waits for this in a ring.
        await db.LockAll([.. request.Items!.Select(item => item.Id!.Value)], cancel);
        foreach (var items in request.Items!.Chunk(Batch))
        {
            await Do(change, request, tags, items, cancel);
        }
        await change.Commit(cancel);
        return (outcomes, null);
    }

    private async Task Do(Change change, BulkRequest request, IReadOnlyList<Guid> tags, IReadOnlyList<BulkItem> items, CancellationToken cancel)
    {
        try
        {
            await change.Part(() => Act(change, request, tags, items, cancel), cancel);
        }
        catch (Exception failure) when (change.CanGoOn && !cancel.IsCancellationRequested)
        {
            if (items is [var only])
            {
                outcomes[only.Id!.Value] = new BulkOutcome(only.Version, Explain(failure, only.Id.Value));
                return;
            }
            foreach (var item in items)
            {
                await Do(change, request, tags, [item], cancel);
            }
        }
    }

    private async Task Act(Change change, BulkRequest request, IReadOnlyList<Guid> tags, IReadOnlyList<BulkItem> items, CancellationToken cancel)
    {
        var articles = (await db.LoadAll([.. items.Select(item => item.Id!.Value)], cancel)).ToDictionary(article => article.Id);
        var refusals = new Dictionary<Guid, ProblemDetails>();
        foreach (var item in items)
        {
            if (Refuse(request.Action!.Value, item, articles.GetValueOrDefault(item.Id!.Value)) is { } refusal)
            {
                refusals[item.Id.Value] = refusal;
            }
        }
        List<Article> allowed = [.. items.Where(item => !refusals.ContainsKey(item.Id!.Value)).Select(item => articles[item.Id!.Value])];
        if (allowed.Count > 0)
        {
            foreach (var (id, refusal) in await Act(change, request, tags, allowed, cancel))
            {
                refusals[id] = refusal;
            }
            await db.SaveChangesAsync(cancel);
            await db.FreeSlugs([.. allowed.Select(article => article.Id)], cancel);
        }
        foreach (var item in items)
        {
            outcomes[item.Id!.Value] = new BulkOutcome(articles.GetValueOrDefault(item.Id.Value)?.Version, refusals.GetValueOrDefault(item.Id.Value));
        }
    }

    /// <summary>In the order in which the action on one looks.</summary>
    private ProblemDetails? Refuse(BulkAction action, BulkItem item, Article? article)
    {
        if (article is null)
        {
            return Problems.NotFound("article");
        }
        return article.RefuseStranger(actor)
            ?? (article.Version == item.Version ? null : Problems.Stale(article.Version))
            ?? action switch
            {
                BulkAction.Publish => article.Refuse(ArticleAction.Publish),
                BulkAction.Withdraw => article.Refuse(ArticleAction.Withdraw),
                BulkAction.Trash => article.Refuse(ArticleAction.Trash),
                _ => SaveArticle.Refuse(article),
            };
    }

    /// <returns>Why some of them were left as they are.</returns>
    private async Task<IReadOnlyDictionary<Guid, ProblemDetails>> Act(
        Change change, BulkRequest request, IReadOnlyList<Guid> tags, IReadOnlyList<Article> articles, CancellationToken cancel)
    {
        switch (request.Action!.Value)
        {
            case BulkAction.Publish:
                var reasons = await publish.Publish(change, [.. articles.Select(Publication.OfWorkingCopy)], cancel);
                return reasons.ToDictionary(refused => refused.Key, refused => Problems.NotPublishable(refused.Value));
            case BulkAction.Withdraw:
                await publish.Withdraw(change, articles, new WithdrawRequest { Reason = request.Reason, Notice = request.Notice }, cancel);
                return new Dictionary<Guid, ProblemDetails>();
            case BulkAction.Trash:
                TrashArticle.Trash(change, articles, await db.Now(cancel));
                return new Dictionary<Guid, ProblemDetails>();
            default:
                return await save.Tag(change, articles, present => request.Action == BulkAction.Tag ? [.. present.Union(tags)] : [.. present.Except(tags)], cancel);
        }
    }

    private ProblemDetails Explain(Exception failure, Guid id)
    {
        var problem = ProblemHandling.For(failure);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            Log.NotDone(logger, failure, id);
        }
        return problem;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Article {Id}, one of many, could not be done")]
        public static partial void NotDone(ILogger logger, Exception failure, Guid id);
    }
}
