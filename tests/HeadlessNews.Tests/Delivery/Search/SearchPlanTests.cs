using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>
/// Thirty thousand published articles, one a quarter of an hour. All have <c>always</c>, and <c>left</c> and <c>right</c> but never beside
/// each other; every 100th has <c>seldom</c>; ten the word <c>rare</c>; none of the newest 20,000 <c>past</c>.
/// </summary>
public sealed class LargeArchive(TestPostgres postgres) : PublishedArchive(postgres)
{
    public const int Many = 30_000;

    internal static readonly DateTimeOffset First = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string Spans = string.Join(", ", Enumerable.Range(0, SearchMarks.Levels).Select(level =>
        $"'#span{level}:' || (floor(extract(epoch FROM at) / 3600)::bigint >> {3 * level})"));

    private protected override PublishedRows Rows => new()
    {
        Many = Many,
        From = First,
        Apart = TimeSpan.FromMinutes(15),
        Card = "json_build_object('id', id, 'headline', 'Headline ' || nth)",
        Document = "json_build_object('id', id, 'body', json_build_object('html', '', 'text', 'always'))",
        Lists = [PublishedRows.All, "('tag', md5('tag ' || nth % 3000)::uuid)"],
        Besides =
        [
            PublishedRows.Owners,
            "ALTER TABLE delivery.search DROP CONSTRAINT search_article_fkey",
            "DROP INDEX delivery.search_by_words",
            $"""
            INSERT INTO delivery.search (article_id, published_at, configuration, words)
            SELECT id, at, 'simple',
                   to_tsvector('simple', 'left always right' || CASE WHEN nth % 100 = 0 THEN ' seldom' ELSE '' END || CASE WHEN nth % 3000 = 0 THEN ' rare' ELSE '' END
                       || CASE WHEN nth < {Many - 20_000} THEN ' past' ELSE '' END || ' ' || (SELECT string_agg(md5(nth || ' ' || word), ' ') FROM generate_series(1, 70) AS word))
                   || array_to_tsvector(ARRAY['#configuration:simple', '#tag:' || replace(md5('tag ' || nth % 3000)::uuid::text, '-', ''), {Spans}])
            FROM made
            """,
            "INSERT INTO delivery.search_ranking (article_id, words) SELECT article_id, ts_filter(words, '{a,b,c}') FROM delivery.search",
            "INSERT INTO delivery.search_configurations VALUES ('simple')",
            "INSERT INTO delivery.suggestions (kind, typed, published_at, id) SELECT 'article', 'headline ' || nth, at, id FROM made",
            "CREATE INDEX search_by_words ON delivery.search USING gin (words)",
            "ALTER TABLE delivery.search ADD CONSTRAINT search_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.articles (article_id)",
        ],
    };

    protected override async Task Prepare()
    {
        await base.Prepare();
        // A machine that is busy elsewhere finds the same.
        Services.GetRequiredService<MatchReads>().MostTime = TimeSpan.FromMinutes(1);
    }
}

/// <summary>Plans and pages of memory, not times: what a search looks at does not grow with the archive.</summary>
public sealed class SearchPlanTests(LargeArchive app) : IClassFixture<LargeArchive>
{
    private MatchReads Matching => app.Services.GetRequiredService<MatchReads>();

    [Theory]
    [InlineData("always", 500, false)]
    [InlineData("seldom", 300, true)]
    [InlineData("rare", 10, true)]
    [InlineData("past", 500, false)]
    [InlineData("always -seldom", 500, false)]
    [InlineData("-seldom", 500, false)]
    [InlineData("\"always right\"", 500, false)]
    [InlineData("nothing", 0, true)]
    [InlineData("rare or seldom", 300, true)]
    public async Task The_newest_matches_are_found_and_whether_they_are_all(string words, int found, bool isComplete)
    {
        var matches = await Matching.Find(await Asked(words), Anything, null, isRanked: false, TestContext.Current.CancellationToken);

        Assert.Equal(found, matches.Positions.Count);
        Assert.Equal(isComplete, matches.More is null);
        // Independently: the newest that have the words, by reading them all.
        var expected = await app.Query(
            "SELECT article_id FROM delivery.search WHERE words @@ websearch_to_tsquery('simple', $1) ORDER BY published_at DESC, article_id DESC LIMIT 500",
            row => row.GetGuid(0), words);
        Assert.Equal(expected, matches.Positions.Select(position => position.ArticleId));
    }

