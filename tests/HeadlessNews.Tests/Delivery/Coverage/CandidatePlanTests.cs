using System.Text.Json.Nodes;
using HeadlessNews.Data;
using HeadlessNews.Delivery.Neighbours;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>
/// Forty thousand published articles, one every two minutes: every one says what all say, one in a hundred what a beat says, one in four
/// hundred names a person, and eight in a row report one event.
/// </summary>
public sealed class LargeArchive(TestPostgres postgres) : PublishedArchive(postgres)
{
    public const int Many = 40_000;

    public static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private protected override PublishedRows Rows => new()
    {
        Many = Many,
        From = First,
        Apart = TimeSpan.FromMinutes(2),
        Document = "json_build_object('id', id, 'summary', 'Event' || nth / 8, 'body', json_build_object('html', '', 'text', 'With Person' || nth % 400 || ' of it.'))",
        Lists = ["('tag', md5('tag all')::uuid)", "('tag', md5('tag ' || nth % 500)::uuid)", "('source', md5('source ' || nth % 4)::uuid)"],
        Besides =
        [
            """
            INSERT INTO delivery.search (article_id, published_at, configuration, words)
            SELECT id, at, 'english',
                   setweight(to_tsvector('english', 'event' || nth / 8 || ' matter' || nth / 8 || ' outcome' || nth / 8 || ' town' || nth % 2000), 'A')
                       || setweight(to_tsvector('english', 'person' || nth % 400 || ' beat' || nth % 100 || ' everybody says common things today ' || repeat(md5(nth::text) || ' filler ', 20)), 'D')
                       || array_to_tsvector(ARRAY ['#configuration:english', '#source:' || nth % 4]
                           || ARRAY (SELECT '#span' || level || ':' || ((extract(epoch FROM at)::bigint / 3600) >> (3 * level)) FROM generate_series(0, 6) AS level))
            FROM made
            """,
        ],
    };
}

/// <summary>Plans and pages of memory, not times: an article's neighbours are looked for in a bounded part of the archive.</summary>
public sealed class CandidatePlanTests(LargeArchive app) : IClassFixture<LargeArchive>
{
    [Theory]
    [InlineData(3)]
    [InlineData(45)]
    public async Task Words_and_time_are_one_look_into_the_search_index(int days)
    {
        await using var connection = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var rarity = await WordRarity.Count(connection, TestContext.Current.CancellationToken);
        var story = await Story(connection, LargeArchive.Many / 2, rarity);
        var query = Candidates.Query(story, rarity, TimeSpan.FromDays(days))!;
        Assert.DoesNotContain("common", query, StringComparison.Ordinal);

        var plan = await Explain(connection, StoryStore.WithWords, [query, story.Id, Candidates.Most]);

        Assert.Contains("search_by_words", plan.Indexes);
        Assert.DoesNotContain("Seq Scan", plan.Types);
        Assert.InRange(plan.Rows, 7, Candidates.Most);
        // Each row found is a page or two; the words' own lists and the time's are a few pages each.
        Assert.InRange(plan.Buffers, 1, 3 * Candidates.Most + 400);
    }

    [Fact]
    public async Task Tags_are_short_ranges_of_their_lists_whatever_they_hold()
    {
        await using var connection = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var at = LargeArchive.First.AddMinutes(LargeArchive.Many);
        var tags = await app.Query("SELECT DISTINCT facet_id FROM delivery.listing WHERE facet_kind = 'tag' AND (facet_id = md5('tag all')::uuid OR facet_id = md5('tag 7')::uuid)", row => row.GetGuid(0));

        var plan = await Explain(connection, StoryStore.WithTags, [tags.ToArray(), at, at.AddDays(-45), at.AddDays(45), 15]);

        Assert.DoesNotContain("Seq Scan", plan.Types);
        Assert.DoesNotContain("Sort", plan.Types);
        Assert.InRange(plan.Rows, 31, 60);
        Assert.InRange(plan.Buffers, 1, 60);
    }

    [Fact]
    public async Task An_events_reports_are_found_among_all_the_others()
    {
        var ids = await app.Query("SELECT md5('article ' || nth)::uuid FROM generate_series(20000, 20007) AS nth", row => row.GetGuid(0));
        await app.Databases.Editorial.Do("INSERT INTO delivery.neighbours_due SELECT article_id, published_at FROM delivery.articles WHERE article_id = ANY ($1)", (object)ids.ToArray());
        await app.Databases.NeighboursAreFound();

        var found = await app.Query("SELECT coverage[:sure] FROM delivery.neighbours WHERE article_id = ANY ($1)", row => row.GetFieldValue<Guid[]>(0), (object)ids.ToArray());

        // Eight reports by four sources: two are of one's own.
        Assert.Equal(8, found.Count);
        Assert.All(found, others => Assert.Equal(6, others.Intersect(ids).Count()));
        Assert.All(found, others => Assert.Empty(others.Except(ids)));
    }

    private static async Task<Story> Story(NpgsqlConnection connection, int number, WordRarity rarity)
    {
        await using var id = new NpgsqlCommand($"SELECT md5('article {number}')::uuid", connection);
        var article = (Guid)(await id.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        return Assert.Single(await StoryStore.OfLive(connection, [article], rarity, TestContext.Current.CancellationToken));
    }

    private sealed record Plan(List<string> Types, List<string> Indexes, double Rows, int Buffers);

    private static async Task<Plan> Explain(NpgsqlConnection connection, string sql, object[] values)
    {
        await using var command = connection.Statement($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values);
        var root = JsonNode.Parse((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)![0]!["Plan"]!;
        var (types, indexes) = (new List<string>(), new List<string>());
        Walk(root);
        return new Plan(types, indexes, root["Actual Rows"]!.GetValue<double>(), root["Shared Hit Blocks"]!.GetValue<int>() + root["Shared Read Blocks"]!.GetValue<int>());

        void Walk(JsonNode plan)
        {
            types.Add(plan["Node Type"]!.GetValue<string>());
            indexes.AddRange(plan["Index Name"] is { } index ? [index.GetValue<string>()] : []);
            foreach (var below in plan["Plans"]?.AsArray() ?? [])
            {
                Walk(below!);
            }
        }
    }
}
