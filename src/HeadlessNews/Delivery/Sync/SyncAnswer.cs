using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using HeadlessNews.Http;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Delivery.Sync;

/// <summary>
/// A page as it is sent: some documents at a time, and no connection to the database is held while the reader takes them. What fails
/// in the middle breaks the answer off; a page that is whole ends with its cursor.
/// </summary>
internal sealed class SyncAnswer : IResult
{
    private const string Json = "application/json";

    private const int MostUnflushed = 64 * 1024;

    private readonly SyncStretch stretch;
    private readonly string nextCursor;
    private readonly BindItems bind;
    private readonly IReadOnlyList<BoundItem?> first;

    private SyncAnswer(SyncStretch stretch, string nextCursor, BindItems bind, IReadOnlyList<BoundItem?> first)
    {
        this.stretch = stretch;
        this.nextCursor = nextCursor;
        this.bind = bind;
        this.first = first;
    }

    /// <summary>The first of it is there before the answer begins: a database that is away is still a 503.</summary>
    public static async Task<SyncAnswer> Of(SyncStretch stretch, string nextCursor, BindItems bind, CancellationToken cancel) =>
        new(stretch, nextCursor, bind, await bind.From(stretch.Events, 0, cancel));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        var isLines = PrefersLines(httpContext.Request);
        response.ContentType = isLines ? Ndjson.ContentType : $"{Json}; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept, Accept-Encoding";
        var encoding = Encodings.Best(httpContext.Request.Headers.AcceptEncoding);
        if (encoding.Length > 0)
        {
            response.Headers.ContentEncoding = encoding;
        }
        await using var compressed = encoding switch
        {
            Encodings.Brotli => new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true),
            Encodings.Gzip => new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true),
            _ => (Stream?)null,
        };
        // Where nothing is compressed the documents go straight into the connection's own buffers.
        var output = compressed is null ? response.BodyWriter : PipeWriter.Create(compressed, new StreamPipeWriterOptions(leaveOpen: true));
        await Write(output, isLines, cancel);
        if (compressed is not null)
        {
            await output.CompleteAsync();
        }
    }

    private async Task Write(PipeWriter output, bool isLines, CancellationToken cancel)
    {
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        if (!isLines)
        {
            output.Write("{\"items\":["u8);
        }
        var isFirst = true;
        for (var (sent, items) = (0, first); sent < stretch.Events.Count;)
        {
            sent += items.Count;
            // While these are on their way the database looks for the next.
            var next = bind.From(stretch.Events, sent, cancel);
            try
            {
                foreach (var item in items.OfType<BoundItem>())
                {
                    if (!isLines && !isFirst)
                    {
                        output.Write(","u8);
                    }
                    isFirst = false;
                    item.WriteTo(json);
                    json.Flush();
                    json.Reset();
                    if (isLines)
                    {
                        output.Write("\n"u8);
                    }
                    if (output.UnflushedBytes >= MostUnflushed && (await output.FlushAsync(cancel)).IsCompleted)
                    {
                        // He is gone.
                        return;
                    }
                }
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            items = await next;
        }
        output.Write(isLines ? "{"u8 : "],"u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes($"\"nextCursor\":\"{nextCursor}\",\"hasMore\":{(stretch.HasMore ? "true" : "false")}}}"));
        if (isLines)
        {
            output.Write("\n"u8);
        }
        await output.FlushAsync(cancel);
    }

    private static bool PrefersLines(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return false;
        }
        double Quality(string type) => accepted.Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(one => one.Quality ?? 1).DefaultIfEmpty().Max();
        return Quality(Ndjson.ContentType) > Quality(Json);
    }
}
