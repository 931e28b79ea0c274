using System.Data;
using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

internal static class ArticleEndpoints
{
    public static void MapArticles(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/articles").WithTags("Articles");
        group.MapArticleList();
        group.MapPost("", Create).WithName("CreateArticle").RequireRole(Role.Contributor).Validate<ArticleRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorArticle").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceArticle").RequireOwnArticleOrEditor().Validate<ArticleRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchArticle").RequireOwnArticleOrEditor().RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("TrashArticle").RequireOwnArticleOrEditor().RequireIfMatchOrAny().MayAnswer(409);
        group.MapArticleActions();
        group.MapBulkActions();
        group.MapCorrections();
        group.MapRightsClearances();
        group.MapPreviewLinks();
        group.MapRevisions();
        editorial.MapSchedule();
    }

    /// <summary>Create an article</summary>
    /// <remarks>It starts as a draft: nothing of it is public before it is published.</remarks>
    private static async Task<Results<Created<EditorArticle>, ProblemHttpResult>> Create(
        ArticleRequest request, SaveArticle save, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        return (await save.Create(id, request, cancel)).ToCreated($"/api/v1/editorial/articles/{id}", http);
    }

    /// <summary>Get an article's working copy</summary>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return Answer(new Written<EditorArticle>(null, await db.Read(mapper, id, cancel)), http);
    }

    /// <summary>Replace an article's working copy</summary>
    /// <remarks>Every member that is left out becomes null. A live article does not change until it is published again.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Replace(
        Guid id, ArticleRequest request, Precondition precondition, SaveArticle save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, _ => request, precondition, http, cancel), http);

    /// <summary>Change members of an article's working copy</summary>
    /// <remarks>JSON Merge Patch (RFC 7396): members left out stay, null takes a value away, lists are replaced whole.</remarks>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<ArticleRequest> patch, Precondition precondition, SaveArticle save, HttpContext http, CancellationToken cancel) =>
        Answer(await save.Replace(id, patch.ApplyTo, precondition, http, cancel), http);

    /// <summary>Move an article to the trash, or delete it for ever</summary>
    /// <remarks>A live article must be withdrawn first. Deleting for ever needs the role editor, and an article that is in the trash.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="permanent">True ends an article that is in the trash, with all its revisions.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, bool? permanent, Precondition precondition, TrashArticle trash, HttpContext http, CancellationToken cancel)
    {
        var written = permanent == true
            ? await trash.Delete(id, precondition, http, cancel)
            : await trash.Trash(id, precondition, http, cancel);
        return written.Problem is null ? TypedResults.NoContent() : written.Problem.ToResult();
    }

    internal static Results<Ok<EditorArticle>, ProblemHttpResult> Answer(Written<EditorArticle> written, HttpContext http) =>
        written.ToResult(() => Problems.NotFound("article"), http);
}
