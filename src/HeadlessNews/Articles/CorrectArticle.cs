using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Articles;

/// <summary>A note to readers: into the live document at once, with nothing of what editors are at in the working copy.</summary>
internal sealed class CorrectArticle(NewsDbContext db, Actor actor, RenderLive render, IMapper mapper)
{
    public async Task<(ArticleCorrection? Answer, ProblemDetails? Problem)> Run(Guid id, CorrectionRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return (null, Problems.NotFound("article"));
        }
        if (article.PublicState == PublicState.Never || article.Stage == Stage.Trashed)
        {
            return (null, Problems.ActionNotAllowed("correct", EnumNames.Of(article.Status), article.AllowedActions.Select(EnumNames.Of)));
        }
        var correction = await Correct(change, article, request, cancel);
        await change.Commit(cancel);
        return (mapper.Map<ArticleCorrection>(correction), null);
    }

    /// <summary>Corrects an article that is or was public, locked or just made, within a change that the caller commits.</summary>
    public async Task<Correction> Correct(Change change, Article article, CorrectionRequest request, CancellationToken cancel)
    {
        var id = article.Id;
        var now = await db.Now(cancel);
        var correction = new Correction
        {
            Id = Guid.CreateVersion7(now),
            ArticleId = id,
            At = now,
            Kind = request.Kind!.Value,
            Note = request.Note!,
            MadeBy = actor.Name,
        };
        db.Add(correction);
        await db.SaveChangesAsync(cancel);
        var data = new { correction.Kind, correction.Note };
        var outcome = await render.Run(change, await render.Prepare([id], cancel), "article.corrected", WriteOver.SamePublication, updatedAt: now, data, cancel);
        if (outcome.Written.Count == 0)
        {
            // Not live: readers get it with the next publication.
            change.Record("article.corrected", id, article.Version, article.Version, data);
        }
        return correction;
    }
}
