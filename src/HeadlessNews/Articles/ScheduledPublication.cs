using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Articles;

/// <summary>A publication to come: one revision, pinned, and its time. Gone when the article has been published, or its stage has changed.</summary>
internal sealed class ScheduledPublication
{
    /// <summary>How often a publication is tried whose failure is no fault of its own, such as a database that went away in the middle.</summary>
    private const int MostAttempts = 8;

    private ScheduledPublication() { }

    public ScheduledPublication(Guid articleId) => ArticleId = articleId;

    public Guid ArticleId { get; private init; }
    public int Revision { get; private set; }

    /// <summary>The pinned revision's slug: the article's own until then, whatever later saves choose.</summary>
    public string Slug { get; private set; } = "";

    public DateTimeOffset DueAt { get; private set; }
    public string ScheduledBy { get; private set; } = "";
    public DateTimeOffset ScheduledAt { get; private set; }

    /// <summary>When it is to be tried; null once its rules refused it, until an editor acts.</summary>
    public DateTimeOffset? TryAt { get; private set; }

    public int Attempts { get; private set; }
    public DateTimeOffset? FailedAt { get; private set; }

    /// <summary>Why the last try failed.</summary>
    public string[]? Failure { get; private set; }

    public void Pin(int revision, string slug, DateTimeOffset dueAt, string by, DateTimeOffset now)
    {
        Revision = revision;
        Slug = slug;
        DueAt = dueAt;
        ScheduledBy = by;
        ScheduledAt = now;
        TryAt = dueAt;
        Attempts = 0;
        FailedAt = null;
        Failure = null;
    }

    /// <summary>Its own rules forbid it: trying again would change nothing.</summary>
    public void Refuse(IReadOnlyList<string> reasons, DateTimeOffset now)
    {
        Note(reasons, now);
        TryAt = null;
    }

    /// <summary>
    /// Something else went wrong: tried again later and later, and not for ever. Nothing is postponed that is not to be tried yet: an
    /// editor has scheduled it anew since, or another node has postponed it.
    /// </summary>
    public bool Postpone(string reason, DateTimeOffset now)
    {
        if (TryAt is null || TryAt > now)
        {
            return false;
        }
        Note([reason], now);
        TryAt = Attempts < MostAttempts ? now.AddSeconds(5 * Math.Pow(2, Attempts - 1)) : null;
        return true;
    }

    private void Note(IReadOnlyList<string> reasons, DateTimeOffset now)
    {
        Attempts++;
        FailedAt = now;
        Failure = [.. reasons];
    }

    internal sealed class Table : IEntityTypeConfiguration<ScheduledPublication>
    {
        public void Configure(EntityTypeBuilder<ScheduledPublication> builder)
        {
            builder.ToTable("scheduled_publications").HasKey(scheduled => scheduled.ArticleId);
        }
    }
}
