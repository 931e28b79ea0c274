using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>
/// Articles that a script sends, many in one transaction, written in the way of any other: record, revision, document, log. One that is
/// refused leaves nothing behind, and does not hold up the others. No two have the same source and external id.
/// </summary>
internal sealed class UpsertBatch(
    NewsDbContext db, Actor actor, IMapper mapper, PublishArticle publishing, FindNamed named, FindRelated related, RevisionRetention retention, TimeProvider clock)
{
    /// <summary>From here on they are an import's.</summary>
    private const int Many = 20;

    /// <param name="upserts">What was sent.</param>
    /// <param name="options">How.</param>
    /// <param name="withAnswer">Whether the article is asked for as editors see it.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>What became of each, in order.</returns>
    public async Task<IReadOnlyList<Upserted>> Run(IReadOnlyList<Upsert> upserts, UpsertOptions options, bool withAnswer, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        if (upserts.Count >= Many)
        {
            await WordIndexes.Gather(change.Connection, cancel);
        }
        // Looking for changes at every step would cost more than the steps.
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var lines = upserts.Select(upsert => new UpsertLine(upsert)).ToList();
        var now = await db.Now(cancel);
        await FindReferences(lines, options, cancel);
        await FindPresent(lines, options, cancel);
        await related.Find([.. lines.Where(line => line.IsOpen)], options.DryRun, cancel);
        foreach (var line in lines.Where(line => line.IsOpen))
        {
            Decide(line, options, now);
        }
        await FindOutWhoWithdrew(lines, options, cancel);
        var grounds = await publishing.Judge(
            lines.Where(line => line is { IsOpen: true, GoesLive: true }).ToDictionary(line => line.Id, line => line.Snapshot!), cancel, named.WithNew);
        foreach (var line in lines.Where(line => line.IsOpen && grounds.Refusals.ContainsKey(line.Id)))
        {
            line.Refuse(Problems.NotPublishable(grounds.Refusals[line.Id]));
        }
        await TakeSlugs(lines, options, cancel);
        await Write(change, lines, grounds, now, cancel);
        foreach (var line in lines.Where(line => withAnswer && line.Outcome.Problem is null))
        {
            line.Outcome = line.Outcome with { Answer = await db.Read(mapper, line.Id, cancel) };
        }
        if (!options.DryRun)
        {
            await change.Commit(cancel);
        }
        return lines.ConvertAll(line => line.Outcome);
    }

    private async Task FindReferences(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var sources = await named.Sources([.. lines.Select(line => line.Upsert.Asked(line.Sent.Source!))], options, cancel);
        // Of what is canceled nothing but where it came from is looked at.
        var whole = lines.FindAll(line => !line.Upsert.IsCanceled);
        var authors = await named.Authors([.. whole.SelectMany(line => Asked(line, line.Sent.Authors))], options, cancel);
        var tags = await named.Tags([.. whole.SelectMany(line => Asked(line, line.Sent.Tags))], options, cancel);
        foreach (var line in lines)
        {
            var errors = new Dictionary<string, string[]>();
            line.SourceId = One(sources[line.Upsert.Asked(line.Sent.Source!)], "source");
            if (!line.Upsert.IsCanceled)
            {
                line.Authors = All(Asked(line, line.Sent.Authors), authors, "authors");
                line.Tags = All(Asked(line, line.Sent.Tags), tags, "tags");
            }
            if (errors.Count > 0)
            {
                line.Refuse(Problems.Invalid(errors));
            }

            Guid One(FindNamed.Meaning meaning, string path)
            {
                if (meaning.Fault is { } fault)
                {
                    errors[path] = [fault];
                }
                return meaning.Id;
            }

            List<Guid> All(IEnumerable<Asked> asked, IReadOnlyDictionary<Asked, FindNamed.Meaning> meanings, string path)
            {
                var ids = new List<Guid>();
                foreach (var (one, nth) in asked.Select((one, nth) => (one, nth)))
                {
                    var id = One(meanings[one], $"{path}[{nth}]");
                    if (!ids.Contains(id))
                    {
                        ids.Add(id);
                    }
                    else if (id != Guid.Empty && !line.Upsert.NamesMayCoincide)
                    {
                        errors[$"{path}[{nth}]"] = ["names the same record twice"];
                    }
                }
                return ids;
            }
        }
    }

    private static IEnumerable<Asked> Asked(UpsertLine line, IReadOnlyList<string>? names) => (names ?? []).Select(line.Upsert.Asked);

    private async Task FindPresent(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var open = lines.FindAll(line => line.IsOpen);
        var present = (await db.Lock([.. open.Select(line => line.SourceId)], [.. open.Select(line => line.Sent.ExternalId!)], cancel))
            .ToDictionary(article => (article.SourceId, article.Content.ExternalId!));
        foreach (var line in open)
        {
            line.Present = present.GetValueOrDefault((line.SourceId, line.Sent.ExternalId!));
            line.Id = line.Present?.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
            if (line.Present is not null && options.OnConflict == OnConflict.Skip)
            {
                line.End(UpsertStatus.Skipped);
            }
        }
    }

    /// <summary>What is to be done about one; the state of what is here has the first word.</summary>
    private static void Decide(UpsertLine line, UpsertOptions options, DateTimeOffset now)
    {
        var (sent, present) = (line.Sent, line.Present);
        if (line.Upsert.IsCanceled)
        {
            if (present?.PublicState != PublicState.Live)
            {
                line.End(present is null ? UpsertStatus.Skipped : UpsertStatus.Unchanged);
            }
            else if (!options.Publish)
            {
                line.Refuse(Problems.Canceled());
            }
            return;
        }
        if (sent.PublishedAt > now.AddMinutes(1))
        {
            line.Refuse(Problems.Invalid("publishedAt", "must not be in the future"));
            return;
        }
        if (present?.Stage == Stage.Trashed)
        {
            line.Refuse(Problems.ActionNotAllowed("save", "trashed", present.AllowedActions.Select(EnumNames.Of)));
            return;
        }
        line.Snapshot = new ArticleSnapshot
        {
            Content = SaveArticle.ContentOf(sent, present?.Content.Slug ?? ""),
            Source = line.SourceId,
            Authors = line.Authors,
            Tags = line.Tags,
            Related = line.Related,
        };
        line.IsSaved = present is null || SaveArticle.Serialize(line.Snapshot) != SaveArticle.Serialize(present.Snapshot());
        if (present is not null && line.IsSaved && options.OnConflict == OnConflict.Fail)
        {
            line.Refuse(Problems.Exists());
        }
        else if (present is not null && line.IsSaved && present.Revision != present.UpsertedRevision && !options.Overwrite)
        {
            line.Refuse(Problems.EditedSince("was edited"));
        }
        else
        {
            line.GoesLive = options.Publish && (line.IsSaved || present!.PublicState != PublicState.Live || present.HasUnpublishedChanges);
            if (!line.IsSaved && !line.GoesLive)
            {
                line.End(UpsertStatus.Unchanged);
            }
        }
    }

    /// <summary>What an editor has taken back does not come again by itself; what ran out of time or rights, or its source had canceled, may.</summary>
    private async Task FindOutWhoWithdrew(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        foreach (var line in lines.Where(line => line is { IsOpen: true, GoesLive: true, Present.PublicState: PublicState.Withdrawn } && !options.Overwrite))
        {
            var because = await db.Database.SqlQuery<string?>(
                $"""
                SELECT data ->> 'because' AS "Value"
                FROM log.events
                WHERE resource_id = {line.Id} AND type = 'article.withdrawn'
                ORDER BY position DESC
                LIMIT 1
                """).ToListAsync(cancel);
            if (because is not [not null])
            {
                line.Refuse(Problems.EditedSince("was withdrawn"));
            }
        }
    }

    private async Task TakeSlugs(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var wishes = lines.Where(line => line is { IsOpen: true, IsSaved: true } && line.Snapshot!.Content.Slug != (line.Present?.Content.Slug ?? " "))
            .Select(line => new SlugWish(line.Id, line.Sent.Slug, line.Sent.Headline!, line.Sent.Language)).ToList();
        var got = await db.Take(SlugKind.Article, wishes, options.Publish, cancel);
        foreach (var line in lines.Where(line => line.IsOpen && got.ContainsKey(line.Id)))
        {
            if (got[line.Id] is { } slug)
            {
                line.HasNewSlug = line.Present is not null;
                line.Snapshot = line.Snapshot! with { Content = line.Snapshot.Content with { Slug = slug } };
            }
            else
            {
                line.Refuse(Problems.SlugTaken(line.Sent.Slug!));
            }
        }
    }

    private async Task Write(Change change, List<UpsertLine> lines, Grounds grounds, DateTimeOffset now, CancellationToken cancel)
    {
        var open = lines.FindAll(line => line.IsOpen);
        await named.Write(change, open.SelectMany(line => line.Authors.Concat(line.Tags).Append(line.SourceId)).ToHashSet(), cancel);
        var fresh = new List<object>();
        foreach (var line in open.Where(line => line.IsSaved))
        {
            Save(change, line, now, line.GoesLive ? grounds.Now : null, fresh);
        }
        db.ChangeTracker.AutoDetectChangesEnabled = true;
        var publications = open.FindAll(line => line.GoesLive).ConvertAll(line => Publication.OfWorkingCopy(line.Article!));
        if (publications.Count > 0)
        {
            await publishing.Publish(change, publications, grounds, cancel, WriteNew);
        }
        else
        {
            await WriteNew();
        }
        foreach (var canceled in open.Where(line => line.Upsert.IsCanceled))
        {
            await publishing.Withdraw(change, [canceled.Present!], Withdrawal.CanceledBySource(canceled.Sent.InternalNote), cancel);
            canceled.End(UpsertStatus.Updated);
        }
        foreach (var line in open.Where(line => line.IsSaved && line.Present is not null))
        {
            if (line.HasNewSlug)
            {
                await db.FreeSlugs([line.Id], cancel);
            }
            await db.Prune(line.Present!, retention, cancel);
        }
        foreach (var line in open.Where(line => line.IsOpen))
        {
            line.End(line.Present is null ? UpsertStatus.Created : UpsertStatus.Updated);
        }

        async Task WriteNew()
        {
            await db.CopyNew(fresh, cancel);
            await db.SaveChangesAsync(cancel);
            // What is checked at the commit else, while all other writers wait for it.
            await db.Database.ExecuteSqlAsync($"SET CONSTRAINTS ALL IMMEDIATE", cancel);
        }
    }

    private static void Save(Change change, UpsertLine line, DateTimeOffset now, DateTimeOffset? publishedAt, List<object> fresh)
    {
        var data = SaveArticle.DataOf(line.Sent.Comment);
        if (line.Present is { } article)
        {
            var previous = article.Version;
            article.Save(line.Snapshot!, now);
            change.Record("article.saved", article.Id, article.Version, previous, data);
        }
        else
        {
            article = new Article(line.Id, change.Actor, now, line.Snapshot!);
            change.Record("article.created", article.Id, article.Version, data: data);
        }
        article.NoteUpsert();
        line.Article = article;
        if (line.Present is null)
        {
            fresh.Add(article);
        }
        fresh.Add(SaveArticle.RevisionOf(article, line.Snapshot!, change.Actor, line.Sent.Comment, publishedAt));
    }
}

