using System.Text.Json;

namespace HeadlessNews.Log;

/// <summary>Something that happened.</summary>
public sealed record AuditEvent
{
    /// <summary>The event's own id, a random UUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>When, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened, and to what kind of record.</summary>
    /// <example>article.published</example>
    public required string Type { get; init; }

    /// <summary>What it happened to.</summary>
    public required AuditResource Resource { get; init; }

    /// <summary>The record's version after it; of a correction to a live article, or a rendering again, the version of the live document.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>The record's version before it; null for a record that was made by it. The same as `version` for what is appended.</summary>
    /// <example>2</example>
    public required int? PreviousVersion { get; init; }

    /// <summary>Who did it: `key:` and the API key's id, or `system` for the service itself (what fell due, the first start).</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Actor { get; init; }

    /// <summary>What that key is called; null for the service itself.</summary>
    /// <example>News desk</example>
    public required string? ActorName { get; init; }

    /// <summary>The address it came from; null for the service itself.</summary>
    /// <example>203.0.113.7</example>
    public required string? Address { get; init; }

    /// <summary>What belongs to the event: a reason, a note, a time; null for most.</summary>
    public required IReadOnlyDictionary<string, JsonElement>? Data { get; init; }
}

/// <summary>A record as the log names it. It may be gone.</summary>
public sealed record AuditResource
{
    /// <summary>What it is: `article`, `author`, `source`, `tag`, `front`, `webhook`, `key`.</summary>
    /// <example>article</example>
    public required string Kind { get; init; }

    /// <summary>Its id.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required Guid Id { get; init; }
}

/// <summary>Requests that were refused alike: counted, not kept one by one.</summary>
public sealed record AuditRefusal
{
    /// <summary>The row's own id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Why they were refused.</summary>
    public required RefusalKind Kind { get; init; }

    /// <summary>Whose they were, where that is known: `key:` and the API key's id. The text of a key is kept nowhere.</summary>
    /// <example>key:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string? Actor { get; init; }

    /// <summary>The address they came from.</summary>
    /// <example>203.0.113.7</example>
    public required string? Address { get; init; }

    /// <summary>The method; null for one that no route has, and in what was counted by kind alone.</summary>
    /// <example>POST</example>
    public required string? Method { get; init; }

    /// <summary>The route, as its pattern; null where there is none, and in what was counted by kind alone.</summary>
    /// <example>/api/v1/editorial/articles/{id:guid}/publish</example>
    public required string? Route { get; init; }

    /// <summary>For a permission: the role that was needed, or the rule that refused.</summary>
    /// <example>editor</example>
    public required string? Needed { get; init; }

    /// <summary>How many there were.</summary>
    /// <example>12</example>
    public required long Count { get; init; }

    /// <summary>When the first was refused.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When the last was.</summary>
    public required DateTimeOffset LastAt { get; init; }
}
