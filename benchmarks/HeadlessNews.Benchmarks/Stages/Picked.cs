using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>What of the data is asked for: the same at every run, and of tags, authors and words the same at every size.</summary>
internal sealed partial record Picked
{
    public const string Home = HandWritten.ListPath;
    public const int DeepPage = 400;
    private const int PageSize = 20;
    private const int Ways = 64;

    /// <summary>From all of the archive.</summary>
    public required IReadOnlyList<string> Slugs { get; init; }

    /// <summary>The tag with the most articles, and one of middling size.</summary>
    public required string PopularTag { get; init; }

    public required string MiddlingTag { get; init; }
    public required string Author { get; init; }

    /// <summary>Words, pairs of words and phrases that headlines hold.</summary>
    public required IReadOnlyList<string> Searches { get; init; }

    public Requests Articles => new([.. Slugs.Select(HandWritten.BySlug)]);

    public Requests OneArticle => new(HandWritten.BySlug(Slugs[0]));

    public Requests Search => new([.. Searches.Select(query => $"/api/v1/search?q={Uri.EscapeDataString(query)}")]);

    public static async Task<Picked> From(NewsData data, CancellationToken cancel)
    {
        var tags = await data.Texts("SELECT slug FROM delivery.directory WHERE kind = 'tag' ORDER BY article_count DESC, slug LIMIT 31", cancel);
        var authors = await data.Texts("SELECT slug FROM delivery.directory WHERE kind = 'author' ORDER BY article_count DESC, slug LIMIT 1", cancel);
        var headlines = await data.Texts(
            """
            SELECT article.card ->> 'headline'
            FROM (
                SELECT published_at, article_id FROM delivery.listing WHERE facet_kind = 'all' ORDER BY published_at DESC, article_id DESC LIMIT 200
            ) AS newest
            JOIN delivery.articles AS article USING (article_id)
            ORDER BY newest.published_at DESC, newest.article_id DESC
            """, cancel);
        return new Picked
        {
            Slugs = await SlugsOf(data, 100, cancel),
            PopularTag = tags[0],
            MiddlingTag = tags[^1],
            Author = authors[0],
            Searches = QueriesOf(headlines),
        };
    }

    /// <summary>Mixed, and the same at every run.</summary>
    public static Task<IReadOnlyList<string>> SlugsOf(NewsData data, int many, CancellationToken cancel) => data.Texts(
        $"SELECT slug FROM delivery.articles WHERE state = 'live' ORDER BY md5(slug) LIMIT {many.ToString(CultureInfo.InvariantCulture)}", cancel);

    /// <summary>
    /// The same list asked for in many ways, from days on when nothing was published yet: of equal requests at one moment the service asks the
    /// database once, cache or no cache, and the database is what shall be measured.
    /// </summary>
    public static Requests InManyWays(string path) => new([.. Enumerable.Range(0, Ways).Select(day => string.Create(
        CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}from={new DateTime(1990, 1, 1).AddDays(day):yyyy-MM-dd}T00:00:00Z"))]);

    /// <summary>The deep page as a reader gets there, last, and the pages before it; null where there are not so many articles.</summary>
    public static async Task<Requests?> DeepPages(ServerProcess server, CancellationToken cancel)
    {
        var paths = new List<string> { Home };
        while (true)
        {
            var answer = await server.Client.GetFromJsonAsync<JsonElement>(new Uri(paths[^1], UriKind.Relative), cancel);
            if (answer.GetProperty("items").GetArrayLength() < PageSize)
            {
                return null;
            }
            if (paths.Count == DeepPage)
            {
                return new Requests(paths[^Ways..]);
            }
            if (answer.GetProperty("nextCursor").GetString() is not { } cursor)
            {
                return null;
            }
            paths.Add($"{Home}?after={cursor}");
        }
    }

    /// <summary>The same pages of the hand-written endpoint.</summary>
    public static Requests DeepPagesByOffset => new([.. Enumerable.Range(DeepPage - Ways + 1, Ways).Select(HandWritten.Page)]);

    internal static IReadOnlyList<string> QueriesOf(IEnumerable<string> headlines)
    {
        var words = headlines.Select(headline => Word().Matches(headline).Select(match => match.Value.ToLowerInvariant()).ToArray()).Where(all => all.Length > 2).ToList();
        var single = words.SelectMany(all => all).Distinct().Take(25);
        var pairs = words.Select(all => $"{all[0]} {all[^1]}").Distinct().Take(15);
        var phrases = words.Select(all => $"\"{all[0]} {all[1]}\"").Distinct().Take(10);
        return [.. single, .. pairs, .. phrases];
    }

    [GeneratedRegex(@"\p{L}{4,}")]
    private static partial Regex Word();
}
