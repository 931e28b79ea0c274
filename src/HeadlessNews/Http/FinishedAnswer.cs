using System.Collections.Frozen;
using System.Diagnostics;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>
/// An answer as it goes out, any number of times: bytes in each encoding, made once, with the headers that caches and clients need. Knows
/// when it must no longer be shown.
/// </summary>
internal sealed class FinishedAnswer : IResult
{
    /// <summary>Below this, compression costs more than the wire.</summary>
    private const int SmallestToCompress = 600;

    /// <summary>The server copies what it is given until the client takes it: of a long answer to slow clients, no more than this for each.</summary>
    private const int Piece = 64_000;

    private static readonly StringValues VaryByEncoding = "Accept-Encoding";
    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues Exposed = Conventions.ExposedByDelivery;

    private readonly Variant identity;
    private readonly long shownUntil;
    private readonly DeliveryCaching caching;
    private readonly StringValues cacheControl;
    private readonly StringValues lastModified;
    private readonly StringValues contentType;
    private readonly StringValues cacheTag;
    private readonly StringValues link;
    private readonly DateTimeOffset? modified;
    private readonly string entityTag;
    private Variant? gzip;
    private Variant? brotli;

    public FinishedAnswer(Delivered answer, string? link, DeliveryCaching caching)
    {
        this.caching = caching;
        this.link = link;
        Tags = [.. answer.Tags, .. answer.UnseenTags];
        entityTag = answer.EntityTag;
        modified = answer.LastModified;
        contentType = answer.ContentType;
        identity = new Variant(answer.Body, entityTag, "");
        cacheTag = answer.Tags.Count == 0 ? StringValues.Empty : string.Join(',', answer.Tags);
        lastModified = modified is { } at ? HeaderUtilities.FormatDate(at) : StringValues.Empty;
        // An answer without an end has one header for all its life.
        cacheControl = answer.FreshFor is null ? caching.Control() : StringValues.Empty;
        shownUntil = answer.FreshFor is { } seconds ? Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency : long.MaxValue;
        Size = identity.Bytes.Length + 1_000 + Tags.Sum(tag => 2 * tag.Length + 150);
    }

    /// <summary>Whatever changes under one of these names makes it old.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>Bytes of memory, about.</summary>
    public int Size { get; private set; }

    /// <summary>Told by how much, when an encoding is made on first demand.</summary>
    public Action<int>? Grew { get; set; }

