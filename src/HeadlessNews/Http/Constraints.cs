using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace HeadlessNews.Http;

/// <summary>
/// What the database refuses, in an editor's words. The constraints do the real work (no check beforehand can win every race);
/// this is where their names become problems.
/// </summary>
internal static class Constraints
{
    /// <summary>Null for a violation that no request should be able to cause: that is our fault, and a 500.</summary>
    public static ProblemDetails? ProblemFor(PostgresException violation) => violation.ConstraintName switch
    {
        // PostgreSQL ended a ring of waiting writers at the cost of this one.
        null when violation.SqlState == PostgresErrorCodes.DeadlockDetected => Problems.Conflict("Another change came at the same moment. Try again."),
        "articles_source_external_id_key" => Problems.Conflict("Another article of this source has the same externalId."),
        "articles_source_fkey" => Problems.Invalid("source", "is not there any more"),
        "article_authors_author_fkey" => Problems.Invalid("authors", "names an author that is not there any more"),
        "article_tags_tag_fkey" => Problems.Invalid("tags", "names a tag that is not there any more"),
        "article_relations_related_fkey" => Problems.Invalid("related", "names an article that is not there any more"),
        "article_relations_not_itself" => Problems.Invalid("related", "must not name the article itself"),
        "articles_expires_after_embargo" => Problems.Invalid("expiresAt", "must be after embargoUntil"),
        "articles_embargo" => Problems.NotPublishable(["The embargo has not passed."]),
        "articles_rights" or "articles_syndication" => Problems.NotPublishable(["The rights prohibit publication."]),
        "articles_slug_key" or "authors_slug_key" or "sources_slug_key" or "tags_slug_key" or "fronts_slug_key" =>
            Problems.Conflict("The slug was taken at the same moment. Try again."),
        "front_editions_at_key" => Problems.Conflict("Another edition of this front takes effect at the same time."),
        "tags_parent_tree" => Problems.Invalid("parent", "must not stand below the tag itself, nor more than 20 levels deep"),
        "tags_parent_fkey" => Problems.Conflict("The parent tag is gone, or tags stand below this one."),
        _ => null,
    };
}
