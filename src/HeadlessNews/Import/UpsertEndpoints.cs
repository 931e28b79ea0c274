using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

internal static class UpsertEndpoints
{
    private const string Unchanged = "X-Unchanged";

    public static void MapUpsert(this RouteGroupBuilder editorial) =>
        editorial.MapPut("/sources/{idOrSlug}/articles", Upsert).WithName("UpsertArticle").WithTags("Articles")
            .RequireRole(Role.Editor).Validate<UpsertRequest>().MayAnswer(409)
            .WithMetadata(new AnswerHeader("200", Unchanged, "`true` when there was nothing to do; absent when it was changed."));

    /// <summary>Create an article, change it, or leave it as it is</summary>
    /// <remarks>
    /// For scripts that keep a source's articles in step: sent again, the same changes nothing. 201 when it is new, 200 when it was changed,
    /// 200 with `X-Unchanged: true` when there was nothing to do. An article that a person has edited since it was last sent, or that was
    /// made by hand, is left alone (409) unless `overwrite=true`; publishing it is no edit. With `publish=true` it is live when this has
    /// answered, or nothing of it is kept (422 with every reason); what an editor has withdrawn is not published again (409) unless
    /// `overwrite=true`. One in the trash stays there (409). No `If-Match` is asked for or looked at: a script need not know versions.
    /// </remarks>
    /// <param name="idOrSlug">The source's id or slug.</param>
    /// <param name="externalId">The source's own id for the article, often an address; at most 500 characters.</param>
    /// <param name="publish">True publishes it, in the same transaction.</param>
    /// <param name="overwrite">True puts it in the place of what a person has edited or withdrawn.</param>
    /// <param name="create">Which records are made when none has the name: `authors`, `tags`, or both with a comma; none if left out, and an unknown name is a 422.</param>
    private static async Task<Results<Created<EditorArticle>, Ok<EditorArticle>, ProblemHttpResult>> Upsert(
        string idOrSlug, string? externalId, bool? publish, bool? overwrite, string? create, UpsertRequest request, UpsertArticles upsert, NewsDbContext db,
        HttpContext http, CancellationToken cancel)
    {
        if (await db.FindId<Source>(SlugKind.Source, idOrSlug, cancel) is var source && source == Guid.Empty)
        {
            return Problems.NotFound("source").ToResult();
        }
        var options = new UpsertOptions { Publish = publish == true, Overwrite = overwrite == true, Create = Creatable.Read(create, SlugKind.Author, SlugKind.Tag) };
        if (await Disagreement(request, source, externalId, db, cancel) is { } invalid)
        {
            return invalid.ToResult();
        }
        var sent = new Upsert(request with { Source = source.ToString(), ExternalId = externalId });
        var written = (await upsert.Run([sent], options, withAnswer: true, cancel))[0];
        if (written.Problem is { } problem)
        {
            return problem.ToResult();
        }
        http.Response.SetEntityTag(written.Answer!.Version);
        if (written.Status == UpsertStatus.Unchanged)
        {
            http.Response.Headers[Unchanged] = "true";
        }
        return written.Status == UpsertStatus.Created
            ? TypedResults.Created($"/api/v1/editorial/articles/{written.Id}", written.Answer)
            : TypedResults.Ok(written.Answer);
    }

    /// <summary>What the address and the body both say must be the same.</summary>
    private static async Task<ProblemDetails?> Disagreement(UpsertRequest request, Guid source, string? externalId, NewsDbContext db, CancellationToken cancel) =>
        externalId is not { Length: > 0 and <= 500 } ? Problems.Invalid("externalId", "must be given in the address, with 1 to 500 characters")
        : request.ExternalId is { } said && said != externalId ? Problems.Invalid("externalId", "must be the address's, or be left out")
        : request.Source is { } named && await db.FindId<Source>(SlugKind.Source, named, cancel) != source ? Problems.Invalid("source", "must be the address's, or be left out")
        : null;
}

/// <summary>The parameter that says which records may be made.</summary>
internal static class Creatable
{
    private static readonly Dictionary<string, SlugKind> ByName = new() { ["authors"] = SlugKind.Author, ["tags"] = SlugKind.Tag, ["sources"] = SlugKind.Source };

    /// <param name="create">As it was said.</param>
    /// <param name="allowed">None for all.</param>
    public static IReadOnlySet<SlugKind> Read(string? create, params IReadOnlyCollection<SlugKind> allowed)
    {
        allowed = allowed.Count == 0 ? ByName.Values : allowed;
        var kinds = new HashSet<SlugKind>();
        foreach (var name in create?.Split(',') ?? [])
        {
            if (!ByName.TryGetValue(name, out var kind) || !allowed.Contains(kind))
            {
                throw new ProblemException(Problems.BadParameter("create",
                    $"must name what may be made, with commas between: {string.Join(", ", ByName.Where(known => allowed.Contains(known.Value)).Select(known => known.Key))}"));
            }
            kinds.Add(kind);
        }
        return kinds;
    }
}
