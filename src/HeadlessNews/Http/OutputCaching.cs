using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>Puts the cache in front of the delivery face: before anything else for what it knows by heart, around the handler for the rest.</summary>
internal static class OutputCaching
{
    /// <summary>
    /// First in the pipeline: a known request is answered without routing, and without any of what follows. Not where readers need a key.
    /// </summary>
    public static void UseOutputCache(this WebApplication app)
    {
        var cache = app.Services.GetRequiredService<OutputCache>();
        if (app.Services.GetRequiredService<DeliveryCaching>().RequireKey)
        {
            return;
        }
        app.Use((context, next) =>
        {
            if ((HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
                && cache.Find(TargetOf(context)) is { } answer)
            {
                return answer.ExecuteAsync(context);
            }
            return next(context);
        });
    }

    /// <summary>Answers of this face are finished once, and kept.</summary>
    public static void CacheAnswers(this RouteGroupBuilder face) => face.AddEndpointFilter(static async (context, next) =>
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<Unkept>() is not null)
        {
            return await next(context);
        }
        var services = http.RequestServices;
        var caching = services.GetRequiredService<DeliveryCaching>();
        var cache = services.GetRequiredService<OutputCache>();
        return await cache.Get(KeyOf(http), TargetOf(http), async () =>
        {
            var reading = cache.BeginReading();
            var said = await Ask(context, next);
            if (said is not Delivered delivered)
            {
                return said;
            }
            var answer = new FinishedAnswer(delivered, http.Response.Headers.Link, caching.For(http), reading, services.GetRequiredService<CdnPurge>());
            http.Response.Headers.Remove(HeaderNames.Link);
            return answer;
        }, http.RequestAborted);
    });

    /// <summary>
    /// A pooled connection that the database has closed meanwhile, restarting, says so when it is used; the pool then drops the others too.
    /// Reading changes nothing, so one more try on a new connection costs nobody anything.
    /// </summary>
    private static async ValueTask<object?> Ask(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            return await next(context);
        }
        catch (Exception broken) when (ProblemHandling.IsDatabaseAway(broken) && Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(1)
            && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return await next(context);
        }
    }

    private static string TargetOf(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>
    /// The same for every spelling of a request: its route, whose own letters may be capitals or not, and what it names, decoded and in order.
    /// </summary>
    private static string KeyOf(HttpContext http)
    {
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var named = http.Request.RouteValues.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => Uri.EscapeDataString(value.Value as string ?? ""));
        var query = http.Request.Query
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .SelectMany(parameter => parameter.Value.Order(StringComparer.Ordinal).Select(value => $"{parameter.Key}={Uri.EscapeDataString(value ?? "")}"));
        return $"{route}:{string.Join('/', named)}?{string.Join('&', query)}";
    }
}

/// <summary>An answer given although nobody could be asked whether it still holds (RFC 9211 says how to tell).</summary>
internal sealed class StaleAnswer(FinishedAnswer answer) : IResult
{
    private static readonly StringValues Status = "HeadlessNews; hit; detail=stale";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers["Cache-Status"] = Status;
        return answer.ExecuteAsync(httpContext);
    }
}
