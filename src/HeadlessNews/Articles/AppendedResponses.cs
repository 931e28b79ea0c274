using AutoMapper;

namespace HeadlessNews.Articles;

/// <summary>A dated note to readers.</summary>
public sealed record ArticleCorrection
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the note is about.</summary>
    public required CorrectionKind Kind { get; init; }

    /// <summary>The note; plain text.</summary>
    /// <example>An earlier version gave the first sailing as 21:00. It is 21:30.</example>
    public required string Note { get; init; }

    /// <summary>Who made it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string MadeBy { get; init; }
}

/// <summary>Leave to use an article that its rights prohibit.</summary>
public sealed record ArticleClearance
{
    /// <summary>UUID (version 7); never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is cleared.</summary>
    public required ClearanceScope Scope { get; init; }

    /// <summary>On whose word.</summary>
    /// <example>Agreed with the agency's rights desk by telephone, 4 May.</example>
    public required string Reason { get; init; }

    /// <summary>When it ends, or ended; null for no end.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>Who gave it.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string ClearedBy { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset ClearedAt { get; init; }
}

internal sealed class AppendedProfile : Profile
{
    public AppendedProfile()
    {
        CreateMap<Correction, ArticleCorrection>();
        CreateMap<RightsClearance, ArticleClearance>();
    }
}
