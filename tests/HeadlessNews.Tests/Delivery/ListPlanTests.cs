using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Delivery;

/// <summary>A hundred thousand published articles, one a minute.</summary>
public sealed class LargeNewsroom(TestPostgres postgres) : PublishedArchive(postgres)
{
    public const int Many = 100_000;

    internal static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private protected override PublishedRows Rows => new()
    {
        Many = Many,
        From = First,
        Apart = TimeSpan.FromMinutes(1),
        ExpiresAt = "CASE WHEN nth % 50 = 0 THEN now() + interval '2 days' END",
        Card = "json_build_object('id', id, 'summary', repeat(md5(nth::text), 20))",
        Document = "json_build_object('id', id, 'body', json_build_object('html', repeat(md5(nth::text), 40), 'text', ''))",
        Lists =
        [
            PublishedRows.All, "('tag', md5('tag ' || nth % 2)::uuid)", "('tag', md5('tag rare ' || nth % 500)::uuid)", "('source', md5('source ' || nth % 2)::uuid)",
            "('author', md5('author ' || nth % 2)::uuid)", "('language', md5('en')::uuid)", "('genre', md5('article')::uuid)",
        ],
        Besides = [PublishedRows.Owners],
    };
}

/// <summary>Plans and pages of memory, not times: a page of a list costs the same at any depth, in both directions.</summary>
public sealed class ListPlanTests(LargeNewsroom app) : IClassFixture<LargeNewsroom>
{
    /// <summary>Buffers of one page: twenty cards by key, four or so each, and the range.</summary>
    private const int MostForAPage = 250;

    public static TheoryData<string, bool, bool> Pages => new(
        from filter in new[] { "", "tag", "source", "author", "language", "genre", "from", "to", "between", "section" }
        from backwards in new[] { false, true }
        from generic in new[] { false, true }
        select (filter, backwards, generic));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_single_filter_is_one_range_scan_that_costs_the_same_at_any_depth(string filter, bool isBackwards, bool isGeneric)
    {
        var asked = Filter(filter);
        var top = await Explain(asked, Turn(isBackwards, isBackwards ? 10 : LargeNewsroom.Many), isGeneric);
        var deep = await Explain(asked, Turn(isBackwards, LargeNewsroom.Many / 2), isGeneric);

        foreach (var plan in new[] { top, deep })
        {
            AssertShape(plan, isBackwards);
            Assert.Equal(21, plan.Rows);
            Assert.InRange(plan.Buffers, 1, MostForAPage);
        }
        Assert.InRange(deep.Buffers, 1, top.Buffers * 2);
    }

    public static TheoryData<string, bool, bool> Lists => new(
        from list in new[] { "all", "tag", "source", "author" }
        from backwards in new[] { false, true }
        from generic in new[] { false, true }
        select (list, backwards, generic));

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_asked_for_by_its_owners_slug_is_one_range_scan_that_costs_the_same_at_any_depth(string kind, bool isBackwards, bool isGeneric)
    {
        var slug = kind == "all" ? null : await SlugOf(kind);
        var top = await ExplainOne(kind, slug, Turn(isBackwards, isBackwards ? 10 : LargeNewsroom.Many), isGeneric);
        var deep = await ExplainOne(kind, slug, Turn(isBackwards, LargeNewsroom.Many / 2), isGeneric);

        foreach (var plan in new[] { top, deep })
        {
            AssertShape(plan, isBackwards);
            Assert.Equal(21, plan.Rows);
            Assert.InRange(plan.Buffers, 1, MostForAPage);
        }
        Assert.InRange(deep.Buffers, 1, top.Buffers * 2);
    }

    public static TheoryData<string, bool, bool> Combinations => new(
        from filter in new[] { "tag+source", "tag+genre+language", "nothing in common", "rare+tag", "section+author+between" }
        from backwards in new[] { false, true }
        from generic in new[] { false, true }
        select (filter, backwards, generic));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Filters_together_look_at_no_more_than_the_bound(string filter, bool isBackwards, bool isGeneric)
    {
        var lists = app.Services.GetRequiredService<ArticleLists>();
        foreach (var depth in new[] { isBackwards ? 10 : LargeNewsroom.Many, LargeNewsroom.Many / 2 })
        {
            var plan = await Explain(Filter(filter), Turn(isBackwards, depth), isGeneric);

            AssertShape(plan, isBackwards);
            // Numbering rows reads one ahead.
            Assert.InRange(plan.Probes, 1, lists.MostProbes + 1);
            // For each row looked at: its key, its article, its place in one other list or two.
            Assert.InRange(plan.Buffers, 1, 16 * plan.Probes + 100);
        }
    }

    [Fact]
    public async Task What_is_in_no_two_lists_is_given_up_at_the_bound_and_gone_on_with()
    {
        var tag = PublishedRows.IdOf("tag 0");
        var page = await app.Reader.GetJson($"/api/v1/articles?tag={tag}&source={PublishedRows.IdOf("source 1")}");
        Assert.Empty(page["items"]!.AsArray());
        Assert.NotNull(page["nextCursor"]);
        Assert.Equal("0", (await app.Reader.GetJson($"/api/v1/articles?tag={tag}&source={PublishedRows.IdOf("source 1")}&count=exact"))["count"]!.ToJsonString());
    }

