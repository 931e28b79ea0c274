using System.Text.Json;
using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Articles;

/// <summary>
/// Saving: a request becomes the working copy and a numbered revision. The public sees nothing of it.
/// </summary>
internal sealed class SaveArticle(NewsDbContext db, Actor actor, IMapper mapper, RevisionRetention retention)
{
    public async Task<Written<EditorArticle>> Create(Guid id, ArticleRequest request, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var article = await Create(change, id, request, cancel);
        return article.Problem ?? await change.Finish(db, mapper, id, cancel);
    }

    /// <summary>Creates within a change that the caller commits, perhaps with more.</summary>
    public async Task<(Article? Article, ProblemDetails? Problem)> Create(Change change, Guid id, ArticleRequest request, CancellationToken cancel)
    {
        var (snapshot, problem) = await SnapshotOf(request, "", cancel);
        if (problem is not null)
        {
            return (null, problem);
        }
        if (request.Slug is null)
        {
            var slug = await db.Take(SlugKind.Article, request.Headline!, request.Language, id, isPublic: false, cancel);
            snapshot = snapshot with { Content = snapshot.Content with { Slug = slug } };
        }
        else if (!await db.TryTake(SlugKind.Article, request.Slug, id, isPublic: false, cancel))
        {
            return (null, Problems.SlugTaken(request.Slug));
        }
        var article = new Article(id, change.Actor, await db.Now(cancel), snapshot);
        db.Add(article);
        db.Add(RevisionOf(article, snapshot, change.Actor, request.Comment));
        change.Record("article.created", article.Id, article.Version, data: DataOf(request.Comment));
        return (article, null);
    }

    /// <param name="requestFor">The whole new working copy, given the present one: a PUT ignores it, a PATCH is merged into it.</param>
    public async Task<Written<EditorArticle>> Replace(
        Guid id, Func<ArticleRequest, ArticleRequest> requestFor, Precondition precondition, HttpContext http, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (await db.Lock(id, cancel) is not { } article)
        {
            return Problems.NotFound("article");
        }
        if ((article.RefuseStranger(actor) ?? precondition.Check(article.Version, http)) is { } refusal)
        {
            return refusal;
        }
        if (Refuse(article) is { } trashed)
        {
            return trashed;
        }
        var before = article.Snapshot();
        var request = requestFor(ToRequest(before));
        if (Validation.Check(http.RequestServices, request) is { } invalid)
        {
            return invalid;
        }
        var (snapshot, problem) = await SnapshotOf(request, before.Content.Slug, cancel);
        if (problem is not null)
        {
            return problem;
        }
        if (snapshot.Content.Slug != before.Content.Slug && !await db.TryTake(SlugKind.Article, snapshot.Content.Slug, id, isPublic: false, cancel))
        {
            return Problems.SlugTaken(snapshot.Content.Slug);
        }
        return await Keep(change, article, snapshot, request.Comment, "article.saved", _ => DataOf(request.Comment), cancel);
    }

    /// <summary>
    /// The article, locked, takes this content on, in a revision of its own; what changes nothing makes no revision, no version and no
    /// event. Commits.
    /// </summary>
    /// <param name="dataFor">What the event carries, given the new revision's number.</param>
    public async Task<Written<EditorArticle>> Keep(
        Change change, Article article, ArticleSnapshot snapshot, string? comment, string eventType, Func<int, object?> dataFor, CancellationToken cancel)
    {
        if (!Take(change, article, snapshot, await db.Now(cancel), comment, eventType, dataFor))
        {
            return new Written<EditorArticle>(null, await db.Read(mapper, article.Id, cancel));
        }
        await db.SaveChangesAsync(cancel);
        await db.Prune(article, retention, cancel);
        return await change.Finish(db, mapper, article.Id, cancel);
    }

    /// <summary>Saves articles, locked, with other tags than they have, within a change that the caller commits.</summary>
    /// <returns>Why some of them were left as they are.</returns>
    public async Task<IReadOnlyDictionary<Guid, ProblemDetails>> Tag(
        Change change, IReadOnlyList<Article> articles, Func<IReadOnlyList<Guid>, IReadOnlyList<Guid>> tagsFor, CancellationToken cancel)
    {
        var refusals = new Dictionary<Guid, ProblemDetails>();
        var now = await db.Now(cancel);
        foreach (var article in articles)
        {
            var snapshot = article.Snapshot();
            var tags = tagsFor(snapshot.Tags);
            if (tags.Count > ArticleRequestValidator.MostTags)
            {
                refusals[article.Id] = Problems.Invalid("tags", $"must have at most {ArticleRequestValidator.MostTags} items");
                continue;
            }
            Take(change, article, snapshot with { Tags = tags }, now, null, "article.saved", _ => null);
        }
        await db.SaveChangesAsync(cancel);
        foreach (var article in articles)
        {
            await db.Prune(article, retention, cancel);
        }
        return refusals;
    }

    /// <summary>Null when the working copy may be saved at all.</summary>
    public static ProblemDetails? Refuse(Article article) =>
        article.Stage == Stage.Trashed ? Problems.ActionNotAllowed("save", "trashed", article.AllowedActions.Select(EnumNames.Of)) : null;

