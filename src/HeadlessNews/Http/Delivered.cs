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