    [Fact]
    public async Task Times_and_filters_bound_what_is_found()
    {
        var middle = LargeArchive.First.AddMinutes(15 * 15_000);
        var between = Anything with { From = middle.AddDays(-2), To = middle };
        Assert.Equal(192, (await Matching.Find(await Asked("always"), between, null, isRanked: false, TestContext.Current.CancellationToken)).Positions.Count);
        Assert.Null((await Matching.Find(await Asked("always"), between, null, isRanked: false, TestContext.Current.CancellationToken)).More);
        var tagged = await Matching.Find(await Asked("always", PublishedRows.IdOf("tag 7")), Anything, null, isRanked: false, TestContext.Current.CancellationToken);
        Assert.Equal(10, tagged.Positions.Count);

        var first = await Matching.Find(await Asked("always"), Anything, null, isRanked: false, TestContext.Current.CancellationToken);
        var second = await Matching.Find(await Asked("always"), Anything, first.More, isRanked: false, TestContext.Current.CancellationToken);
        Assert.Equal(500, second.Positions.Count);
        Assert.Equal(first.Positions[^1].PublishedAt.AddMinutes(-15), second.Positions[0].PublishedAt);
        Assert.Empty(first.Positions.Intersect(second.Positions));
    }

    [Theory]
    [InlineData("always", 1, 2_000)]
    [InlineData("-nothing", 1, 2_000)]
    [InlineData("seldom", 3, 2_000)]
    [InlineData("rare", 4, 500)]
    [InlineData("nothing", 4, 200)]
    public async Task A_look_reads_the_index_and_nothing_outside_its_window(string words, int looks, int buffers)
    {
        var query = await Asked(words);
        var windows = await Matching.Windows(ListPosition.Newest, TestContext.Current.CancellationToken);
        Assert.True(windows.Count > 2);
        Assert.Null(windows[^1].Spans);
        foreach (var window in windows.Take(looks))
        {
            var plan = await Explain(query, window);

            Assert.DoesNotContain("Seq Scan on search", plan.Text, StringComparison.Ordinal);
            Assert.Contains("Bitmap Index Scan on search_by_words", plan.Text, StringComparison.Ordinal);
            Assert.InRange(plan.Buffers, 1, buffers);
        }
    }

    [Fact]
    public async Task A_phrase_that_nobody_has_reads_no_more_vectors_than_the_bound()
    {
        var query = await Asked("\"left right\"");
        var matches = await Matching.Find(query, Anything, null, isRanked: false, TestContext.Current.CancellationToken);
        Assert.Empty(matches.Positions);
        Assert.NotNull(matches.More);

        var plan = await Explain(query, (await Matching.Windows(ListPosition.Newest, TestContext.Current.CancellationToken))[0]);
        Assert.InRange(plan.Buffers, 1, 10 * Matching.MostConfirmed);
        Assert.InRange(await Kept("\"left right\""), 1, 20);
    }