/// <summary>One of a batch, on its way.</summary>
internal sealed class UpsertLine(Upsert upsert)
{
    private Article? article;

    public Upsert Upsert => upsert;
    public ArticleRequest Sent => upsert.Article;
    public Guid Id { get; set; }
    public Guid SourceId { get; set; }
    public IReadOnlyList<Guid> Authors { get; set; } = [];
    public IReadOnlyList<Guid> Tags { get; set; } = [];
    public IReadOnlyList<RelatedSnapshot> Related { get; set; } = [];

    /// <summary>The article that was here before, locked.</summary>
    public Article? Present { get; set; }

    /// <summary>The article from here on.</summary>
    public Article? Article
    {
        get => article ?? Present;
        set => article = value;
    }

    public ArticleSnapshot? Snapshot { get; set; }
    public bool IsSaved { get; set; }
    public bool GoesLive { get; set; }
    public bool HasNewSlug { get; set; }
    public Upserted Outcome { get; set; } = new(UpsertStatus.Failed);

    /// <summary>Whether something is to be done about it yet.</summary>
    public bool IsOpen { get; private set; } = true;

    public void Refuse(ProblemDetails problem)
    {
        IsOpen = false;
        Outcome = Upserted.Failed(problem, Present?.Id);
    }

    public void End(UpsertStatus status)
    {
        IsOpen = false;
        Outcome = new Upserted(status, Present?.Id ?? (status == UpsertStatus.Created ? Id : null));
    }
}
