using System.IO.Compression;

namespace HeadlessNews.Http;

/// <summary>Marks a route of delivery whose answers go past the cache.</summary>
internal sealed class Unkept
{
    public static readonly Unkept Route = new();
}

/// <summary>Finished bytes for one reader, once.</summary>
internal sealed class UnkeptAnswer(ReadOnlyMemory<byte> json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept-Encoding";
        var body = json;
        if (json.Length >= Encodings.SmallestToCompress && Encodings.Best(httpContext.Request.Headers.AcceptEncoding) is { Length: > 0 } encoding)
        {
            // Made for one reader: quickly rather than small.
            body = Encodings.Compress(json, encoding, CompressionLevel.Fastest);
            response.Headers.ContentEncoding = encoding;
        }
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
