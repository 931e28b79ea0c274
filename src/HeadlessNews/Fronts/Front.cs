using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Fronts;

/// <summary>
/// A page that editors put together. It has no draft: what is saved is live. What is to come later is an edition of its own, which is
/// the front's layout from its time on, without anything being done.
/// </summary>
internal sealed class Front : NamedRecord
{
    private readonly List<FrontEdition> editions = [];

    private Front() { }

    public Front(Guid id) => Id = id;

    public override SlugKind SlugKind => SlugKind.Front;
    public string? Description { get; private set; }
    public FrontLayout Layout { get; private set; } = FrontLayout.Empty;
    public Guid[] Names { get; private set; } = [];

    /// <summary>The layouts to come, and those whose time has come since the last save.</summary>
    public IReadOnlyList<FrontEdition> Editions => editions;

    public void Call(string name, string? description) => (Name, Description) = (name, description);

    public void Show(FrontLayout layout) => (Layout, Names) = (layout, layout.Names());

    /// <summary>
    /// What has taken effect by now is the front's layout; each is a version of its own, so that who read the front before cannot undo it
    /// unseen.
    /// </summary>
    public void CatchUp(DateTimeOffset now)
    {
        foreach (var due in editions.Where(edition => edition.At <= now).OrderBy(edition => edition.At).ToList())
        {
            Show(due.Layout);
            Touch(due.At);
            editions.Remove(due);
        }
    }

    public void Schedule(FrontEdition edition) => editions.Add(edition);

    public void Cancel(FrontEdition edition) => editions.Remove(edition);

    internal sealed class Table : IEntityTypeConfiguration<Front>
    {
        public void Configure(EntityTypeBuilder<Front> builder)
        {
            builder.ToTable("fronts").Ignore(front => front.SlugKind);
            builder.HasIndex(front => front.Slug).IsUnique();
            builder.Property(front => front.Version).IsConcurrencyToken();
            builder.Property(front => front.Layout).IsKeptAsText();
            builder.HasMany(front => front.Editions).WithOne().HasForeignKey(edition => edition.FrontId);
        }
    }
}

/// <summary>A layout to come.</summary>
internal sealed class FrontEdition
{
    private FrontEdition() { }

    public FrontEdition(Guid id, Guid frontId, string by, DateTimeOffset now)
    {
        Id = id;
        FrontId = frontId;
        ScheduledBy = by;
        ScheduledAt = now;
    }

    public Guid Id { get; private init; }
    public Guid FrontId { get; private init; }
    public int Version { get; private set; }
    public DateTimeOffset At { get; private set; }
    public FrontLayout Layout { get; private set; } = FrontLayout.Empty;
    public Guid[] Names { get; private set; } = [];
    public string ScheduledBy { get; private init; } = "";
    public DateTimeOffset ScheduledAt { get; private init; }

    public void Replace(DateTimeOffset at, FrontLayout layout)
    {
        (At, Layout, Names) = (at, layout, layout.Names());
        Version++;
    }

    internal sealed class Table : IEntityTypeConfiguration<FrontEdition>
    {
        public void Configure(EntityTypeBuilder<FrontEdition> builder)
        {
            builder.ToTable("front_editions");
            // The id is made here: without this, one that joins a front which is tracked would be taken for one that is there.
            builder.Property(edition => edition.Id).ValueGeneratedNever();
            builder.HasIndex(edition => new { edition.FrontId, edition.At }).IsUnique();
            builder.Property(edition => edition.Version).IsConcurrencyToken();
            builder.Property(edition => edition.Layout).IsKeptAsText();
        }
    }
}

internal static class LayoutColumn
{
    public static string Text(this FrontLayout layout) => JsonSerializer.Serialize(layout, Json.Options);

    public static void IsKeptAsText(this PropertyBuilder<FrontLayout> layout) => layout.HasColumnType("json").HasConversion(
        kept => kept.Text(),
        text => JsonSerializer.Deserialize<FrontLayout>(text, Json.Options)!,
        new ValueComparer<FrontLayout>(
            (one, other) => one!.Text() == other!.Text(), kept => kept.Text().GetHashCode(StringComparison.Ordinal), kept => kept));
}
