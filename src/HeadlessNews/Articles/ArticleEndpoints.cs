using System.Data;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Access;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

internal static class ArticleEndpoints
{
    public static void MapArticles(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/articles").WithTags("Articles");
        group.MapGet("", List).WithName("ListEditorArticles").RequireRole(Role.Contributor);
        group.MapPost("", Create).WithName("CreateArticle").RequireRole(Role.Contributor).Validate<ArticleRequest>().MayAnswer(409);
        group.MapGet("/{id:guid}", Get).WithName("GetEditorArticle").RequireRole(Role.Contributor);
        group.MapPut("/{id:guid}", Replace).WithName("ReplaceArticle").RequireOwnArticleOrEditor().Validate<ArticleRequest>().RequireIfMatch().MayAnswer(409);
        group.MapPatch("/{id:guid}", Patch).WithName("PatchArticle").RequireOwnArticleOrEditor().RequireIfMatch().MayAnswer(409, 422);
        group.MapDelete("/{id:guid}", Delete).WithName("TrashArticle").RequireOwnArticleOrEditor().RequireIfMatchOrAny().MayAnswer(409);
        group.MapArticleActions();
        group.MapCorrections();
        group.MapRightsClearances();
        group.MapPreviewLinks();
        group.MapRevisions();
    }

    /// <summary>List articles, last saved first</summary>
    /// <remarks>Working copies of every status, the trash included if asked for. Filters combine.</remarks>
    /// <param name="status">Only articles that stand so. Left out: all but the trash.</param>
    /// <param name="source">Only this source's (slug or id).</param>
    /// <param name="author">Only this author's (slug or id).</param>
    /// <param name="tag">Only with this tag itself (slug or id).</param>
    /// <param name="language">Only in this language, exactly as tagged (BCP 47).</param>
    /// <param name="q">Only with this text in the headline.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<EditorArticleCard>>> List(
        QueryEnum<ArticleStatus>? status, string? source, string? author, string? tag, string? language, string? q, int? limit, string? after,
        NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/articles?{status?.Value}&{source}&{author}&{tag}&{language}&{q}";
        var articles = Filtered(db.Articles.AsNoTracking(), status?.Value);
        if (source is not null)
        {
            var id = await db.FindId<Source>(SlugKind.Source, source, cancel);
            articles = articles.Where(article => article.SourceId == id);
        }
        if (author is not null)
        {
            var id = await db.FindId<Author>(SlugKind.Author, author, cancel);
            articles = articles.Where(article => article.Authors.Any(row => row.AuthorId == id));
        }
        if (tag is not null)
        {
            var id = await db.FindId<Tag>(SlugKind.Tag, tag, cancel);
            articles = articles.Where(article => article.Tags.Any(row => row.TagId == id));
        }
        if (language is not null)
        {
            var canonical = LanguageTag.Canonical(language);
            articles = articles.Where(article => article.Content.Language == canonical);
        }
        if (q is not null)
        {
            articles = articles.Where(article => EF.Functions.ILike(article.Content.Headline, "%" + Likes.Escape(q) + "%", "\\"));
        }
        if (cursors.Read(list, after) is { } last)
        {
            var time = Rfc3339.TryParse(last.SortKey, out var parsed) ? parsed : throw new ProblemException(Problems.BadCursor("after"));
            articles = articles.Where(article => EF.Functions.LessThan(
                ValueTuple.Create(article.UpdatedAt, article.Id), ValueTuple.Create(time, last.Id)));
        }
        var rows = await articles.OrderByDescending(article => article.UpdatedAt).ThenByDescending(article => article.Id)
            .Take(most + 1).ProjectTo<EditorArticleCard>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, card => cursors.Make(list, Rfc3339.Format(card.UpdatedAt), card.Id)));
    }

    /// <summary>Create an article</summary>
    /// <remarks>It starts as a draft: nothing of it is public before it is published.</remarks>
    private static async Task<Results<Created<EditorArticle>, ProblemHttpResult>> Create(
        ArticleRequest request, SaveArticle save, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var written = await save.Create(id, request, cancel);
        if (written.Problem is not null)
        {
            return written.Problem.ToResult();
        }
        http.Response.SetEntityTag(written.Answer!.Version);
        return TypedResults.Created($"/api/v1/editorial/articles/{id}", written.Answer);
    }

    /// <summary>Get an article's working copy</summary>
    /// <param name="id">The article's id.</param>
    private static async Task<Results<Ok<EditorArticle>, ProblemHttpResult>> Get(
        Guid id, NewsDbContext db, IMapper mapper, HttpContext http, CancellationToken cancel)
    {
        await using var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return Answer(new Written(null, await db.Read(mapper, id, cancel)), http);
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

    internal static Results<Ok<EditorArticle>, ProblemHttpResult> Answer(Written written, HttpContext http)
    {
        if ((written.Problem ?? (written.Answer is null ? Problems.NotFound("article") : null)) is { } problem)
        {
            return problem.ToResult();
        }
        http.Response.SetEntityTag(written.Answer!.Version);
        return TypedResults.Ok(written.Answer);
    }

    private static IQueryable<Article> Filtered(IQueryable<Article> articles, ArticleStatus? status) => status switch
    {
        null => articles.Where(article => article.Stage != Stage.Trashed),
        ArticleStatus.Trashed => articles.Where(article => article.Stage == Stage.Trashed),
        ArticleStatus.Scheduled => articles.Where(article => article.Stage == Stage.Scheduled),
        ArticleStatus.InReview => articles.Where(article => article.Stage == Stage.InReview),
        ArticleStatus.Published => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Live),
        ArticleStatus.Withdrawn => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Withdrawn),
        _ => articles.Where(article => article.Stage == Stage.Draft && article.PublicState == PublicState.Never),
    };
}
