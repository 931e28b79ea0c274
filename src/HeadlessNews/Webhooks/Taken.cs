namespace HeadlessNews.Webhooks;

/// <summary>A delivery in this node's hands, until it says what became of it or its lease runs out.</summary>
internal sealed record Taken
{
    public required Guid Webhook { get; init; }
    public required Guid Id { get; init; }
    public required Guid Lease { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string LoggedAs { get; init; }
    public required long Position { get; init; }
    public required string Kind { get; init; }
    public required Guid Resource { get; init; }
    public required int Version { get; init; }

    /// <summary>How often it was tried since it was queued.</summary>
    public required int Tries { get; init; }

    /// <summary>Since it was queued.</summary>
    public required TimeSpan Age { get; init; }
}
