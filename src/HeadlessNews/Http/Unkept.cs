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
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(json, httpContext.RequestAborted);
    }
}
