using System.Data;
using System.Globalization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

internal static class RevisionEndpoints
{
    public static void MapRevisions(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/revisions", List).WithName("ListRevisions").RequireRole(Role.Contributor);
        group.MapGet("/{id:guid}/revisions/{revision:int}", Get).WithName("GetRevision").RequireRole(Role.Contributor).MayAnswer(410);
        group.MapGet("/{id:guid}/revisions/diff", Diff).WithName("CompareRevisions").RequireRole(Role.Contributor).MayAnswer(410);
        group.MapPost("/{id:guid}/revisions/{revision:int}/restore", Restore).WithName("RestoreRevision")
            .RequireOwnArticleOrEditor().RequireIfMatch().MayAnswer(409, 410, 422);
    }

    /// <summary>List an article's revisions, newest first</summary>
    /// <remarks>
    /// Each save that changed something made one. Of those that were never public the latest are kept (a setting of the service says how
    /// many, 100 if it is left alone); those that were public are kept for ever.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Results<Ok<Page<EditorRevisionCard>>, ProblemHttpResult>> List(
        Guid id, int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/articles/{id}/revisions";
        var revisions = db.Revisions.AsNoTracking().Where(kept => kept.ArticleId == id);
        if (cursors.Read(list, after) is { } last)
        {
            var number = int.Parse(last.SortKey, CultureInfo.InvariantCulture);
            revisions = revisions.Where(kept => kept.Revision < number);
        }
        var rows = await revisions.OrderByDescending(kept => kept.Revision)
            .Take(most + 1).ProjectTo<EditorRevisionCard>(mapper.ConfigurationProvider).ToListAsync(cancel);
        // The working copy's is always kept, so only a page past the end, or of no article, is empty.
        if (rows.Count == 0 && !await db.Articles.AnyAsync(article => article.Id == id, cancel))
        {
            return Problems.NotFound("article").ToResult();
        }
        return TypedResults.Ok(rows.ToPage(most, http, card => cursors.Make(list, card.Revision.ToString(CultureInfo.InvariantCulture), id)));
    }

    /// <summary>Get a revision of an article</summary>
    /// <remarks>Whatever it names stands there under its present name. A number that was never reached is 404; one that is no longer kept is 410.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="revision">The revision's number.</param>
    private static async Task<Results<Ok<EditorRevision>, ProblemHttpResult>> Get(
        Guid id, int revision, NewsDbContext db, IMapper mapper, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var (answer, problem) = await db.ReadRevision(mapper, id, revision, cancel);
        return problem is null ? TypedResults.Ok(answer) : problem.ToResult();
    }

    /// <summary>Compare two revisions of an article</summary>
    /// <remarks>The members of the content that differ; headline, summary and body word by word.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="from">A revision's number. Left out: the one that is live, or was live last; of an article that was never public the one before `to` (`to` itself, if it is the first).</param>
    /// <param name="to">A revision's number. Left out: the working copy's.</param>
    private static async Task<Results<Ok<RevisionDiff>, ProblemHttpResult>> Diff(
        Guid id, int? from, int? to, CompareRevisions compare, CancellationToken cancel)
    {
        var (answer, problem) = await compare.Run(id, from, to, cancel);
        return problem is null ? TypedResults.Ok(answer) : problem.ToResult();
    }

    /// <summary>Take an old revision's content back into the working copy</summary>
    /// <remarks>
    /// It is a save: a new revision, and what is live or scheduled stays as it is. The slug stays, too: an address belongs to the article,
    /// not to one of its texts. Authors, tags and related articles that have been deleted since are left out, and the new revision's
    /// `comment` names them; if the source has been deleted, the answer is 409. What is already the working copy's content makes no
    /// revision.
    /// </remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="revision">The number of the revision to take back.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Restore(
        Guid id, int revision, Precondition precondition, RestoreRevision restore, HttpContext http, CancellationToken cancel) =>
        ArticleEndpoints.Answer(await restore.Run(id, revision, precondition, http, cancel), http);
}
