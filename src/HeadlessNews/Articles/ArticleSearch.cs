using HeadlessNews.Data;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// Text in the editors' list. Rare words and common ones want opposite ways: what few articles have is looked up by its trigrams and
/// then sorted, what many have is met soon enough by walking the list. The planner cannot know which is which, so the trigrams are
/// asked first; and a walk is bounded, whatever it meets.
/// </summary>
internal static class ArticleSearch
{
    /// <summary>Up to so many finds are sorted; more are common.</summary>
    internal const int MostSorted = 5_000;

    /// <summary>How many articles of the list one page of a walk looks at.</summary>
    internal const int MostProbes = 10_000;

    /// <summary>The articles with this text, or null when there are too many, or too little text to look up.</summary>
    public static async Task<Guid[]?> FindFew(NewsDbContext db, string text, int most, CancellationToken cancel)
    {
        if (!HasTrigram(text))
        {
            return null;
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // In a database whose character type is C, only ASCII letters are letters.
        if (!await db.Database.SqlQuery<bool>($"SELECT cardinality(show_trgm({text})) > 0 AS \"Value\"").SingleAsync(cancel))
        {
            return null;
        }
        // The limit would tempt the planner to read the table until it has met so many, which for a rare word is all of it.
        await db.Database.ExecuteSqlRawAsync(ByIndexOnly, cancel);
        var found = await db.Database.SqlQuery<Guid>(Few(text, most)).ToArrayAsync(cancel);
        await transaction.CommitAsync(cancel);
        return found.Length <= most ? found : null;
    }

    internal const string ByIndexOnly = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off";

    internal static FormattableString Few(string text, int most) =>
        $"""
        (SELECT id AS "Value" FROM editorial.articles WHERE search_text ILIKE {Pattern(text)} LIMIT {most + 1})
        UNION
        (SELECT id FROM editorial.articles WHERE external_id = {text} LIMIT {most + 1})
        """;

    /// <summary>One by one, whatever index there is: the caller bounds how many.</summary>
    public static IQueryable<Article> WithText(this IQueryable<Article> articles, string text)
    {
        var pattern = Pattern(text);
        return articles.Where(article => EF.Functions.ILike(article.SearchText + "", pattern, "\\") || article.Content.ExternalId == text);
    }

    private static string Pattern(string text) => "%" + Likes.Escape(text) + "%";

    /// <summary>Three letters or digits in a row: without them the index would be read whole.</summary>
    private static bool HasTrigram(string text)
    {
        var row = 0;
        foreach (var letter in text.EnumerateRunes())
        {
            row = System.Text.Rune.IsLetterOrDigit(letter) ? row + 1 : 0;
            if (row == 3)
            {
                return true;
            }
        }
        return false;
    }
}