    [Fact]
    public async Task A_search_out_of_time_says_how_far_it_came_and_goes_on_from_there()
    {
        var (usual, window) = (Matching.MostTime, Matching.SmallestWindow);
        var ids = new List<Guid>();
        var pages = 0;
        try
        {
            (Matching.MostTime, Matching.SmallestWindow) = (TimeSpan.Zero, 200);
            for (ListPosition? after = null; pages == 0 || after is not null; pages++)
            {
                var matches = await Matching.Find(await Asked("rare"), Anything, after, isRanked: false, TestContext.Current.CancellationToken);
                ids.AddRange(matches.Positions.Select(position => position.ArticleId));
                after = matches.More;
            }
            var nothing = await app.Reader.GetJson("/api/v1/search?q=nothing");
            Assert.Equal("""{"considered":0,"isComplete":false}""", nothing["matches"]!.ToJsonString());
            Assert.NotNull((await app.Reader.GetJson("/api/v1/search?q=nothing&sort=newest"))["nextCursor"]);
        }
        finally
        {
            (Matching.MostTime, Matching.SmallestWindow) = (usual, window);
        }
        Assert.InRange(pages, 3, 100);
        Assert.Equal(10, ids.Distinct().Count());
        Assert.Equal(10, ids.Count);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_and_said_and_leaves_other_readers_their_connections()
    {
        await using var connection = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        // Nobody reads the table until this ends, as if each look took for ever.
        await using (var stop = new NpgsqlCommand("LOCK TABLE delivery.search IN ACCESS EXCLUSIVE MODE", connection, transaction))
        {
            await stop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // More than there are connections.
        var searches = Enumerable.Range(0, 40 * Environment.ProcessorCount).Select(_ => app.Reader.GetAsync("/api/v1/search?q=always")).ToList();
        using var other = await app.Reader.GetAsync("/api/v1/authors");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Contains(searches, search => !search.IsCompleted);

        foreach (var response in await Task.WhenAll(searches))
        {
            await response.Problem(HttpStatusCode.ServiceUnavailable, "search-too-slow");
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Suggestions_look_at_no_more_than_their_bound()
    {
        var items = (await app.Reader.GetJson("/api/v1/suggest?q=headline%201&limit=3"))["items"]!.AsArray();

        // Of the first thousand in the order of the alphabet the newest: headline 1, 10, 100, 1000, 10000 ... 10899.
        Assert.Equal(3, items.Count);
        Assert.All(items, item => Assert.StartsWith("Headline 10", item!["name"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Equal("Headline 23456", (await app.Reader.GetJson("/api/v1/suggest?q=headline%2023456"))["items"]!.AsArray().Single()!["name"]!.GetValue<string>());
    }

    private static ListFilter Anything => new([], null, null, null);

    private Task<AskedQuery> Asked(string words, params Guid[] tags) =>
        app.Services.GetRequiredService<QueryReads>().Read(
            new SearchQuestion(words, Anything, SearchSort.Newest), [.. tags.Select(tag => new Facet("tag", tag))], TestContext.Current.CancellationToken);

    /// <summary>How many pages the newest order takes to come to its end.</summary>
    private async Task<int> Kept(string words)
    {
        var pages = 0;
        for (ListPosition? after = null; pages == 0 || after is not null; pages++)
        {
            after = (await Matching.Find(await Asked(words), Anything, after, isRanked: false, TestContext.Current.CancellationToken)).More;
        }
        return pages;
    }

    /// <summary>The service's own statement, run as PostgreSQL comes to run it: once prepared, for values it does not look at.</summary>
    private async Task<(string Text, int Buffers)> Explain(AskedQuery query, Window window)
    {
        await using var built = Matching.Command(window, query, ListPosition.Newest, ListPosition.Oldest.PublishedAt, isRanked: true);
        await using var connection = await app.Databases.Delivery.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("", connection);
        async Task<List<string>> Run(string sql)
        {
            command.CommandText = sql;
            var lines = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                lines.Add(reader.GetString(0));
            }
            return lines;
        }
        await Run($"PREPARE look (text, text, timestamptz, uuid, timestamptz, integer, boolean, integer, text[], text[], text[]) AS {built.CommandText}");
        var values = string.Join(", ", built.Parameters.Select(parameter => parameter.Value switch
        {
            DateTimeOffset time => $"'{time:O}'",
            string[] texts => $"ARRAY[{string.Join(", ", texts.Select(Quoted))}]",
            var value => Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        }));
        static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        var text = string.Join('\n', await Run($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT TEXT) EXECUTE look ({values})"));
        var json = JsonNode.Parse(string.Join('\n', await Run($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE look ({values})")))![0]!["Plan"]!;
        await Run("DEALLOCATE look");
        return (text, json["Shared Hit Blocks"]!.GetValue<int>() + json["Shared Read Blocks"]!.GetValue<int>());
    }
}
