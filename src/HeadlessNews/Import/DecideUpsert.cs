using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>What is to be done about what was sent: saved, published, withdrawn, left alone or refused.</summary>
internal sealed class DecideUpsert(NewsDbContext db)
{
    public async Task Decide(IReadOnlyList<UpsertLine> lines, UpsertOptions options, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var line in lines.Where(line => line.IsOpen))
        {
            Decide(line, options, now);
        }
        if (!options.Overwrite)
        {
            await FindOutWhoWithdrew(lines.Where(line => line is { IsOpen: true, GoesLive: true, Present.PublicState: PublicState.Withdrawn }), cancel);
        }
    }

    /// <summary>The state of what is here has the first word.</summary>
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
    private async Task FindOutWhoWithdrew(IEnumerable<UpsertLine> lines, CancellationToken cancel)
    {
        foreach (var line in lines)
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
}
