using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>Writes what is to be done about the articles of a batch: records, revisions, what readers get, and the log.</summary>
internal sealed class WriteUpserts(NewsDbContext db, PublishArticle publishing, FindNamed named, RevisionRetention retention)
{
    /// <param name="change">To be committed by the caller.</param>
    /// <param name="lines">With what is to be done about each; slugs are given here.</param>
    /// <param name="options">How.</param>
    /// <param name="grounds">For what goes live.</param>
    /// <param name="now">The time of all of it.</param>
    /// <param name="cancel">From the caller.</param>
    public async Task Write(Change change, List<UpsertLine> lines, UpsertOptions options, Grounds grounds, DateTimeOffset now, CancellationToken cancel)
    {
        await TakeSlugs(lines, options, cancel);
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
}