    [Fact]
    public async Task Counts_are_kept_or_counted_to_the_bound()
    {
        foreach (var (query, count) in new[]
        {
            ("", "100000"),
            ($"tag={PublishedRows.IdOf("tag 0")}", "50000"),
            ($"section={PublishedRows.IdOf("tag rare 3")}", "200"),
            ("genre=article&language=en", "100000"),
            ("genre=opinion", "0"),
            ($"from={LargeNewsroom.First:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={LargeNewsroom.First.AddMinutes(101):yyyy-MM-dd'T'HH:mm:ss'Z'}", "100"),
        })
        {
            Assert.Equal(count, (await app.Reader.GetJson($"/api/v1/articles?{query}&count=exact&limit=1&fields=id".Replace("?&", "?", StringComparison.Ordinal)))["count"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_front_full_of_fills_is_a_bounded_range_for_each_and_its_cards_by_key(bool isGeneric)
    {
        var slug = $"large-{isGeneric}";
        await app.Query(
            """
            WITH front AS (
                INSERT INTO delivery.fronts (front_id, slug, name, updated_at) VALUES (md5($1)::uuid, $1, 'Large', now()) RETURNING front_id
            ),
            edition AS (
                INSERT INTO delivery.front_editions (front_id, effective_from) SELECT front_id, '-infinity' FROM front RETURNING front_id, effective_from
            )
            INSERT INTO delivery.front_slots (front_id, effective_from, position, article_id, most, facet_kinds, facet_ids)
            SELECT front_id, effective_from, nth,
                   CASE WHEN nth % 10 = 1 THEN md5('article ' || nth * 100)::uuid END,
                   CASE WHEN nth % 10 <> 1 THEN 4 END,
                   CASE WHEN nth % 10 <> 1 THEN CASE WHEN nth <= 2 THEN ARRAY ['tag', 'tag'] WHEN nth % 2 = 0 THEN ARRAY ['all'] ELSE ARRAY ['language', 'tag'] END END,
                   CASE WHEN nth % 10 <> 1 THEN
                       CASE WHEN nth <= 2 THEN ARRAY [md5('tag 0')::uuid, md5('tag 1')::uuid] WHEN nth % 2 = 0 THEN ARRAY ['00000000-0000-0000-0000-000000000000'::uuid]
                            ELSE ARRAY [md5('en')::uuid, md5('tag 0')::uuid] END
                   END
            FROM edition CROSS JOIN generate_series(1, 50) AS nth
            RETURNING 1
            """, row => row.GetInt32(0), slug);
        await using var connection = await app.Databases.Delivery.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var plan = await Explain(connection, $"(text, uuid, integer) AS {FrontReads.One}", $"'{slug}', NULL, {FrontReads.MostProbes}", isGeneric);

        // One slot of what no article has in both lists shows nothing, but still has its row.
        Assert.Equal(44 * 4 + 5 + 1, plan.Rows);
        Assert.All(plan.Nodes.Where(node => node.Relation is "listing"), node => Assert.Equal(("Index Only Scan", "listing_pkey"), (node.Type, node.Index)));
        Assert.All(plan.Nodes.Where(node => node.Relation is "articles"), node => Assert.Equal("articles_pkey", node.Index));
        // What shares no article is looked for to the bound; all others pass over what is shown, and stop.
        Assert.InRange(plan.Buffers, 1, 16 * FrontReads.MostProbes + 50 * 200);
        // Above that, PostgreSQL's default is to compile a statement at every run (jit_above_cost).
        Assert.InRange(plan.Cost, 1, 100_000);
    }

    private static ListFilter Filter(string name)
    {
        var (tag, tagOne) = (PublishedRows.IdOf("tag 0").ToString(), PublishedRows.IdOf("tag 1").ToString());
        var (rare, source, author) = (PublishedRows.IdOf("tag rare 2").ToString(), PublishedRows.IdOf("source 0").ToString(), PublishedRows.IdOf("author 0").ToString());
        var none = new ListFilter([], null, null, null);
        var (from, to) = (LargeNewsroom.First, LargeNewsroom.First.AddMinutes(LargeNewsroom.Many + 1));
        return name switch
        {
            "tag" => none with { Tags = [tag] },
            "section" => none with { Section = tag },
            "source" => none with { Source = source },
            "author" => none with { Author = author },
            "language" => none with { Language = "en" },
            "genre" => none with { Genre = "article" },
            "from" => none with { From = from },
            "to" => none with { To = to },
            "between" => none with { From = from, To = to },
            "tag+source" => none with { Tags = [tag], Source = source },
            "tag+genre+language" => none with { Tags = [tag], Genre = "article", Language = "en" },
            "nothing in common" => none with { Tags = [tag, tagOne] },
            "rare+tag" => none with { Tags = [rare, tag] },
            "section+author+between" => none with { Section = tag, Author = author, From = from, To = to },
            _ => none,
        };
    }

    private static ListTurn Turn(bool isBackwards, int number)
    {
        var place = new ListPosition(LargeNewsroom.First.AddMinutes(number), Guid.AllBitsSet);
        return isBackwards ? new ListTurn(null, place, 20) : new ListTurn(place, null, 20);
    }

    private static void AssertShape(Plan plan, bool isBackwards)
    {
        Assert.DoesNotContain(plan.Nodes, node => node.Type.Contains("Sort", StringComparison.Ordinal) || node.Type is "Seq Scan" or "Hash" or "Bitmap Heap Scan");
        var range = plan.Nodes.First(node => node.Relation == "listing");
        Assert.Equal(("Index Only Scan", "listing_pkey", isBackwards ? "Forward" : "Backward"), (range.Type, range.Index, range.Direction));
        Assert.All(plan.Nodes.Where(node => node.Relation == "articles"), node => Assert.Equal("articles_pkey", node.Index));
    }

    private sealed record Node(string Type, string? Relation, string? Index, string? Direction, double Rows);

    private sealed record Plan(List<Node> Nodes, int Buffers, double Rows, double Probes, double Cost);

    private async Task<string> SlugOf(string kind) => (await app.Query(
        "SELECT slug FROM delivery.directory WHERE kind = $1 AND id = $2", row => row.GetString(0), kind, PublishedRows.IdOf($"{kind} 0"))).Single();

    private async Task<Plan> ExplainOne(string kind, string? slug, ListTurn turn, bool isGeneric)
    {
        await using var built = app.Services.GetRequiredService<ArticleLists>().Command(
            kind, slug is null ? Facet.All.Id : null, slug, new ListFilter([], null, null, null), turn, withBody: false);
        await using var connection = await app.Databases.Delivery.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var values = string.Join(", ", built.Parameters.Select(parameter => parameter.Value is { } value ? Literal(value) : "NULL"));
        return await Explain(connection, $"(text, uuid, timestamptz, uuid, timestamptz, uuid, integer, boolean, text) AS {built.CommandText}", values, isGeneric);
    }

    /// <summary>The service's own statement, run: with its values known, as at first, and without, as PostgreSQL may come to run it.</summary>
    private async Task<Plan> Explain(ListFilter filter, ListTurn turn, bool isGeneric)
    {
        var lists = app.Services.GetRequiredService<ArticleLists>();
        var (facets, _) = await app.Services.GetRequiredService<FilterFacets>().Of(filter, TestContext.Current.CancellationToken);
        Assert.NotEmpty(facets);
        await using var built = lists.Command(facets, filter, turn, withBody: false);
        await using var connection = await app.Databases.Delivery.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var values = string.Join(", ", built.Parameters.Select(parameter => Literal(parameter.Value!)));
        return await Explain(connection,
            $"(text, uuid, timestamptz, uuid, timestamptz, uuid, integer, text[], uuid[], integer, boolean) AS {built.CommandText}", values, isGeneric);
    }

    private static async Task<Plan> Explain(NpgsqlConnection connection, string statement, string values, bool isGeneric)
    {
        await using var command = new NpgsqlCommand("", connection);
        async Task<string?> Run(string sql)
        {
            command.CommandText = sql;
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) as string;
        }
        await Run($"SET plan_cache_mode = {(isGeneric ? "force_generic_plan" : "force_custom_plan")}");
        await Run($"PREPARE page {statement}");
        var text = await Run($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE page ({values})");
        await Run("DEALLOCATE page");
        await Run("RESET plan_cache_mode");
        var root = JsonNode.Parse(text!)![0]!["Plan"]!;
        var nodes = new List<Node>();
        Walk(root);
        return new Plan(nodes, root["Shared Hit Blocks"]!.GetValue<int>() + root["Shared Read Blocks"]!.GetValue<int>(),
            root["Actual Rows"]!.GetValue<double>(), nodes.First(node => node.Relation == "listing").Rows, root["Total Cost"]!.GetValue<double>());

        void Walk(JsonNode plan)
        {
            nodes.Add(new Node(plan["Node Type"]!.GetValue<string>(), plan["Relation Name"]?.GetValue<string>(), plan["Index Name"]?.GetValue<string>(),
                plan["Scan Direction"]?.GetValue<string>(), plan["Actual Rows"]!.GetValue<double>()));
            foreach (var below in plan["Plans"]?.AsArray() ?? [])
            {
                Walk(below!);
            }
        }
    }

    private static string Literal(object value) => value switch
    {
        string[] texts => $"'{{{string.Join(',', texts)}}}'",
        Guid[] ids => $"'{{{string.Join(',', ids)}}}'",
        DateTimeOffset time => $"'{time:O}'",
        _ => $"'{value}'",
    };
}
