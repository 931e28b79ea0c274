using System.Globalization;
using System.Net;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery;

/// <summary>Articles put together by chance, the same chance at every run: each test prints nothing that it did not fail on.</summary>
public sealed class RandomNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    public const int Seed = 20260504;

    internal sealed record Made(Guid Id, DateTimeOffset At, string[] Tags, string Author, string Source, string Language, string Genre);

    /// <summary>A tag and those below it.</summary>
    internal static readonly Dictionary<string, string[]> Below = new()
    {
        ["news"] = ["news", "business", "markets"],
        ["business"] = ["business", "markets"],
        ["markets"] = ["markets"],
        ["sport"] = ["sport"],
        ["oil"] = ["oil", "brent"],
        ["brent"] = ["brent"],
    };

    internal static readonly string[] Sections = ["news", "business", "markets", "sport"];

    /// <summary>Newest first; of one moment, the greater id first.</summary>
    internal List<Made> InOrder { get; private set; } = [];

    protected override async Task Prepare()
    {
        var random = new Random(Seed);
        foreach (var (name, parent, kind) in new[]
        {
            ("News", null, "section"), ("Business", "news", "section"), ("Markets", "business", "section"), ("Sport", null, "section"),
            ("Oil", (string?)null, "topic"), ("Brent", "oil", "topic"),
        })
        {
            await Editor.CreateTag(name, new { parent, kind });
        }
        foreach (var name in new[] { "One", "Two", "Three" })
        {
            await Editor.CreateSource($"Wire {name}");
            await Editor.CreateAuthor($"Author {name}");
        }
        string Name(string of) => $"{of}-{new[] { "one", "two", "three" }[random.Next(3)]}";
        for (var number = 0; number < 150; number++)
        {
            var tags = Below.Keys.Where(_ => random.Next(4) == 0).ToArray();
            var made = new Made(
                Guid.Empty, new DateTimeOffset(2026, 1, 1 + random.Next(8), 6 * random.Next(4), 0, 0, TimeSpan.Zero), tags, Name("author"), Name("wire"),
                new[] { "en", "en-GB", "fa" }[random.Next(3)], new[] { "article", "opinion", "liveBlog" }[random.Next(3)]);
            var article = await Editor.PublishArticle(made.Source, $"Random {number}", new
            {
                publishedAt = made.At.ToString("O", CultureInfo.InvariantCulture),
                tags,
                authors = new[] { made.Author },
                language = made.Language,
                genre = made.Genre,
            });
            InOrder.Add(made with { Id = article.Id });
        }
        InOrder = [.. InOrder.OrderByDescending(made => made.At).ThenByDescending(made => made.Id.ToString(), StringComparer.Ordinal)];
    }
}

public sealed class ListFilterTests(RandomNewsroom app) : IClassFixture<RandomNewsroom>
{
    private const string List = "/api/v1/articles";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Filters_together_find_what_a_look_at_every_article_finds_in_both_directions_and_count_it(int round)
    {
        var seed = RandomNewsroom.Seed + round;
        var random = new Random(seed);
        var found = 0;
        for (var number = 0; number < 40; number++)
        {
            var (query, fits) = Draw(random);
            var expected = app.InOrder.Where(fits).Select(made => made.Id).ToList();
            var path = $"{List}?{query}&limit={random.Next(3, 30)}";

            var (ids, _) = await app.Reader.ReadAll(path);
            Assert.True(expected.SequenceEqual(ids), $"seed {seed}, {path}: expected {expected.Count}, got {ids.Count}.");
            Assert.True(expected.SequenceEqual(await app.Reader.ReadBack(path)), $"seed {seed}, {path}, backwards.");
            Assert.Equal(expected.Count, (await app.Reader.GetJson($"{path}&count=exact"))["count"]!.GetValue<int>());
            found += expected.Count;
        }
        Assert.True(found > 40, $"seed {seed}: the filters found almost nothing.");
    }

