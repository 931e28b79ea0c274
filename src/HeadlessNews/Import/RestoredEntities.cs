using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Fronts;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

namespace HeadlessNews.Import;

/// <summary>
/// From lines to records as they were. What no verb of theirs would set (a version, a time gone by) is set on what the context is to add:
/// nobody but a restore may write history.
/// </summary>
internal static class RestoredEntities
{
    public static ArticleSnapshot Snapshot(ArticleRequest content) => new()
    {
        Content = SaveArticle.ContentOf(content, ""),
        Source = Guid.Parse(content.Source!),
        Authors = [.. (content.Authors ?? []).Select(Guid.Parse)],
        Tags = [.. (content.Tags ?? []).Select(Guid.Parse)],
        Related = [.. (content.Related ?? []).Select(related => new RelatedSnapshot(Guid.Parse(related.Article!), related.Kind ?? RelationKind.Related))],
    };

    public static void AddRecord(this NewsDbContext db, ExportedRecord line)
    {
        NamedRecord record = line switch
        {
            ExportedSource source => Replaced(new Source(line.Id), source.Content),
            ExportedAuthor author => Replaced(new Author(line.Id), author.Content),
            ExportedTag tag => Replaced(new Tag(line.Id), tag.Content),
            ExportedFront front => Front(front),
            _ => throw new InvalidOperationException($"No record is made of {line.GetType().Name}."),
        };
        if (line is ExportedTag { Content.Parent: { } parent })
        {
            ((Tag)record).MoveBelow(Guid.Parse(parent));
        }
        var entry = db.Add(record);
        entry.Property(nameof(NamedRecord.Version)).CurrentValue = line.Version;
        entry.Property(nameof(NamedRecord.CreatedAt)).CurrentValue = line.CreatedAt;
        entry.Property(nameof(NamedRecord.UpdatedAt)).CurrentValue = line.UpdatedAt;
        if (line is ExportedFront { Editions: var editions })
        {
            foreach (var edition in ((Front)record).Editions)
            {
                db.Entry(edition).Property(kept => kept.Version).CurrentValue = editions.Single(exported => exported.Id == edition.Id).Version;
            }
        }
        db.AddSlugs(record.SlugKind, line.Id, line.Slugs);
    }

    /// <summary>The authors, sources and tags that fill a front, now or later.</summary>
    public static IReadOnlyCollection<Guid> NamedBy(ExportedFront line)
    {
        var front = Front(line);
        return [.. front.Names.Concat(front.Editions.SelectMany(edition => edition.Names)).Distinct()];
    }

    public static void AddSlugs(this NewsDbContext db, SlugKind kind, Guid owner, IEnumerable<ExportedSlug> slugs) =>
        db.AddRange(slugs.Select(slug => new TakenSlug { Kind = kind, Slug = slug.Slug, OwnerId = owner, WasPublic = slug.WasPublic }));

    /// <summary>The article with all that is its own but for the related articles, which may come later.</summary>
    public static Article AddArticle(this NewsDbContext db, ExportedArticle line, RestoreGroup group)
    {
        var article = new Article(line.Id, line.CreatedBy, line.CreatedAt, group.Snapshot(line.Revision) with { Related = [] });
        var entry = db.Add(article);
        entry.Property(row => row.Version).CurrentValue = line.Version;
        entry.Property(row => row.Revision).CurrentValue = line.Revision;
        entry.Property(row => row.LastRevision).CurrentValue = line.LastRevision;
        entry.Property(row => row.UpsertedRevision).CurrentValue = line.UpsertedRevision;
        entry.Property(row => row.Stage).CurrentValue = line.Stage;
        entry.Property(row => row.PublicState).CurrentValue =
            line.Published is null ? PublicState.Never : line.Published.Withdrawn is null ? PublicState.Live : PublicState.Withdrawn;
        entry.Property(row => row.LiveRevision).CurrentValue = line.Published?.Revision;
        entry.Property(row => row.LiveSlug).CurrentValue = line.Published?.Slug;
        entry.Property(row => row.FirstPublishedAt).CurrentValue = line.FirstPublishedAt;
        entry.Property(row => row.UpdatedAt).CurrentValue = line.UpdatedAt;
        foreach (var revision in group.Revisions)
        {
            db.Add(new ArticleRevision
            {
                ArticleId = line.Id,
                Revision = revision.Revision,
                Content = SaveArticle.Serialize(group.Snapshot(revision.Revision)),
                SavedBy = revision.SavedBy,
                SavedAt = revision.SavedAt,
                Comment = revision.Content.Comment,
            }).Property(kept => kept.PublishedAt).CurrentValue = revision.PublishedAt;
        }
        if (line.Scheduled is { } due)
        {
            var scheduled = new ScheduledPublication(line.Id);
            scheduled.Pin(due.Revision, due.Slug, due.DueAt, due.ScheduledBy, due.ScheduledAt);
            var pinned = db.Add(scheduled);
            pinned.Property(row => row.TryAt).CurrentValue = due.TryAt;
            pinned.Property(row => row.Attempts).CurrentValue = due.Attempts;
            pinned.Property(row => row.FailedAt).CurrentValue = due.FailedAt;
            pinned.Property(row => row.Failure).CurrentValue = due.Failure?.ToArray();
        }
        db.AddRange(Corrections(line));
        db.AddRange(Clearances(line));
        db.AddSlugs(SlugKind.Article, line.Id, line.Slugs);
        return article;
    }

