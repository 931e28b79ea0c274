using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HeadlessNews.Http;

/// <summary>Turns whatever a layer throws, or answers without words, into a problem.</summary>
internal sealed partial class ProblemHandling(IProblemDetailsService problems, ILogger<ProblemHandling> logger) : IExceptionHandler
{
    public static void Add(IServiceCollection services)
    {
        // Before the framework's own, which comes with the next line: the first that can write does.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandling>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void Use(WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages(async context =>
        {
            var headers = context.HttpContext.Response.Headers;
            if (context.HttpContext.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && headers.Allow.ToString().Contains("GET", StringComparison.Ordinal))
            {
                // Routing does not know that whatever answers GET answers HEAD.
                headers.Allow = $"{headers.Allow}, HEAD";
            }
            await context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(
                new ProblemDetailsContext { HttpContext = context.HttpContext, ProblemDetails = Problems.ForStatus(context.HttpContext) });
        });
    }

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            httpContext.Response.StatusCode = 499;
            return true;
        }
        var problem = exception is BadHttpRequestException bad ? ForRequest(bad, httpContext) : For(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            Log.Unexpected(logger, exception, httpContext.Request.Method, httpContext.Request.Path.ForTheLog());
        }
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            if (exception is ProblemException)
            {
                Log.GivenUp(logger, httpContext.Request.Method, httpContext.Request.Path.ForTheLog());
            }
            else
            {
                Log.DatabaseAway(logger, exception.Message);
            }
            httpContext.Response.Headers.RetryAfter = "5";
        }
        httpContext.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static ProblemDetails ForRequest(BadHttpRequestException exception, HttpContext http) => exception switch
    {
        { StatusCode: 413 } => Problems.TooLarge(http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize),
        { StatusCode: 415 } => Problems.UnsupportedMediaType(AcceptedBodies.Of(http)),
        { InnerException: JsonException json } => ForJson(json),
        { StatusCode: 408 } => Problems.TooSlow(),
        _ => Problems.Malformed(BodyIsMissing(exception) ? "This route needs a JSON body." : "The request is not well-formed HTTP for this route."),
    };

    /// <summary>Whether the database could not be asked, rather than said no.</summary>
    public static bool IsDatabaseAway(Exception exception) => exception is not ProblemException && For(exception).Status == StatusCodes.Status503ServiceUnavailable;

    /// <summary>PostgreSQL's no, however EF Core has wrapped it; null where the failure is another.</summary>
    public static PostgresException? RefusalIn(Exception exception) => Cause(exception) as PostgresException;

    /// <summary>What an exception is in a caller's words.</summary>
    public static ProblemDetails For(Exception exception) => exception switch
    {
        ProblemException refusal => refusal.Problem,
        // PostgreSQL refused the session or ended it: shutting down, starting up, full, closed to connections.
        _ when Cause(exception) is PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => Problems.DatabaseAway(),
        DbUpdateConcurrencyException => Problems.Conflict("The record was changed at the same moment. Read it again."),
        _ when Cause(exception) is PostgresException violation => Constraints.ProblemFor(violation) ?? Problems.Unexpected(),
        _ when Cause(exception) is not null => Problems.DatabaseAway(),
        _ => Problems.Unexpected(),
    };

    /// <summary>What the database said, however EF Core has wrapped it.</summary>
    private static NpgsqlException? Cause(Exception? exception) => exception switch
    {
        null => null,
        NpgsqlException said => said,
        _ => Cause(exception.InnerException),
    };

    /// <summary>
    /// The serialiser's own messages name our types; these do not. Ours, from the converters, start in lower case ("must be ...").
    /// </summary>
    internal static ProblemDetails ForJson(JsonException json)
    {
        var path = JsonPath(json.Path);
        if (json.Message.StartsWith("The JSON property", StringComparison.Ordinal) && path is not null)
        {
            return Problems.UnknownMember(path);
        }
        var rule = json.Message switch
        {
            _ when json.Message.StartsWith("must ", StringComparison.Ordinal) => json.Message.Split(" Path:")[0],
            _ when json.Message.StartsWith("Duplicate property", StringComparison.Ordinal) => "stands there twice",
            _ when json.Message.Contains("maximum configured depth", StringComparison.Ordinal) => "is nested too deep",
            _ when json.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) => "is of the wrong type or out of range",
            _ => "is not well-formed JSON",
        };
        var where = json.LineNumber is { } line && json.BytePositionInLine is { } column ? $" (line {line + 1}, byte {column + 1})" : "";
        var problem = Problems.Malformed(path is null ? $"The body {rule}{where}." : $"`{path}` {rule}{where}.");
        problem.Extensions["errors"] = new Dictionary<string, string[]> { [path ?? "$"] = [rule] };
        return problem;
    }

    private static string? JsonPath(string? path) =>
        path is null or "$" or "" ? null : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    private static bool BodyIsMissing(BadHttpRequestException bad) => bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Unexpected(ILogger logger, Exception exception, string method, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} took too long and was given up")]
        public static partial void GivenUp(ILogger logger, string method, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The database cannot be reached: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);
    }
}
