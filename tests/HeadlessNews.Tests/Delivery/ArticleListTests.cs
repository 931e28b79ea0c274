using System.Globalization;
using System.Net;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery;

/// <summary>A hundred and sixty published articles, many of them of the same moment.</summary>
public sealed class CrowdedNewsroom(TestPostgres postgres) : NewsApp(postgres), IAsyncLifetime
{
    internal sealed record Made(Guid Id, DateTimeOffset At, int Number)
    {
        public string Author => Number % 3 == 0 ? "ada" : "bo";
        public string Source => Number % 2 == 0 ? "even-wire" : "odd-wire";
        public string Tag => Number % 5 == 0 ? "ferries" : Number % 5 == 1 ? "shipping" : "weather";
        public bool IsUrgent => Number % 7 == 0;
        public string Language => Number % 4 == 0 ? "en-GB" : Number % 4 == 1 ? "fa" : "en";
    }

    /// <summary>Newest first; of one moment, the greater id first.</summary>
    internal List<Made> InOrder { get; private set; } = [];

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        foreach (var name in new[] { "Even Wire", "Odd Wire" })
        {
            await Editor.CreateSource(name);
        }
        foreach (var name in new[] { "Ada", "Bo" })
        {
            await Editor.CreateAuthor(name);
        }
        foreach (var (name, parent) in new[] { ("Economy", null), ("Shipping", "economy"), ("Ferries", "shipping"), ("Weather", (string?)null), ("Urgent", null) })
        {
            await Editor.CreateTag(name, new { parent });
        }
        var made = new List<Made>();
        for (var number = 0; number < 160; number++)
        {
            // Ten moments, sixteen articles each.
            var item = new Made(Guid.Empty, new DateTimeOffset(2026, 1, 1 + number / 3 % 10, 12, 0, 0, TimeSpan.Zero), number);
            var article = await Editor.PublishArticle(item.Source, $"Crowded {number}", new
            {
                language = item.Language,
                publishedAt = item.At.ToString("O", CultureInfo.InvariantCulture),
                authors = new[] { item.Author },
                tags = item.IsUrgent ? [item.Tag, "urgent"] : new[] { item.Tag },
            });
            made.Add(item with { Id = article.Id });
        }
        await Editor.CreateArticle("even-wire", "A draft in the crowd", new { authors = new[] { "ada" }, tags = new[] { "ferries", "urgent" } });
        InOrder = [.. made.OrderByDescending(item => item.At).ThenByDescending(item => item.Id.ToString(), StringComparer.Ordinal)];
    }
}

public sealed class ArticleListTests(CrowdedNewsroom app) : IClassFixture<CrowdedNewsroom>
{
    private const string List = "/api/v1/articles";

    private static readonly (string Query, Func<CrowdedNewsroom.Made, bool> Finds)[] Filters =
    [
        ("", _ => true),
        ("author=ada", item => item.Author == "ada"),
        ("source=odd-wire", item => item.Source == "odd-wire"),
        ("tag=ferries", item => item.Tag == "ferries"),
        ("tag=shipping", item => item.Tag is "ferries" or "shipping"),
        ("tag=economy", item => item.Tag is "ferries" or "shipping"),
        ("language=en", item => item.Language is "en" or "en-GB"),
        ("language=en-GB", item => item.Language == "en-GB"),
        ("language=EN-gb", item => item.Language == "en-GB"),
        ("language=fa", item => item.Language == "fa"),
        ("tag=economy&tag=urgent", item => item.Tag is "ferries" or "shipping" && item.IsUrgent),
        ("tag=economy&tag=shipping&tag=ferries", item => item.Tag == "ferries"),
        ("tag=urgent&tag=urgent", item => item.IsUrgent),
        ("tag=weather&tag=ferries", _ => false),
        ("author=bo&source=even-wire", item => item is { Author: "bo", Source: "even-wire" }),
        ("author=ada&source=odd-wire&tag=urgent&language=en", item => item is { Author: "ada", Source: "odd-wire", IsUrgent: true, Language: "en" or "en-GB" }),
        ("language=fa&tag=weather", item => item is { Language: "fa", Tag: "weather" }),
        ("tag=no-such-tag", _ => false),
        ("author=nobody&language=en", _ => false),
        ("source=ada", _ => false),
        ("source=7d0c7a3e-0000-7000-8000-000000000000", _ => false),
        ("language=tlh", _ => false),
    ];

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Every_filter_finds_exactly_its_articles_newest_first_over_all_pages(int limit)
    {
        foreach (var (query, finds) in Filters)
        {
            var expected = app.InOrder.Where(finds).Select(item => item.Id).ToList();
            var (ids, pages) = await app.Reader.ReadAll($"{List}?{query}{(query.Length > 0 ? "&" : "")}limit={limit}");
            Assert.True(expected.SequenceEqual(ids), $"{query}: expected {expected.Count}, got {ids.Count} ({ids.Distinct().Count()} different).");
            Assert.All(pages.SkipLast(1), count => Assert.Equal(limit, count));
        }
    }

