using System.Collections.Frozen;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>Which encoding a client would rather have (RFC 9110, section 12.5.3): Brotli, gzip, or none, in this order.</summary>
internal static class Encodings
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";
    public const string Identity = "";

    /// <summary>Bytes below which compression costs more than the wire.</summary>
    public const int SmallestToCompress = 600;

    /// <summary>What browsers and the usual clients send, so that their header is not taken apart for every answer.</summary>
    private static readonly FrozenDictionary<string, string> Usual = new[]
    {
        "gzip, deflate, br, zstd", "gzip, deflate, br", "br, gzip, deflate", "br", "gzip, br", "gzip", "gzip, deflate", "deflate, gzip", "identity", "*",
    }.ToFrozenDictionary(header => header, Parse);

    public static string Best(StringValues accepted) =>
        accepted is [{ } header] ? Usual.TryGetValue(header, out var best) ? best : Parse(header) : Parse(accepted.ToString());

    public static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> bytes, string encoding, CompressionLevel level)
    {
        using var made = new MemoryStream(bytes.Length / 3);
        using (Stream into = encoding == Brotli ? new BrotliStream(made, level) : new GZipStream(made, level))
        {
            into.Write(bytes.Span);
        }
        return made.ToArray();
    }

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
