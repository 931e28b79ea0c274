using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>
/// Finished JSON for readers, with what caches need: a strong ETag, Last-Modified where there is one, 304 to who has it already
/// (RFC 9110, section 13).
/// </summary>
internal sealed class Delivered(ReadOnlyMemory<byte> json, string? entityTag = null, DateTimeOffset? lastModified = null) : IResult
{
    /// <summary>Seconds after which no cache may show it any more; null for as long as the settings say.</summary>
    public int? FreshFor { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var etag = new EntityTagHeaderValue($"\"{entityTag ?? Hash(json.Span)}\"");
        var headers = httpContext.Response.Headers;
        headers.ETag = etag.ToString();
        headers.CacheControl = DeliveryCaching.ControlOf(httpContext, FreshFor);
        if (lastModified is { } modified)
        {
            httpContext.Response.GetTypedHeaders().LastModified = modified;
        }
        if (IsKnown(httpContext.Request, etag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = json.Length;
        await httpContext.Response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
    }

    /// <summary>If-None-Match decides where it is sent; If-Modified-Since only without it.</summary>
    private bool IsKnown(HttpRequest request, EntityTagHeaderValue etag)
    {
        if (!StringValues.IsNullOrEmpty(request.Headers.IfNoneMatch))
        {
            return EntityTagHeaderValue.TryParseList([.. request.Headers.IfNoneMatch.OfType<string>()], out var known)
                && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: false));
        }
        return lastModified is { } modified
            && request.GetTypedHeaders().IfModifiedSince is { } since
            && modified.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(..12));
}

/// <summary>How long, and by whom, delivery answers may be kept.</summary>
internal sealed record DeliveryCaching
{
    public const string Section = "Delivery";

    /// <summary>Seconds a browser may keep an answer without asking.</summary>
    [Range(0, 31_536_000)]
    public int MaxAge { get; init; } = 10;

    /// <summary>Seconds a shared cache (a CDN) may.</summary>
    [Range(0, 31_536_000)]
    public int SharedMaxAge { get; init; } = 30;

    /// <summary>Seconds a stale answer may be used while a fresh one is fetched.</summary>
    [Range(0, 31_536_000)]
    public int StaleWhileRevalidate { get; init; } = 60;

    /// <summary>True demands a key of readers too; answers are then private.</summary>
    public bool RequireKey { get; init; }

    /// <param name="http">The request.</param>
    /// <param name="freshFor">Seconds until what is answered expires: no cache shows it longer, not even while it asks again.</param>
    public static string ControlOf(HttpContext http, int? freshFor = null)
    {
        var options = http.RequestServices.GetRequiredService<DeliveryCaching>();
        var most = Math.Max(0, freshFor ?? int.MaxValue);
        var maxAge = Math.Min(options.MaxAge, most);
        var shared = Math.Min(options.SharedMaxAge, most);
        return options.RequireKey
            ? $"private, max-age={maxAge}"
            : $"public, max-age={maxAge}, s-maxage={shared}, stale-while-revalidate={Math.Min(options.StaleWhileRevalidate, most - Math.Max(maxAge, shared))}";
    }
}
