using AutoMapper;

namespace HeadlessNews.Articles;

/// <summary>A preview link, without what opens it.</summary>
public sealed record PreviewLinkSummary
{
    /// <summary>UUID (version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>The revision that it shows; null for the working copy as it is when looked at.</summary>
    /// <example>3</example>
    public required int? Revision { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string MadeBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When it dies, by the database's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was revoked; null if it never was.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>A new preview link with its address, which is shown this once and kept nowhere.</summary>
public sealed record NewPreviewLink
{
    /// <summary>UUID (version 7); revokes it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where the preview is read, from the service's own address on. Whoever has it may look: it needs no key.</summary>
    /// <example>/api/v1/preview/AZqPPmwbfFWdDi9vPxp7EFaO0Yp2bYxwVt1l3hX9l0u3cN1m8JtE5d2rYqk7sW4z</example>
    public required string Url { get; init; }

    /// <summary>The address's last part alone, for a front end's own preview page.</summary>
    /// <example>AZqPPmwbfFWdDi9vPxp7EFaO0Yp2bYxwVt1l3hX9l0u3cN1m8JtE5d2rYqk7sW4z</example>
    public required string Token { get; init; }

    /// <summary>The revision that it shows; null for the working copy as it is when looked at.</summary>
    /// <example>3</example>
    public required int? Revision { get; init; }

    /// <summary>When it dies, by the database's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class PreviewLinkProfile : Profile
{
    public PreviewLinkProfile()
    {
        CreateMap<PreviewLink, PreviewLinkSummary>();
    }
}
