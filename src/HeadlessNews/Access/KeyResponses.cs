using AutoMapper;

namespace HeadlessNews.Access;

/// <summary>An API key, without its secret.</summary>
public sealed record ApiKeySummary
{
    /// <summary>UUID (version 7). It stands in the key's text, and as `key:` and this id where the log says who did something.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the key is for.</summary>
    /// <example>Website front end</example>
    public required string Name { get; init; }

    /// <summary>What the key may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked; null while it works.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was last used, to the minute; null for never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A new API key with its secret, which is shown this once and kept nowhere.</summary>
public sealed record NewApiKey
{
    /// <summary>The text to send as `Authorization: Bearer ...`.</summary>
    /// <example>hn_019a8f3e6c1b7c559d0e2f6f3c1a7b10_5d4140...</example>
    public required string Secret { get; init; }

    /// <summary>The key itself.</summary>
    public required ApiKeySummary Key { get; init; }
}

internal sealed class KeyProfile : Profile
{
    public KeyProfile()
    {
        CreateMap<ApiKey, ApiKeySummary>();
    }
}
