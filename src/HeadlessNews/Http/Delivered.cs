using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace HeadlessNews.Http;

/// <summary>Finished bytes for readers, with what caches need to know of them.</summary>
internal sealed record Delivered(ReadOnlyMemory<byte> Body)
{
    private readonly string? entityTag;

    /// <summary>Strong; the hash of the bytes, unless it is known.</summary>
    public string EntityTag
    {
        get => entityTag ?? Convert.ToHexStringLower(SHA256.HashData(Body.Span).AsSpan(..12));
        init => entityTag = value;
    }

    /// <summary>With its character set, where that is not part of the type itself.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Seconds after which no cache may show it any more; null for as long as the settings say.</summary>
    public int? FreshFor { get; init; }

    /// <summary>What it shows: whatever changes under one of these names makes it old.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What it does not show but would, if it changed: as <see cref="Tags"/>, but told to nobody.</summary>
    public IReadOnlyList<string> UnseenTags { get; init; } = [];
}

/// <summary>How long, by whom, and how much of it delivery answers may be kept.</summary>
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

    /// <summary>Seconds an answer may be used, here and by caches, while the database cannot be asked.</summary>
    [Range(0, 31_536_000)]
    public int StaleIfError { get; init; } = 600;

    /// <summary>Bytes of memory for finished answers; 0 keeps none.</summary>
    [Range(0, long.MaxValue)]
    public long CacheBytes { get; init; } = 64_000_000;

    /// <summary>True demands a key of readers too; answers are then private.</summary>
    public bool RequireKey { get; init; }

    /// <param name="freshFor">Seconds until what is answered expires: no cache shows it longer, not even while it asks again.</param>
    public string Control(int? freshFor = null)
    {
        var most = Math.Max(0, freshFor ?? int.MaxValue);
        var maxAge = Math.Min(MaxAge, most);
        var shared = Math.Min(SharedMaxAge, most);
        if (RequireKey)
        {
            return $"private, max-age={maxAge}";
        }
        var left = most - Math.Max(maxAge, shared);
        return $"public, max-age={maxAge}, s-maxage={shared}, stale-while-revalidate={Math.Min(StaleWhileRevalidate, left)}, stale-if-error={Math.Min(StaleIfError, left)}";
    }
}
