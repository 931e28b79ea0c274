using HeadlessNews.Http;

namespace HeadlessNews.Idempotency;

/// <summary>An answer as bytes: to be kept, and to be given the first time and every time after.</summary>
internal sealed record KeptAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body) : IResult
{
    /// <summary>Lets the result answer into memory. Of the headers those belong to it that were not there before.</summary>
    public static async Task<KeptAnswer> Of(IResult result, HttpContext http, IReadOnlySet<string> before)
    {
        var response = http.Response;
        var wire = response.Body;
        var body = new MemoryStream();
        response.Body = body;
        try
        {
            await result.ExecuteAsync(http);
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            response.Body = wire;
        }
        var headers = response.Headers.Where(header => !before.Contains(header.Key)).ToDictionary(header => header.Key, header => header.Value.ToString());
        return new KeptAnswer(response.StatusCode, headers, body.ToArray());
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }
        if (Body.Length > 0)
        {
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, httpContext.RequestAborted);
        }
    }

    /// <summary>As above, marked as what was answered before.</summary>
    public Task Replay(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[IdempotencyKeys.Replayed] = "true";
        return ExecuteAsync(http);
    }
}
