using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Http.OpenApiFilters;

/// <summary>For each status a problem as it would really be answered, made where real ones are made.</summary>
internal static class ProblemExamples
{
    /// <param name="status">The status.</param>
    /// <param name="instance">The address that answers it.</param>
    /// <param name="own">The route's own; null for what any route answers.</param>
    public static JsonNode? Of(int status, string instance, ProblemDetails? own = null)
    {
        var sample = own is not null ? own : status == 410 && instance.StartsWith("/api/v1/editorial/", StringComparison.Ordinal) ? Problems.RevisionPruned(2) : Sample(status);
        if (sample is not { } problem)
        {
            return null;
        }
        problem.Instance = instance;
        problem.Extensions["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736";
        return JsonSerializer.SerializeToNode(problem, Json.Options);
    }

    private static ProblemDetails? Sample(int status) => status switch
    {
        400 => Problems.UnknownParameter("tags", ["after", "limit"]),
        401 => Problems.Unauthenticated(),
        403 => Problems.Forbidden("The role editor or a higher one is needed."),
        404 => Problems.NotFound("article"),
        409 => Problems.SlugTaken("night-ferry-returns"),
        410 => Problems.Withdrawn("This article was withdrawn because it was based on a draft timetable.", new DateTimeOffset(2026, 5, 4, 9, 30, 0, TimeSpan.Zero)),
        412 => Problems.Stale(3),
        413 => Problems.TooLarge(new Limits().MaxRequestBodyBytes),
        415 => Problems.UnsupportedMediaType("application/json"),
        422 => Problems.Invalid("headline", "must not be empty"),
        428 => Problems.PreconditionRequired("Send If-Match with the ETag of the version you read, such as `If-Match: \"3\"`."),
        429 => Problems.TooManyRequests(5),
        500 => Problems.Unexpected(),
        503 => Problems.DatabaseAway(),
        _ => null,
    };
}