    /// <returns>False for what changes nothing.</returns>
    private bool Take(
        Change change, Article article, ArticleSnapshot snapshot, DateTimeOffset now, string? comment, string eventType, Func<int, object?> dataFor)
    {
        if (Serialize(snapshot) == Serialize(article.Snapshot()))
        {
            return false;
        }
        var previous = article.Version;
        article.Save(snapshot, now);
        db.Add(RevisionOf(article, snapshot, change.Actor, comment));
        change.Record(eventType, article.Id, article.Version, previous, dataFor(article.Revision));
        return true;
    }

    internal static string Serialize(ArticleSnapshot snapshot) => JsonSerializer.Serialize(snapshot, Json.Options);

    internal static ArticleSnapshot Deserialize(string revision) => JsonSerializer.Deserialize<ArticleSnapshot>(revision, Json.Options)!;

    /// <param name="publishedAt">When it goes live in the same transaction.</param>
    internal static ArticleRevision RevisionOf(
        Article article, ArticleSnapshot snapshot, string savedBy, string? comment = null, DateTimeOffset? publishedAt = null) => new()
        {
            ArticleId = article.Id,
            Revision = article.Revision,
            Content = Serialize(snapshot),
            SavedBy = savedBy,
            SavedAt = article.UpdatedAt,
            Comment = comment,
            PublishedAt = publishedAt,
        };

    internal static object? DataOf(string? comment) => comment is null ? null : new { comment };

    /// <summary>The request's content, its references resolved.</summary>
    private async Task<(ArticleSnapshot Snapshot, ProblemDetails? Problem)> SnapshotOf(ArticleRequest request, string presentSlug, CancellationToken cancel)
    {
        var errors = new Dictionary<string, string[]>();
        var source = await db.Resolve<Source>(SlugKind.Source, [request.Source!], _ => "source", errors, cancel);
        var authors = await db.Resolve<Author>(SlugKind.Author, request.Authors ?? [], i => $"authors[{i}]", errors, cancel);
        var tags = await db.Resolve<Tag>(SlugKind.Tag, request.Tags ?? [], i => $"tags[{i}]", errors, cancel);
        var relations = request.Related ?? [];
        var related = await db.Resolve<Article>(
            SlugKind.Article, [.. relations.Select(relation => relation.Article!)], i => $"related[{i}].article", errors, cancel);
        if (request.PublishedAt is { } published && published > (await db.Now(cancel)).AddMinutes(1))
        {
            errors["publishedAt"] = ["must not be in the future"];
        }
        var snapshot = new ArticleSnapshot
        {
            Content = ContentOf(request, presentSlug),
            Source = source[0],
            Authors = authors,
            Tags = tags,
            Related = [.. relations.Select((relation, i) => new RelatedSnapshot(related[i], relation.Kind ?? RelationKind.Related))],
        };
        return (snapshot, errors.Count == 0 ? null : Problems.Invalid(errors));
    }

    internal static ArticleContent ContentOf(ArticleRequest request, string presentSlug) => new()
    {
        Slug = request.Slug ?? presentSlug,
        Headline = request.Headline!,
        Kicker = request.Kicker,
        Summary = request.Summary,
        Body = request.Body!,
        Dateline = request.Dateline ?? new Dateline(),
        Language = LanguageTag.Canonical(request.Language!),
        Genre = request.Genre ?? Genre.Article,
        Urgency = request.Urgency ?? 5,
        SourceUrl = request.SourceUrl,
        ExternalId = request.ExternalId,
        BylineOverride = request.BylineOverride,
        LeadMedia = request.LeadMedia,
        Rights = request.Rights ?? new Rights(),
        EmbargoUntil = request.EmbargoUntil,
        ExpiresAt = request.ExpiresAt,
        PublishedAt = request.PublishedAt,
        IsAccessibleForFree = request.IsAccessibleForFree ?? true,
        Seo = request.Seo ?? new Seo(),
        InternalNote = request.InternalNote,
    };

    /// <summary>The request that would leave the working copy as it is: what a merge patch is merged into.</summary>
    internal static ArticleRequest ToRequest(ArticleSnapshot snapshot) => new()
    {
        Slug = snapshot.Content.Slug,
        Headline = snapshot.Content.Headline,
        Kicker = snapshot.Content.Kicker,
        Summary = snapshot.Content.Summary,
        Body = snapshot.Content.Body,
        Dateline = snapshot.Content.Dateline,
        Language = snapshot.Content.Language,
        Genre = snapshot.Content.Genre,
        Urgency = snapshot.Content.Urgency,
        Source = snapshot.Source.ToString(),
        SourceUrl = snapshot.Content.SourceUrl,
        ExternalId = snapshot.Content.ExternalId,
        Authors = [.. snapshot.Authors.Select(id => id.ToString())],
        BylineOverride = snapshot.Content.BylineOverride,
        Tags = [.. snapshot.Tags.Select(id => id.ToString())],
        Related = [.. snapshot.Related.Select(other => new RelatedRequest { Article = other.Id.ToString(), Kind = other.Kind })],
        LeadMedia = snapshot.Content.LeadMedia,
        Rights = snapshot.Content.Rights,
        EmbargoUntil = snapshot.Content.EmbargoUntil,
        ExpiresAt = snapshot.Content.ExpiresAt,
        PublishedAt = snapshot.Content.PublishedAt,
        IsAccessibleForFree = snapshot.Content.IsAccessibleForFree,
        Seo = snapshot.Content.Seo,
        InternalNote = snapshot.Content.InternalNote,
    };
}
