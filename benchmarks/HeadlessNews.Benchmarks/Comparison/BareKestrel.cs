using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Benchmarks.Comparison;

/// <summary>The ceiling: Kestrel and one middleware that answers from memory, with the very bytes and headers that the service answers.</summary>
internal static class BareKestrel
{
    public const string Mode = "compare-bytes";
    public const string ReadyPath = "/ready";

    /// <param name="arguments">Its own address, the service's, and a file of paths.</param>
    public static async Task<int> Serve(string[] arguments)
    {
        var answers = await Fetch(new Uri(arguments[1]), await File.ReadAllLinesAsync(arguments[2]));
        var builder = WebApplication.CreateSlimBuilder(["--urls", arguments[0]]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => answers.TryGetValue(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var answer)
            ? answer.Send(context)
            : NotThere(context));
        await app.RunAsync();
        return 0;
    }

    private static async Task<Dictionary<string, Kept>> Fetch(Uri service, string[] paths)
    {
        using var client = new HttpClient { BaseAddress = service };
        var answers = new Dictionary<string, Kept>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            answers[path] = new Kept(answer, await answer.Content.ReadAsByteArrayAsync());
        }
        return answers;
    }

    private static Task NotThere(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path == ReadyPath ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class Kept(HttpResponseMessage answer, ReadOnlyMemory<byte> body)
    {
        private readonly StringValues entityTag = One(answer, HeaderNames.ETag);
        private readonly StringValues cacheControl = One(answer, HeaderNames.CacheControl);
        private readonly StringValues vary = One(answer, HeaderNames.Vary);
        private readonly StringValues cacheTag = One(answer, "Cache-Tag");
        private readonly StringValues lastModified = One(answer, HeaderNames.LastModified);
        private readonly StringValues link = One(answer, HeaderNames.Link);
        private readonly StringValues contentType = One(answer, HeaderNames.ContentType);

        public Task Send(HttpContext context)
        {
            var headers = context.Response.Headers;
            headers.ETag = entityTag;
            headers.CacheControl = cacheControl;
            headers.Vary = vary;
            headers["Cache-Tag"] = cacheTag;
            headers.LastModified = lastModified;
            headers.Link = link;
            if (context.Request.Headers.IfNoneMatch.Equals(entityTag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            headers.ContentType = contentType;
            headers.ContentLength = body.Length;
            return context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
        }

        private static StringValues One(HttpResponseMessage answer, string name) =>
            answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values)
                ? string.Join(", ", values)
                : StringValues.Empty;
    }
}
