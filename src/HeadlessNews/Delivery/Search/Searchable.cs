namespace HeadlessNews.Delivery.Search;

/// <summary>An article's row of <c>delivery.search</c>, as PostgreSQL is given it to stem.</summary>
/// <param name="Configuration">Of its language.</param>
/// <param name="Headline">Weight A.</param>
/// <param name="Standfirst">Kicker and summary: weight B.</param>
/// <param name="Names">Byline, authors, source, tags and place: weight C.</param>
/// <param name="Body">Weight D.</param>
/// <param name="Marks">See <see cref="SearchMarks"/>.</param>
internal sealed record Searchable(string Configuration, string Headline, string Standfirst, string Names, string Body, IReadOnlyList<string> Marks)
{
    public static Searchable Of(PublishedArticle article, IReadOnlyList<Facet> facets)
    {
        var configuration = SearchText.Configuration(article.Language);
        var body = article.Body.Text.Length > SearchText.LongestBody ? article.Body.Text[..SearchText.LongestBody] : article.Body.Text;
        string?[] names =
        [
            article.Byline, article.Source.Name, article.Dateline?.Place, .. article.Authors.Select(author => author.Name), .. article.Tags.Select(tag => tag.Name),
        ];
        return new Searchable(
            configuration,
            SearchText.ToFind(article.Headline, configuration),
            SearchText.ToFind($"{article.Kicker}\n{article.Summary}", configuration),
            SearchText.ToFind(string.Join('\n', names.Where(name => name is not null).Distinct()), configuration),
            SearchText.ToFind(body, configuration),
            [.. SearchMarks.Of(facets, configuration, article.PublishedAt)]);
    }
}
