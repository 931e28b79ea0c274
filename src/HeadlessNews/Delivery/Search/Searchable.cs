namespace HeadlessNews.Delivery.Search;

/// <summary>An article's row of <c>delivery.search</c>, as PostgreSQL is given it to stem.</summary>
/// <param name="Configuration">Of its language.</param>
/// <param name="Headline">Weight A.</param>
/// <param name="Standfirst">Kicker and summary: weight B.</param>
/// <param name="Names">Byline, authors, source, tags with their aliases, and place: weight C.</param>
/// <param name="Body">Weight D.</param>
/// <param name="Marks">See <see cref="SearchMarks"/>.</param>
internal sealed record Searchable(string Configuration, string Headline, string Standfirst, string Names, string Body, IReadOnlyList<string> Marks)
{
    /// <summary>What mistyped words are mended by: those of all but the body, which is long, and has mistyped words of its own.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>What may be typed before the article is offered: its headline's beginning, or its slug's.</summary>
    public required IReadOnlyList<string> Typed { get; init; }

    public static Searchable Of(PublishedArticle article, IEnumerable<string> aliases, IReadOnlyList<Facet> facets)
    {
        var configuration = SearchText.Configuration(article.Language);
        string?[] names =
        [
            article.Byline, article.Source.Name, article.Dateline?.Place, .. article.Authors.Select(author => author.Name), .. article.Tags.Select(tag => tag.Name),
            .. aliases,
        ];
        return new Searchable(
            configuration,
            Part(article.Headline),
            Part($"{article.Kicker}\n{article.Summary}"),
            Part(string.Join('\n', names.Where(name => name is not null).Distinct())),
            SearchText.CutToBytes(SearchText.ToFind(SearchText.Cut(article.Body.Text, SearchText.LongestBody), configuration), SearchText.MostOfABody),
            [.. SearchMarks.Of(facets, configuration, article.PublishedAt)])
        {
            Words = [.. SearchText.WordsOf(string.Join('\n', [article.Headline, article.Kicker, article.Summary, .. names]))],
            Typed = [.. new[] { SearchText.ToType(article.Headline), SearchText.ToType(article.Slug) }.Where(typed => typed.Length > 0).Distinct()],
        };

        string Part(string text) => SearchText.CutToBytes(SearchText.ToFind(text, configuration), SearchText.MostOfAPart);
    }
}
