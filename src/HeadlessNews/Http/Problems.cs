using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Http;

/// <summary>
/// Every refusal the service can answer (RFC 9457), each with its stable type. Whatever layer refuses, the words come from here.
/// </summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    // 400: cannot be read.
    public static ProblemDetails Malformed(string detail) => Build(400, "malformed-request", "The request cannot be read", detail);

    public static ProblemDetails UnknownMember(string path) =>
        WithErrors(Build(400, "unknown-member", "The request has a member this resource does not know",
            $"`{path}` is not a member that can be sent here."), path, "is not known here");

    public static ProblemDetails UnknownParameter(string name, IEnumerable<string> known)
    {
        var names = string.Join(", ", known.Order(StringComparer.Ordinal));
        return WithErrors(
            Build(400, "unknown-parameter", "The request has a query parameter this route does not know",
                names.Length == 0 ? "This route takes no query parameters." : $"This route knows: {names}."),
            name, "is not known here");
    }

    public static ProblemDetails BadParameter(string name, string rule) =>
        WithErrors(Build(400, "malformed-parameter", "A parameter cannot be read", $"`{name}` {rule}."), name, rule);

    public static ProblemDetails BadCursor(string name) =>
        WithErrors(Build(400, "bad-cursor", "The cursor does not belong to this list",
            "Cursors are taken from an earlier page of the same list with the same filters, unchanged."), name, "is not a cursor of this list");

    public static ProblemDetails InitialCursor(string name) =>
        WithErrors(Build(400, "bad-cursor", "The cursor is in the middle of an initial sync",
            "Go on with `GET /sync` until a page follows that is no initial one: from its `nextCursor` on a stream can be followed."), name, "is in the middle of an initial sync");

    // 401, 403, 429
    public static ProblemDetails Unauthenticated() =>
        Build(401, "unauthenticated", "An API key is needed",
            "Send a valid key: `Authorization: Bearer hn_...`. Keys that are unknown, expired or revoked are refused alike.");

    public static ProblemDetails Forbidden(string detail) => Build(403, "forbidden", "This key may not do that", detail);

    public static ProblemDetails TooManyRequests(int retryAfterSeconds) =>
        Build(429, "too-many-requests", "Too many requests", $"Try again in {retryAfterSeconds} s.");

    // 404, 405, 410
    public static ProblemDetails NotFound(string what) => Build(404, "not-found", "Not found", $"There is no such {what}.");

    public static ProblemDetails MethodNotAllowed(string method) =>
        Build(405, "method-not-allowed", "The method is not allowed here", $"This address does not answer {method}; the `Allow` header says what it answers.");

    public static ProblemDetails Withdrawn(string? notice, DateTimeOffset at)
    {
        var problem = Build(410, "withdrawn", "This article has been withdrawn", notice ?? "The article is no longer published.");
        problem.Extensions["notice"] = notice;
        problem.Extensions["withdrawnAt"] = Rfc3339.Format(at);
        return problem;
    }

    public static ProblemDetails RevisionPruned(int revision) =>
        Build(410, "revision-pruned", "This revision is no longer kept",
            $"Revision {revision} was never public, and newer ones have taken its place: only the latest of those are kept.");

    public static ProblemDetails CursorExpired(string why) =>
        Build(410, "cursor-expired", "The cursor can no longer be followed", $"{why} Begin again with `initial=true`, and remove what it does not bring.");

    // 408
    public static ProblemDetails TooSlow() => Build(408, "too-slow", "The request body came too slowly", "Send it again.");

    // 409
    public static ProblemDetails SlugTaken(string slug) =>
        WithErrors(Build(409, "slug-taken", "The slug is taken", $"`{slug}` is, or once was, the slug of another record; slugs are never used twice."),
            "slug", "is taken");

    public static ProblemDetails Conflict(string detail) => Build(409, "conflict", "The record stands in the way", detail);

    public static ProblemDetails NotEmpty() =>
        Build(409, "not-empty", "There is content here already",
            "A restore takes the place of nothing: it goes into an installation without content. Demo content is content; `Bootstrap:DemoContent=false` starts without.");

    public static ProblemDetails RestoreUnderWay() =>
        Build(409, "restore-under-way", "A restore is under way", "There is one at a time. Try again when it has ended.");

    public static ProblemDetails ActionNotAllowed(string action, string status, IEnumerable<string> allowed)
    {
        var actions = allowed.ToArray();
        var problem = Build(409, "action-not-allowed", "The article's state does not allow this",
            $"`{action}` is not possible while the article is {status}. "
            + (actions.Length == 0 ? "Nothing is." : $"Possible now: {string.Join(", ", actions)}."));
        problem.Extensions["allowedActions"] = actions;
        return problem;
    }

    public static ProblemDetails EditedSince(string what) =>
        Build(409, "edited-since", "A person has worked on this article",
            $"It {what} since it was last sent here. It is left as it is; `overwrite=true` puts what is sent in its place.");

    public static ProblemDetails Exists() =>
        Build(409, "exists", "The article is here already", "It differs from what was sent, and `onConflict=fail` was asked for.");

    public static ProblemDetails Canceled() =>
        Build(409, "canceled", "The source has canceled a live article", "It stays live: withdraw it, or import with `publish=true`.");

    public static ProblemDetails InUse(string kind, int articles, int others = 0, string? othersAre = null, int fronts = 0)
    {
        var problem = Build(409, "in-use", $"The {kind} is in use",
            $"{articles} article{(articles == 1 ? "" : "s")} (working copies or live) name this {kind}"
            + (others == 0 ? "." : $", and {others} {othersAre} below it.")
            + (fronts == 0 ? "" : $" {fronts} front{(fronts == 1 ? " is" : "s are")} filled by it, now or by an edition to come."));
        problem.Extensions["usedBy"] = articles + others + fronts;
        return problem;
    }

    public static ProblemDetails IdempotencyKeyBusy() =>
        Build(409, "idempotency-key-busy", "The same request is still running",
            $"A request with this {IdempotencyKeys.Header} has not been answered yet. Send it again in a moment: it is answered as the first is then.");

    // 412, 428
    public static ProblemDetails Stale(int currentVersion)
    {
        var problem = Build(412, "stale-version", "Somebody has saved since",
            $"The record is at version {currentVersion}. Read it again, look at what changed, and send that version's ETag.");
        problem.Extensions["currentVersion"] = currentVersion;
        return problem;
    }

    public static ProblemDetails PreconditionRequired(string detail) => Build(428, "precondition-required", "If-Match must name the version you read", detail);

    // 413, 415, 422
    public static ProblemDetails TooLarge(long? limit) =>
        Build(413, "too-large", "The request body is too large", limit is null ? "Send less." : $"At most {limit} bytes are taken here.");

    public static ProblemDetails UnsupportedMediaType(string accepted) =>
        Build(415, "unsupported-media-type", "The body's type is not understood here", $"Send `Content-Type: {accepted}`.");

    public static ProblemDetails Invalid(IDictionary<string, string[]> errors)
    {
        var problem = Build(422, "validation", "The request breaks a rule",
            errors.Count == 1 ? $"`{errors.First().Key}` {errors.First().Value[0]}." : "`errors` names each member and its rule.");
        problem.Extensions["errors"] = errors;
        return problem;
    }

    public static ProblemDetails Invalid(string path, string rule) => Invalid(new Dictionary<string, string[]> { [path] = [rule] });

    public static ProblemDetails IdempotencyKeyUsed() =>
        Build(422, "idempotency-key-used", "The Idempotency-Key was another request's",
            "In the last 24 hours this key came with another body, or to another address. A new request takes a new key.");

    public static ProblemDetails NotPublishable(IReadOnlyList<string> reasons)
    {
        var problem = Build(422, "not-publishable", "The article cannot be published", string.Join(" ", reasons));
        problem.Extensions["reasons"] = reasons;
        return problem;
    }

    public static ProblemDetails NotAnExport(string detail) => Build(422, "not-an-export", "This is no export that can be restored", detail);

    public static ProblemDetails CutOff() =>
        Build(422, "cut-off", "The export is not whole", "It ends before its last line, `end`: it was cut off. What came is restored; send the whole one, and the rest comes too.");

    public static ProblemDetails Unrestorable(string detail) => Build(422, "cannot-be-restored", "The line cannot be restored", detail);

    // 5xx
    public static ProblemDetails TooManyStreams(int most) =>
        Build(503, "too-many-streams", "Too many streams are open", $"At most {most} are open here at a time. Try again later, or ask `GET /sync` now and then.");

    public static ProblemDetails Unexpected() =>
        Build(500, "unexpected", "Something went wrong here", "The fault is the service's; nothing of this request was kept. The traceId finds it in the log.");

    public static ProblemDetails DatabaseAway() =>
        Build(503, "database-unavailable", "The database cannot be reached",
            "Try again shortly. After a write, read first: whether it was kept is not known when the connection breaks at the commit.");

    public static ProblemDetails SearchTooSlow() =>
        Build(503, "search-too-slow", "The search takes too long", "It was given up. Ask for fewer or rarer words, narrow it with filters, or try again when fewer people search.");

    public static ProblemDetails SitemapsBusy() =>
        Build(503, "sitemaps-busy", "Too many sitemaps are being made", "They are made a few at a time. Try again shortly.");

    public static ProblemDetails ExportsBusy() =>
        Build(503, "exports-busy", "Too many exports are being made", "They are made a few at a time. Try again later.");

    /// <summary>For a status that a layer below set without words.</summary>
    public static ProblemDetails ForStatus(HttpContext http) => http.Response.StatusCode switch
    {
        400 => Malformed("The request is not well-formed HTTP for this route."),
        401 => Unauthenticated(),
        403 => Forbidden("The key's role does not reach this far."),
        404 => NotFound("resource"),
        405 => MethodNotAllowed(http.Request.Method),
        413 => TooLarge(null),
        415 => UnsupportedMediaType("application/json"),
        var status => Build(status, "status-" + status, "The request was refused", "No more is known."),
    };

    public static ProblemHttpResult ToResult(this ProblemDetails problem) => TypedResults.Problem(problem);

    /// <summary>The members that belong to this one request, added wherever a problem is written.</summary>
    public static void Customize(ProblemDetailsContext context)
    {
        // 404 and 410 would be cached by heuristic (RFC 9110, section 15.1), and an article may be published the next moment.
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        context.ProblemDetails.For(context.HttpContext, context.ProblemDetails.Instance ?? context.HttpContext.Request.Path);
    }

    /// <summary>The same members in a problem that is part of an answer: what it is about, and the request it came of.</summary>
    public static ProblemDetails For(this ProblemDetails problem, HttpContext http, string instance)
    {
        problem.Instance = instance;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        return problem;
    }

    private static ProblemDetails Build(int status, string type, string title, string detail) => new()
    {
        Type = $"urn:headlessnews:problem:{type}",
        Title = title,
        Status = status,
        Detail = detail,
    };

    private static ProblemDetails WithErrors(ProblemDetails problem, string path, string rule)
    {
        problem.Extensions["errors"] = new Dictionary<string, string[]> { [path] = [rule] };
        return problem;
    }
}

/// <summary>A refusal found where no result can be returned, such as in binding. The exception handler answers its problem.</summary>
internal sealed class ProblemException(ProblemDetails problem) : Exception(problem.Detail)
{
    public ProblemDetails Problem { get; } = problem;
}