    [Fact]
    public async Task A_scan_that_is_cut_short_is_read_backwards_whole_too()
    {
        var lists = app.Services.GetRequiredService<ArticleLists>();
        var usual = lists.MostProbes;
        try
        {
            foreach (var most in new[] { 1, 4, 15 })
            {
                lists.MostProbes = most;
                foreach (var (query, fits) in new (string, Func<RandomNewsroom.Made, bool>)[]
                {
                    ($"section=news&tag=oil&fields=id&limit={5 + most}", made => Has(made, "news") && Has(made, "oil")),
                    ($"genre=opinion&language=fa&fields=id&limit={5 + most}", made => made is { Genre: "opinion", Language: "fa" }),
                })
                {
                    Assert.Equal(app.InOrder.Where(fits).Select(made => made.Id), await app.Reader.ReadBack($"{List}?{query}"));
                }
            }
        }
        finally
        {
            lists.MostProbes = usual;
        }
    }

    [Fact]
    public async Task A_section_is_a_tag_of_that_kind_and_nothing_else()
    {
        Assert.Empty((await app.Reader.ReadAll($"{List}?section=oil")).Ids);
        Assert.Empty((await app.Reader.ReadAll($"{List}?section=no-such-section")).Ids);
        var id = (await app.Reader.GetJson("/api/v1/tags/news"))["id"];
        Assert.Equal(app.InOrder.Where(made => Has(made, "news")).Select(made => made.Id), (await app.Reader.ReadAll($"{List}?section={id}&limit=100")).Ids);
    }

    [Fact]
    public async Task A_tag_that_becomes_a_section_is_one_from_then_on()
    {
        var tag = await app.Editor.CreateTag("Culture");
        const string feed = "/api/v1/feeds/json?section=culture";
        var before = await app.Reader.GetJson($"{List}?section=culture");
        await app.Editor.PublishArticle("wire-one", "A play opens", new { tags = new[] { "culture" }, publishedAt = "2020-01-01T00:00:00Z", language = "tlh" });
        Assert.Empty(before["items"]!.AsArray());
        Assert.Empty((await app.Reader.ReadAll($"{List}?section=culture")).Ids);
        Assert.Empty((await app.Reader.GetJson(feed))["items"]!.AsArray());

        tag = await app.Editor.Patch("tags", tag, new { kind = "section" });

        await Newsroom.Eventually(async () => (await app.Reader.ReadAll($"{List}?section=culture")).Ids.Count == 1, "the section is there");
        Assert.Single((await app.Reader.GetJson(feed))["items"]!.AsArray());
        var article = (await app.Reader.ReadAll($"{List}?section=culture")).Ids.Single();
        await app.Editor.Withdraw(await app.Editor.Reload(new Saved(article, "", "", [])));
        Assert.Empty((await app.Reader.ReadAll($"{List}?section=culture")).Ids);
    }