    public static IEnumerable<Correction> Corrections(ExportedArticle line) => line.Corrections.Select(correction => new Correction
    {
        Id = correction.Id,
        ArticleId = line.Id,
        At = correction.At,
        Kind = correction.Kind,
        Note = correction.Note,
        MadeBy = correction.MadeBy,
    });

    public static IEnumerable<RightsClearance> Clearances(ExportedArticle line) => line.Clearances.Select(clearance => new RightsClearance
    {
        Id = clearance.Id,
        ArticleId = line.Id,
        Scope = clearance.Scope,
        Reason = clearance.Reason,
        Until = clearance.Until,
        ClearedBy = clearance.ClearedBy,
        ClearedAt = clearance.ClearedAt,
    });

    public static WithdrawnArticle Withdrawn(Guid id, ExportedPublication published, ExportedWithdrawal withdrawn) => new()
    {
        Id = id,
        Slug = published.Slug,
        Version = published.Version,
        Revision = published.Revision,
        PublishedAt = published.PublishedAt,
        UpdatedAt = published.UpdatedAt,
        WithdrawnAt = withdrawn.At,
        Notice = withdrawn.Notice,
        Language = withdrawn.Language,
        Redistribution = EnumNames.Of(withdrawn.Redistribution),
        IsSyndicable = withdrawn.IsSyndicable,
        SyndicableUntil = withdrawn.SyndicableUntil,
        EmbargoUntil = withdrawn.EmbargoUntil,
    };

    private static NamedRecord<TRequest> Replaced<TRequest>(NamedRecord<TRequest> record, TRequest content) where TRequest : class, INamedRequest
    {
        record.Replace(content);
        record.MoveTo(content.Slug!);
        return record;
    }

    private static Front Front(ExportedFront line)
    {
        var front = new Front(line.Id);
        front.Call(line.Content.Name!, line.Content.Description);
        front.MoveTo(line.Content.Slug!);
        front.Show(Layout(line.Content));
        foreach (var edition in line.Editions)
        {
            var come = new FrontEdition(edition.Id, line.Id, edition.ScheduledBy, edition.ScheduledAt);
            come.Replace(edition.Content.At!.Value, Layout(edition.Content));
            front.Schedule(come);
        }
        return front;
    }

    private static FrontLayout Layout(IFrontLayoutRequest content) => new()
    {
        Lead = content.Lead is { } lead ? Slot(lead) : null,
        Slots = [.. (content.Slots ?? []).Select(Slot)],
    };

    private static SlotLayout Slot(FrontSlotRequest slot) => new()
    {
        Title = slot.Title,
        Article = Id(slot.Article),
        Headline = slot.Headline,
        Kicker = slot.Kicker,
        From = slot.From,
        Until = slot.Until,
        Fill = slot.Fill is not { } fill ? null : new FillLayout
        {
            Tags = [.. (fill.Tags ?? []).Select(Guid.Parse)],
            Section = Id(fill.Section),
            Author = Id(fill.Author),
            Source = Id(fill.Source),
            Language = fill.Language,
            Genre = fill.Genre,
            Limit = fill.Limit ?? 1,
        },
    };

    private static Guid? Id(string? reference) => reference is null ? null : Guid.Parse(reference);
}
