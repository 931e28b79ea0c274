using System.Buffers;
using System.IO.Compression;
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
        await Write(compressed ?? response.Body, isLines, cancel);
    }

    private async Task Write(Stream body, bool isLines, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        if (!isLines)
        {
            buffer.Write("{\"items\":["u8);
        }
        var isFirst = true;
        for (var (sent, items) = (0, first); sent < stretch.Events.Count; items = await bind.From(stretch.Events, sent, cancel))
        {
            sent += items.Count;
            foreach (var item in items.OfType<BoundItem>())
            {
                if (!isLines && !isFirst)
                {
                    buffer.Write(","u8);
                }
                isFirst = false;
                item.WriteTo(json);
                json.Flush();
                json.Reset();
                if (isLines)
                {
                    buffer.Write("\n"u8);
                }
            }
            await body.WriteAsync(buffer.WrittenMemory, cancel);
            buffer.ResetWrittenCount();
        }
        buffer.Write(isLines ? "{"u8 : "],"u8);
        buffer.Write(System.Text.Encoding.ASCII.GetBytes($"\"nextCursor\":\"{nextCursor}\",\"hasMore\":{(stretch.HasMore ? "true" : "false")}}}"));
        if (isLines)
        {
            buffer.Write("\n"u8);
        }
        await body.WriteAsync(buffer.WrittenMemory, cancel);
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