    public bool MayBeShown => shownUntil == long.MaxValue || Stopwatch.GetTimestamp() < shownUntil;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, headers) = (httpContext.Request, httpContext.Response.Headers);
        var variant = For(request.Headers.AcceptEncoding);
        headers.ETag = variant.EntityTag;
        headers.CacheControl = shownUntil == long.MaxValue ? cacheControl : caching.Control(SecondsLeft());
        headers.Vary = VaryByEncoding;
        // To everybody, whether a browser asks or not: caches in between give the same answer to both.
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlExposeHeaders = Exposed;
        if (cacheTag.Count > 0)
        {
            headers["Cache-Tag"] = cacheTag;
        }
        if (lastModified.Count > 0)
        {
            headers.LastModified = lastModified;
        }
        if (link.Count > 0)
        {
            headers.Link = link;
        }
        if (IsKnown(request, variant))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        headers.ContentType = contentType;
        if (variant.Encoding.Length > 0)
        {
            headers.ContentEncoding = variant.Encoding;
        }
        headers.ContentLength = variant.Bytes.Length;
        // The server leaves the body of a HEAD out by itself.
        for (var sent = 0; sent < variant.Bytes.Length; sent += Piece)
        {
            await httpContext.Response.BodyWriter.WriteAsync(variant.Bytes.Slice(sent, Math.Min(Piece, variant.Bytes.Length - sent)), httpContext.RequestAborted);
        }
    }

    private int SecondsLeft() => (int)Math.Clamp((shownUntil - Stopwatch.GetTimestamp()) / Stopwatch.Frequency, 0, int.MaxValue);

    /// <summary>If-None-Match decides where it is sent; If-Modified-Since only without it (RFC 9110, section 13.2.2).</summary>
    private bool IsKnown(HttpRequest request, Variant variant)
    {
        var known = request.Headers.IfNoneMatch;
        if (known.Count > 0)
        {
            return variant.EntityTag.Equals(known)
                || (EntityTagHeaderValue.TryParseList([.. known.OfType<string>()], out var tags)
                    && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag.Equals(variant.EntityTag.ToString(), StringComparison.Ordinal)));
        }
        return modified is { } at
            && request.Headers.IfModifiedSince.Count > 0
            && request.GetTypedHeaders().IfModifiedSince is { } since
            && at.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }

    private Variant For(StringValues accepted)
    {
        if (accepted.Count == 0 || identity.Bytes.Length < SmallestToCompress)
        {
            return identity;
        }
        return Encodings.Best(accepted) switch
        {
            Encodings.Brotli => brotli ?? Make(ref brotli, Encodings.Brotli, "-br", Compressed(stream => new BrotliStream(stream, CompressionLevel.Optimal))),
            Encodings.Gzip => gzip ?? Make(ref gzip, Encodings.Gzip, "-gz", Compressed(stream => new GZipStream(stream, CompressionLevel.Optimal))),
            _ => identity,
        };
    }

    private Variant Make(ref Variant? place, string encoding, string suffix, Func<ReadOnlyMemory<byte>> compress)
    {
        var grown = 0;
        lock (identity)
        {
            if (place is null)
            {
                var bytes = compress();
                // What did not shrink goes out as it is, under the name of this encoding's variant.
                place = bytes.Length < identity.Bytes.Length ? new Variant(bytes, entityTag + suffix, encoding) : identity;
                grown = place == identity ? 0 : bytes.Length;
                Size += grown;
            }
        }
        if (grown > 0)
        {
            Grew?.Invoke(grown);
        }
        return place;
    }

    private Func<ReadOnlyMemory<byte>> Compressed(Func<Stream, Stream> compression) => () =>
    {
        using var made = new MemoryStream(identity.Bytes.Length / 3);
        using (var into = compression(made))
        {
            into.Write(identity.Bytes.Span);
        }
        return made.ToArray();
    };

    private sealed class Variant(ReadOnlyMemory<byte> bytes, string entityTag, string encoding)
    {
        public ReadOnlyMemory<byte> Bytes { get; } = bytes;
        public StringValues EntityTag { get; } = $"\"{entityTag}\"";
        public string Encoding { get; } = encoding;
    }
}

/// <summary>Which encoding a client would rather have (RFC 9110, section 12.5.3): Brotli, gzip, or none, in this order.</summary>
internal static class Encodings
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";
    public const string Identity = "";

    /// <summary>What browsers and the usual clients send, so that their header is not taken apart for every answer.</summary>
    private static readonly FrozenDictionary<string, string> Usual = new[]
    {
        "gzip, deflate, br, zstd", "gzip, deflate, br", "br, gzip, deflate", "br", "gzip, br", "gzip", "gzip, deflate", "deflate, gzip", "identity", "*",
    }.ToFrozenDictionary(header => header, Parse);

    public static string Best(StringValues accepted) =>
        accepted is [{ } header] ? Usual.TryGetValue(header, out var best) ? best : Parse(header) : Parse(accepted.ToString());

    private static string Parse(string header)
    {
        if (!StringWithQualityHeaderValue.TryParseList([header], out var wanted))
        {
            return Identity;
        }
        double? Quality(string name) =>
            wanted.FirstOrDefault(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } named ? named.Quality ?? 1 : null;
        var others = Quality("*");
        var brotli = Quality(Brotli) ?? others ?? 0;
        var gzip = Quality(Gzip) ?? Quality("x-gzip") ?? others ?? 0;
        var identity = Quality("identity") ?? 0;
        return Math.Max(brotli, gzip) <= 0 || identity > Math.Max(brotli, gzip) ? Identity
            : brotli >= gzip ? Brotli
            : Gzip;
    }
}
