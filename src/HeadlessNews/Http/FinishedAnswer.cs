using System.Diagnostics;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>When what an answer says was begun to be read: all of its times count from there.</summary>
/// <param name="Timestamp">Of <see cref="Stopwatch"/>.</param>
/// <param name="Time">By the clock.</param>
/// <param name="IsAloneInItsSecond">False when something has changed in the same second: no date can tell before from after.</param>
internal readonly record struct Reading(long Timestamp, DateTimeOffset Time, bool IsAloneInItsSecond);

/// <summary>
/// An answer as it goes out, any number of times: bytes in each encoding, made once, with the headers that caches and clients need. Knows
/// when it must no longer be shown.
/// </summary>
internal sealed class FinishedAnswer : IResult
{
    /// <summary>The server copies what it is given until the client takes it: of a long answer to slow clients, no more than this for each.</summary>
    private const int Piece = 64_000;

    /// <summary>After so many ticks no other node shows anything older.</summary>
    private static readonly long Settling = 2 * Stopwatch.Frequency;

    /// <summary>By this clock or by the database's.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(1);

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
    private readonly StringValues surrogateKey;
    private readonly StringValues link;
    private readonly DateTimeOffset modified;
    private readonly bool isDateItsOwn;
    private readonly long dateProvesFrom;
    private readonly StringValues dateBefore;
    private readonly string entityTag;
    private Variant? gzip;
    private Variant? brotli;

    public FinishedAnswer(Delivered answer, string? link, DeliveryCaching caching, Reading reading, CdnPurge? cdn = null)
    {
        this.caching = caching;
        this.link = link;
        Tags = [.. answer.Tags, .. answer.UnseenTags];
        entityTag = answer.EntityTag;
        // A list has no date of its own: what stands in it now, and did not before, stands in it since it was last read at the latest.
        modified = answer.LastModified ?? reading.Time;
        isDateItsOwn = answer.LastModified is not null;
        if (isDateItsOwn || !reading.IsAloneInItsSecond)
        {
            // Of all that was said in that second, this is the last: the next second is its own, once it is over with nothing new.
            dateBefore = HeaderUtilities.FormatDate(modified);
            dateProvesFrom = isDateItsOwn && reading.Time - modified > LongAgo ? 0 : reading.Timestamp + Settling;
            modified += TimeSpan.FromSeconds(1);
        }
        contentType = answer.ContentType;
        identity = new Variant(answer.Body, entityTag, "");
        List<string> names = [.. cdn?.NamesOf(answer.Tags, answer.UnseenTags) ?? answer.Tags];
        cacheTag = names.Count == 0 ? StringValues.Empty : string.Join(',', names);
        surrogateKey = names.Count == 0 ? StringValues.Empty : cdn?.SurrogateKeys(names);
        lastModified = HeaderUtilities.FormatDate(modified);
        // An answer without an end has one header for all its life.
        cacheControl = answer.FreshFor is null ? caching.Control() : StringValues.Empty;
        // Counted by the database from some moment after this one.
        shownUntil = answer.FreshFor is { } seconds ? reading.Timestamp + seconds * Stopwatch.Frequency : long.MaxValue;
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
        if (surrogateKey.Count > 0)
        {
            headers["Surrogate-Key"] = surrogateKey;
        }
        headers.LastModified = DateProves ? lastModified : dateBefore;
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

    private bool DateProves => dateProvesFrom == 0 || Stopwatch.GetTimestamp() >= dateProvesFrom;

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
        if (!DateProves || request.Headers.IfModifiedSince.Count == 0 || request.GetTypedHeaders().IfModifiedSince is not { } since)
        {
            return false;
        }
        // The time of a reading is this node's, and clocks go back: only the very same one is known.
        return isDateItsOwn ? modified.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds() : modified.ToUnixTimeSeconds() == since.ToUnixTimeSeconds();
    }

    private Variant For(StringValues accepted)
    {
        if (accepted.Count == 0 || identity.Bytes.Length < Encodings.SmallestToCompress)
        {
            return identity;
        }
        return Encodings.Best(accepted) switch
        {
            Encodings.Brotli => brotli ?? Make(ref brotli, Encodings.Brotli, "-br"),
            Encodings.Gzip => gzip ?? Make(ref gzip, Encodings.Gzip, "-gz"),
            _ => identity,
        };
    }

    private Variant Make(ref Variant? place, string encoding, string suffix)
    {
        var grown = 0;
        lock (identity)
        {
            if (place is null)
            {
                var bytes = Encodings.Compress(identity.Bytes, encoding, CompressionLevel.Optimal);
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

    private sealed class Variant(ReadOnlyMemory<byte> bytes, string entityTag, string encoding)
    {
        public ReadOnlyMemory<byte> Bytes { get; } = bytes;
        public StringValues EntityTag { get; } = $"\"{entityTag}\"";
        public string Encoding { get; } = encoding;
    }
}