    [Fact]
    public async Task A_scan_that_is_cut_short_gives_short_pages_that_together_are_the_list()
    {
        var reads = app.Services.GetRequiredService<ArticleLists>();
        var usual = reads.MostProbes;
        var wereShort = 0;
        try
        {
            foreach (var most in new[] { 1, 5, 16 })
            {
                reads.MostProbes = most;
                foreach (var (query, finds) in Filters.Where(filter => filter.Query.Contains('&')))
                {
                    var (ids, pages) = await app.Reader.ReadAll($"{List}?{query}&limit=5");
                    Assert.True(app.InOrder.Where(finds).Select(item => item.Id).SequenceEqual(ids), $"{query}, {most} probes.");
                    wereShort += pages.SkipLast(1).Count(count => count < 5);
                }
            }
        }
        finally
        {
            reads.MostProbes = usual;
        }
        Assert.True(wereShort > 10, "The bound was never reached.");
    }

    [Fact]
    public async Task The_first_page_has_twenty_and_a_limit_beyond_a_hundred_is_refused()
    {
        Assert.Equal(app.InOrder.Take(20).Select(item => item.Id), (await app.Reader.ReadAll(List)).Ids.Take(20));
        Assert.Equal(20, (await app.Reader.GetJson(List))["items"]!.AsArray().Count);
        foreach (var (query, status, error) in new[]
        {
            ("limit=0", HttpStatusCode.UnprocessableEntity, "limit"),
            ("limit=101", HttpStatusCode.UnprocessableEntity, "limit"),
            ("limit=x", HttpStatusCode.BadRequest, "limit"),
            ("author=ada&author=bo", HttpStatusCode.BadRequest, "author"),
            ("after=forged", HttpStatusCode.BadRequest, "after"),
            ("tags=ferries", HttpStatusCode.BadRequest, "tags"),
        })
        {
            var problem = await (await app.Reader.GetAsync($"{List}?{query}")).Problem(status);
            Assert.Contains(problem["errors"]!.AsObject(), found => found.Key == error);
        }
        // A cursor belongs to its filters.
        var cursor = (await app.Reader.GetJson($"{List}?author=ada&limit=1"))["nextCursor"]!.GetValue<string>();
        await (await app.Reader.GetAsync($"{List}?author=bo&after={cursor}")).Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Fact]
    public async Task A_filter_is_taken_by_id_and_a_card_says_what_the_document_says()
    {
        var tag = await app.Reader.GetJson("/api/v1/tags/ferries");
        var (ids, _) = await app.Reader.ReadAll($"{List}?tag={tag["id"]}&limit=50");
        Assert.Equal(app.InOrder.Where(item => item.Tag == "ferries").Select(item => item.Id), ids);

        var card = (await app.Reader.GetJson($"{List}?tag=ferries&limit=1"))["items"]![0]!.AsObject();
        var document = await app.Reader.GetJson($"{List}/{card["id"]}");
        foreach (var (name, value) in card.Where(member => member.Key != "authors"))
        {
            Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(value, document[name]), $"{name}: {value?.ToJsonString()} and {document[name]?.ToJsonString()}");
        }
    }

    [Fact]
    public async Task Directories_list_in_the_order_of_slugs_with_the_numbers_that_the_lists_have()
    {
        foreach (var (collection, filter) in new[] { ("tags", "tag"), ("authors", "author"), ("sources", "source") })
        {
            var all = (await app.Reader.GetJson($"/api/v1/{collection}"))["items"]!.AsArray();
            Assert.Equal(all.Select(item => item!["id"]!.GetValue<Guid>()), (await app.Reader.ReadAll($"/api/v1/{collection}?limit=1")).Ids);
            Assert.Equal(all.Select(item => item!["slug"]!.GetValue<string>()).Order(StringComparer.Ordinal), all.Select(item => item!["slug"]!.GetValue<string>()));
            foreach (var item in all)
            {
                var (ids, _) = await app.Reader.ReadAll($"{List}?{filter}={item!["slug"]}&limit=100");
                Assert.Equal(ids.Count, item["articleCount"]!.GetValue<int>());
                Assert.Equal(item.ToJsonString(), (await app.Reader.GetJson($"/api/v1/{collection}/{item["id"]}")).ToJsonString());
            }
        }
        Assert.Equal(5, (await app.Reader.GetJson("/api/v1/tags"))["items"]!.AsArray().Count);
    }
}
