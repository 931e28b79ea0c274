using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Webhooks;

/// <summary>An address that is told of what is published. Its secrets and how it has fared are kept apart from it.</summary>
internal sealed class Webhook : IOrderedById
{
    private Webhook() { }

    public Webhook(Guid id, string createdBy)
    {
        Id = id;
        CreatedBy = createdBy;
    }

    public Guid Id { get; private init; }
    public int Version { get; private set; }
    public string Url { get; private set; } = "";
    public string? Description { get; private set; }
    public IReadOnlyList<string> Events { get; private set; } = [];
    public bool Enabled { get; private set; }
    public string? DisabledReason { get; private set; }
    public string CreatedBy { get; private init; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset UpdatedAt { get; private set; }

    public void Replace(WebhookRequest request)
    {
        Url = request.Url!;
        Description = request.Description;
        Events = [.. request.Events!];
        Enabled = request.Enabled ?? true;
        if (Enabled)
        {
            DisabledReason = null;
        }
    }

    /// <summary>The request that would leave this webhook as it is: what a merge patch is merged into.</summary>
    public WebhookRequest ToRequest() => new() { Url = Url, Description = Description, Events = Events, Enabled = Enabled };

    /// <summary>The service's own doing, not an administrator's.</summary>
    public void Disable(string reason)
    {
        Enabled = false;
        DisabledReason = reason;
    }

    /// <summary>A save has changed something: the next version.</summary>
    public void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
        if (Version == 1)
        {
            CreatedAt = now;
        }
    }

    internal sealed class Table : IEntityTypeConfiguration<Webhook>
    {
        public void Configure(EntityTypeBuilder<Webhook> builder)
        {
            builder.ToTable("webhooks");
            builder.Property(webhook => webhook.Version).IsConcurrencyToken();
        }
    }
}
