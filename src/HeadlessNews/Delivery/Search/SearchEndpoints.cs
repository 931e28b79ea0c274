using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Search;

/// <summary>Published news by words, and names by what is typed of them. No answer is kept: hardly any is asked for twice.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this RouteGroupBuilder api)
    {
        api.MapGet("/search", Search).WithName("SearchArticles").WithTags("Search").DeliversUnkept<SearchPage>();
        api.MapGet("/suggest", Suggest).WithName("Suggest").WithTags("Search").DeliversUnkept<Suggestions>();
    }

    /// <summary>Search published articles</summary>
    /// <remarks>
    /// Finds words in headlines, kickers, summaries, texts, and the names of authors, sources, tags (their aliases too) and
    /// places; in other forms too, by the rules of each article's own language (`ferries` finds `ferry`). All words must be there; `"night ferry"` is a phrase, `ferry or boat`
    /// either, `-boat` excludes. Spellings that keyboards mix count as one: Persian and Arabic letters, digits, vowel signs, the zero-width
    /// non-joiner; accents in English and where a language has no stemmer. Words that stand everywhere (`the`, `of`) are not looked for: a
    /// query of nothing else finds nothing.
    ///
    /// A search looks at the 500 newest matches, so that its cost does not grow with the archive: they are ranked and counted, and `matches`
    /// says whether there are more. They are ranked by their headlines first, then kickers and summaries, then names, and by their age; words
    /// that stand in the text alone find an article, but move it no higher. `sort=newest` pages through all there are; a page of it may be short, even empty, and still have a
    /// `nextCursor`. What is published meanwhile moves no article to another page.
    ///
    /// A query takes at most 200 characters and 20 words. One whose words are common, but hardly ever stand together, is not followed to the
    /// archive's end in one answer: `matches` says so too. One that takes too long is given up (503, `search-too-slow`).
    /// </remarks>
    /// <param name="q">The words; needed.</param>
    /// <param name="sort">`relevance` (if left out) or `newest`.</param>
    /// <param name="facets">What to count among the matches, as names separated by commas: `tags`, `sources`, `authors`, `months`.</param>
    /// <param name="tag">Only with this tag or one below it (slug or id). Repeat it to ask for several at once.</param>
    /// <param name="section">Only in this section or one below it: the slug or id of a tag of the kind `section`.</param>
    /// <param name="author">Only by this author (slug or id).</param>
    /// <param name="source">Only from this source (slug or id).</param>
    /// <param name="language">Only in this language (BCP 47); `en` finds `en-GB` too.</param>
    /// <param name="genre">Only of this sort: `article`, `analysis`, `opinion` and so on.</param>
    /// <param name="from">Only published then or later.</param>
    /// <param name="to">Only published before; later than `from`.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<object> Search(
        string? q, QueryEnum<SearchSort>? sort, string? facets, string[]? tag, string? section, string? author, string? source, string? language,
        string? genre, QueryTime? from, QueryTime? to, int? limit, string? after,
        SearchReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var filter = ListFilter.Of(tag, section, author, source, language, genre, from, to);
        var question = new SearchQuestion(q ?? "", filter, sort?.Value ?? SearchSort.Relevance);
        var turn = new SearchTurn(
            SearchPlace.Of(cursors.Read(question.Name, after)), Paging.Limit(limit), facets is null ? null : ListedParts.Names("facets", facets, FacetReads.Names));
        var (json, nextCursor) = await reads.Page(
            question.Checked(), turn, place => cursors.Make(question.Name, place.SortKey, place.Position.ArticleId), cancel);
        http.LinkNext(nextCursor);
        return new UnkeptAnswer(json);
    }

    /// <summary>Suggest what may be meant while somebody types</summary>
    /// <remarks>
    /// Authors, sources and tags with something published, by the beginning of any word of their name (of a tag's alias too) or of their slug; published articles
    /// by the beginning of their headline or slug. Case, accents, punctuation and the spellings of Persian and Arabic make no difference.
    /// Of very many that begin alike, the first thousand in the order of the alphabet are looked at.
    /// </remarks>
    /// <param name="q">What is typed so far, at most 100 characters; needed.</param>
    /// <param name="kinds">What to suggest, as names separated by commas: `author`, `source`, `tag`, `article`; all if left out.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    private static async Task<object> Suggest(string? q, string? kinds, int? limit, SuggestionReads reads, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        IReadOnlySet<string> wanted = kinds is null ? SuggestionReads.Kinds.ToHashSet() : ListedParts.Names("kinds", kinds, SuggestionReads.Kinds);
        var typed = SearchText.ToType(q ?? "");
        if (q is null || q.Length > SuggestionReads.Longest || typed.Length == 0)
        {
            throw new ProblemException(Problems.Invalid("q", q?.Length > SuggestionReads.Longest ? $"must not be longer than {SuggestionReads.Longest} characters" : "must have a letter or a digit"));
        }
        return new UnkeptAnswer(JsonSerializer.SerializeToUtf8Bytes(await reads.Of(typed, wanted, most, cancel), Json.Options));
    }
}
