using System.Globalization;
using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Log;

/// <summary>Something that happened to an article, as its editors see it.</summary>
public sealed record HistoryEvent
{
    /// <summary>The event's own id, a random UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>When, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    /// <example>article.returned</example>
    public required string Type { get; init; }

    /// <summary>The article's version after it; of a correction to a live article, the version of the live document.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>Who did it: `key:` and the API key's id, or `system` for what fell due.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Actor { get; init; }

    /// <summary>What that key is called; null for the service itself.</summary>
    /// <example>News desk</example>
    public required string? ActorName { get; init; }

    /// <summary>What belongs to the event: why an article was returned or withdrawn, a comment, a time, a revision; null for most.</summary>
    public required IReadOnlyDictionary<string, JsonElement>? Data { get; init; }
}

internal static class HistoryEndpoints
{
    public static void MapArticleHistory(this RouteGroupBuilder editorial) =>
        editorial.MapGet("/articles/{id:guid}/history", List).WithName("ListArticleHistory").WithTags("Articles").RequireRole(Role.Contributor).MayAnswer(404);

    /// <summary>List what happened to an article, newest first</summary>
    /// <remarks>Who did what to it, when and why: saves, reviews, schedules, publications, corrections, clearances, links. It outlives the article.</remarks>
    /// <param name="id">The article's id.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Results<Ok<Page<HistoryEvent>>, ProblemHttpResult>> List(
        Guid id, int? limit, string? after, AuditReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/articles/{id}/history";
        long? before = cursors.Read(list, after) is { } last ? long.Parse(last.SortKey, CultureInfo.InvariantCulture) : null;
        // Rendering again is the service's own business.
        var rows = await reads.Events(new AuditFilter(Resource: id, Type: "article.*", Except: "article.rerendered"), before, most + 1, cancel);
        if (rows.Count == 0 && before is null)
        {
            return Problems.NotFound("article").ToResult();
        }
        var page = rows.ToPage(most, http, row => cursors.Make(list, row.Position.ToString(CultureInfo.InvariantCulture), row.Event.Id));
        return TypedResults.Ok(new Page<HistoryEvent>
        {
            Items = [.. page.Items.Select(row => new HistoryEvent
            {
                Id = row.Event.Id,
                At = row.Event.At,
                Type = row.Event.Type,
                Version = row.Event.Version,
                Actor = row.Event.Actor,
                ActorName = row.Event.ActorName,
                Data = row.Event.Data,
            })],
            NextCursor = page.NextCursor,
        });
    }
}