    [Theory]
    [InlineData("genre=poem", HttpStatusCode.BadRequest, "genre", "must be one of article, analysis")]
    [InlineData("genre=Article", HttpStatusCode.BadRequest, "genre", "must be one of article, analysis")]
    [InlineData("from=yesterday", HttpStatusCode.BadRequest, "from", "RFC 3339")]
    [InlineData("to=2026-01-01", HttpStatusCode.BadRequest, "to", "RFC 3339")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z", HttpStatusCode.UnprocessableEntity, "to", "later than `from`")]
    [InlineData("section=news&section=sport", HttpStatusCode.BadRequest, "section", "once")]
    [InlineData("fields=headline,nonsense", HttpStatusCode.BadRequest, "fields", "id, slug, version, headline")]
    [InlineData("fields=headline,headline", HttpStatusCode.BadRequest, "fields", "each once")]
    [InlineData("fields=headline,", HttpStatusCode.BadRequest, "fields", "separated by commas")]
    [InlineData("fields=body", HttpStatusCode.BadRequest, "fields", "out of id")]
    [InlineData("include=body,corrections", HttpStatusCode.BadRequest, "include", "out of body, related")]
    [InlineData("count=true", HttpStatusCode.BadRequest, "count", "must be exact")]
    [InlineData("before=forged", HttpStatusCode.BadRequest, "before", "cursor")]
    [InlineData("after=a&before=b", HttpStatusCode.UnprocessableEntity, "before", "together with `after`")]
    public async Task What_a_list_cannot_be_asked_for_is_refused_by_name(string query, HttpStatusCode status, string parameter, string says)
    {
        using var response = await app.Reader.GetAsync($"{List}?{query}");

        var problem = await response.Problem(status);
        var (name, rules) = problem["errors"]!.AsObject().Single();
        Assert.Equal(parameter, name);
        Assert.Contains(says, rules![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("section=news", "section=sport")]
    [InlineData("genre=article", "genre=opinion")]
    [InlineData("from=2026-01-01T00:00:00Z", "from=2026-01-01T00:00:01Z")]
    [InlineData("tag=oil", "section=oil")]
    [InlineData("tag=oil&tag=news", "tag=oil%26tag%3Dnews")]
    public async Task A_cursor_of_other_filters_is_refused_in_both_directions(string query, string other)
    {
        var cursor = (await app.Reader.GetJson($"{List}?{query}&limit=1"))["nextCursor"]!.GetValue<string>();
        foreach (var direction in new[] { "after", "before" })
        {
            using var mine = await app.Reader.GetAsync($"{List}?{query}&{direction}={cursor}");
            Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
            using var response = await app.Reader.GetAsync($"{List}?{other}&{direction}={cursor}");
            var problem = await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
            Assert.Equal(direction, problem["errors"]!.AsObject().Single().Key);
        }
    }

    [Fact]
    public async Task A_cursor_holds_for_every_order_of_the_same_tags_and_for_other_fields()
    {
        var first = await app.Reader.GetJson($"{List}?tag=oil&tag=news&limit=1");

        var next = await app.Reader.GetJson($"{List}?tag=news&tag=oil&fields=id&count=exact&limit=1&after={first["nextCursor"]}");

        Assert.Equal(app.InOrder.Where(made => Has(made, "news") && Has(made, "oil")).ElementAt(1).Id, next["items"]!.AsArray().Single()!["id"]!.GetValue<Guid>());
    }

    private static bool Has(RandomNewsroom.Made made, string tag) => made.Tags.Intersect(RandomNewsroom.Below[tag]).Any();

    private static (string Query, Func<RandomNewsroom.Made, bool> Fits) Draw(Random random)
    {
        var (query, tests) = (new List<string>(), new List<Func<RandomNewsroom.Made, bool>>());
        void Add(string parameter, Func<RandomNewsroom.Made, bool> fits)
        {
            query.Add(parameter);
            tests.Add(fits);
        }
        string OneOf(params string[] names) => names[random.Next(names.Length)];
        bool Wanted(int outOf) => random.Next(outOf) == 0;
        for (var tags = random.Next(8) switch { 0 => 2, < 4 => 1, _ => 0 }; tags > 0; tags--)
        {
            var tag = OneOf([.. RandomNewsroom.Below.Keys]);
            Add($"tag={tag}", made => Has(made, tag));
        }
        if (Wanted(3))
        {
            var section = OneOf(RandomNewsroom.Sections);
            Add($"section={section}", made => Has(made, section));
        }
        if (Wanted(4))
        {
            var author = OneOf("author-one", "author-two", "author-three");
            Add($"author={author}", made => made.Author == author);
        }
        if (Wanted(4))
        {
            var source = OneOf("wire-one", "wire-two", "wire-three");
            Add($"source={source}", made => made.Source == source);
        }
        if (Wanted(4))
        {
            var language = OneOf("en", "en-GB", "fa");
            Add($"language={language}", made => made.Language == language || made.Language.StartsWith($"{language}-", StringComparison.Ordinal));
        }
        if (Wanted(4))
        {
            var genre = OneOf("article", "opinion", "liveBlog");
            Add($"genre={genre}", made => made.Genre == genre);
        }
        var from = new DateTimeOffset(2026, 1, random.Next(1, 5), 6 * random.Next(4), 0, 0, TimeSpan.Zero);
        if (Wanted(3))
        {
            Add($"from={from:yyyy-MM-dd'T'HH:mm:ss'Z'}", made => made.At >= from);
        }
        if (Wanted(3))
        {
            var to = from.AddHours(6 * random.Next(1, 16));
            Add($"to={to:yyyy-MM-dd'T'HH:mm:ss'Z'}", made => made.At < to);
        }
        // What other tests of this class publish is of another language and long ago.
        Add("from=2026-01-01T00:00:00Z", _ => true);
        if (query.Count(parameter => parameter.StartsWith("from=", StringComparison.Ordinal)) > 1)
        {
            query.RemoveAt(query.Count - 1);
        }
        return (string.Join('&', query), made => tests.TrueForAll(test => test(made)));
    }
}
