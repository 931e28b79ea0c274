using System.ComponentModel.DataAnnotations;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Articles;

/// <summary>How many revisions are kept.</summary>
internal sealed record RevisionRetention
{
    public const string Section = "Revisions";

    /// <summary>
    /// Of each article's revisions that were never public, the latest so many are kept. The working copy's, one that is scheduled or that a
    /// preview link shows, and all that were ever public are kept besides.
    /// </summary>
    [Range(1, 10_000)]
    public int KeepLatest { get; init; } = 100;

    public static void Add(IServiceCollection services)
    {
        services.AddSettings<RevisionRetention>(Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<RevisionRetention>>().Value);
    }
}

internal static class RevisionPruning
{
    /// <summary>
    /// Ends the revisions that are beyond the retention, in the transaction of the save that made one more. The article is locked. Foreign
    /// keys hold the working copy's, the live and the scheduled one a second time.
    /// </summary>
    public static async Task Prune(this NewsDbContext db, Article article, RevisionRetention retention, CancellationToken cancel)
    {
        if (article.LastRevision <= retention.KeepLatest)
        {
            return;
        }
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM editorial.article_revisions AS kept
            WHERE kept.article_id = {article.Id} AND kept.published_at IS NULL
              AND kept.revision <= (
                  SELECT newer.revision FROM editorial.article_revisions AS newer
                  WHERE newer.article_id = {article.Id} AND newer.published_at IS NULL
                  ORDER BY newer.revision DESC
                  OFFSET {retention.KeepLatest} LIMIT 1)
              AND NOT EXISTS (
                  SELECT FROM editorial.articles AS article
                  WHERE article.id = kept.article_id AND kept.revision IN (article.revision, article.live_revision))
              AND NOT EXISTS (
                  SELECT FROM editorial.scheduled_publications AS due
                  WHERE (due.article_id, due.revision) = (kept.article_id, kept.revision))
              AND NOT EXISTS (
                  SELECT FROM editorial.preview_links AS link
                  WHERE (link.article_id, link.revision) = (kept.article_id, kept.revision)
                    AND link.revoked_at IS NULL AND link.expires_at > clock_timestamp())
            """, cancel);
    }
}
