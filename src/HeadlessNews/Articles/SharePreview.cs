using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>Giving leave to look at an article before it is public, and taking that back.</summary>
internal sealed class SharePreview(NewsDbContext db, Actor actor, PreviewTokens tokens)
{
    public async Task<(NewPreviewLink? Answer, ProblemDetails? Problem)> Make(Guid id, PreviewLinkRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return (null, Problems.NotFound("article"));
        }
        if (article.RefuseStranger(actor) is { } refusal)
        {
            return (null, refusal);
        }
        if (article.Stage == Stage.Trashed)
        {
            return (null, Problems.ActionNotAllowed("preview", EnumNames.Of(article.Status), article.AllowedActions.Select(EnumNames.Of)));
        }
        if (request.Revision is { } revision && !await db.Revisions.AnyAsync(kept => kept.ArticleId == id && kept.Revision == revision, cancel))
        {
            return (null, Problems.Invalid("revision", "is not, or no longer, a revision of this article"));
        }
        var now = await db.Now(cancel);
        var link = new PreviewLink
        {
            Id = Guid.CreateVersion7(now),
            ArticleId = id,
            Revision = request.Revision,
            MadeBy = actor.Name,
            MadeAt = now,
            ExpiresAt = now.AddSeconds(request.ExpiresIn ?? PreviewLinkRequest.DefaultSeconds),
        };
        db.Add(link);
        change.Record("article.previewLinkCreated", id, article.Version, article.Version, new { Link = link.Id, link.Revision, link.ExpiresAt });
        await change.Commit(cancel);
        var token = tokens.Make(link.Id);
        return (new NewPreviewLink { Id = link.Id, Url = $"/api/v1/preview/{token}", Token = token, Revision = link.Revision, ExpiresAt = link.ExpiresAt }, null);
    }

    /// <summary>Dead from the next look on. Revoking twice changes nothing.</summary>
    public async Task<ProblemDetails?> Revoke(Guid id, Guid linkId, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if (article.RefuseStranger(actor) is { } refusal)
        {
            return refusal;
        }
        if (await db.PreviewLinks.SingleOrDefaultAsync(one => one.Id == linkId && one.ArticleId == id, cancel) is not { } link)
        {
            return Problems.NotFound("preview link");
        }
        if (link.RevokedAt is null)
        {
            link.Revoke(await db.Now(cancel));
            change.Record("article.previewLinkRevoked", id, article.Version, article.Version, new { Link = linkId });
            await change.Commit(cancel);
        }
        return null;
    }
}
