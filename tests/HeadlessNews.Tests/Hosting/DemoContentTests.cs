using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Hosting;

public sealed class DemoNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Bootstrap:DemoContent", "true")];
}

public sealed class DemoContentTests(DemoNewsroom app) : IClassFixture<DemoNewsroom>
{
    [Fact]
    public async Task It_is_a_small_newsroom_in_two_languages_with_sources_of_every_kind()
    {
        var (published, _) = await app.Reader.ReadAll("/api/v1/articles");
        var sources = (await app.Editor.GetJson("/api/v1/editorial/sources"))["items"]!.AsArray();
        var authors = (await app.Editor.GetJson("/api/v1/editorial/authors?limit=100"))["items"]!.AsArray();

        Assert.True(published.Count >= 12, $"{published.Count} articles.");
        Assert.True(sources.Count >= 4, $"{sources.Count} sources.");
        Assert.Equal(["agency", "own", "syndicated"], sources.Select(source => Text(source!, "kind")).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(sources, source => Text(source!, "kind") == "agency" && source!["rights"]!["redistribution"]?.GetValue<string>() == "prohibited");
        Assert.Equal(["organization", "person"], authors.Select(author => Text(author!, "kind")).Distinct().Order(StringComparer.Ordinal));
        foreach (var language in new[] { "en", "fa" })
        {
            Assert.NotEmpty((await app.Reader.ReadAll($"/api/v1/articles?language={language}")).Ids);
        }
        Assert.NotEmpty((await app.Editor.GetJson("/api/v1/editorial/articles?status=draft"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Every_published_article_stands_in_every_list_it_belongs_to_and_in_no_other()
    {
        var lists = new Dictionary<string, List<Guid>>();
        async Task<List<Guid>> List(string query) =>
            lists.TryGetValue(query, out var ids) ? ids : lists[query] = (await app.Reader.ReadAll($"/api/v1/articles?{query}&limit=100")).Ids;
        var parents = (await app.Reader.GetJson("/api/v1/tags?limit=100"))["items"]!.AsArray()
            .ToDictionary(tag => Text(tag!, "slug"), tag => tag!["parent"]?["slug"]?.GetValue<string>());
        var expected = new HashSet<(string, Guid)>();

        foreach (var id in (await app.Reader.ReadAll("/api/v1/articles")).Ids)
        {
            var document = await app.Reader.GetJson($"/api/v1/articles/{id}");
            Assert.Equal(id, (await app.Reader.GetJson($"/api/v1/articles/{Uri.EscapeDataString(Text(document, "slug"))}"))["id"]!.GetValue<Guid>());
            Assert.NotEmpty(Text(document["body"]!, "text"));
            var queries = document["authors"]!.AsArray().Select(author => $"author={Text(author!, "slug")}")
                .Append($"source={Text(document["source"]!, "slug")}").Append($"language={Text(document, "language")}").ToList();
            foreach (var tag in document["tags"]!.AsArray())
            {
                for (var slug = Text(tag!, "slug"); slug is not null; slug = parents[slug])
                {
                    queries.Add($"tag={slug}");
                }
            }
            foreach (var query in queries.Distinct())
            {
                expected.Add((query, id));
                Assert.True((await List(query)).Contains(id), $"{Text(document, "slug")} is missing from {query}.");
            }
        }
        Assert.Equal(expected.Count, lists.Sum(list => list.Value.Count));
    }

    [Theory]
    [InlineData("dredging-contract-request", "inReview")]
    [InlineData("weekend-in-northhaven", "scheduled")]
    [InlineData("harbour-dues-explained", "published")]
    [InlineData("small-coasters-insurance", "published")]
    [InlineData("northhaven-school-to-close", "withdrawn")]
    public async Task It_has_an_article_in_every_state(string slug, string status)
    {
        var card = Assert.Single(await app.Editor.Cards($"q={slug}&status={status}"));

        Assert.Equal(slug, Text(card, "slug"));
        Assert.False(string.IsNullOrEmpty(card["internalNote"]?.GetValue<string>()), "It has no note for the newsroom.");
        Assert.Empty(card.Texts("blockedBy"));
    }

    [Fact]
    public async Task It_shows_what_the_life_of_an_article_can_bring()
    {
        var dues = Assert.Single(await app.Editor.Cards("q=harbour-dues-explained"));
        Assert.True(dues["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.NotEqual(Text(dues, "headline"), Text(await app.Reader.GetJson("/api/v1/articles/harbour-dues-explained"), "headline"));

        var weekend = Assert.Single(await app.Editor.Cards("q=weekend-in-northhaven"));
        Assert.InRange(weekend["scheduledFor"]!.GetValue<DateTimeOffset>(), DateTimeOffset.UtcNow.AddHours(22), DateTimeOffset.UtcNow.AddHours(25));
        var due = (await app.Editor.GetJson("/api/v1/editorial/schedule"))["items"]!.AsArray();
        Assert.Contains(due, item => item!["article"] is { } article && Text(article, "slug") == "weekend-in-northhaven" && Text(item, "action") == "publish");
        await (await app.Reader.GetAsync("/api/v1/articles/weekend-in-northhaven", TestContext.Current.CancellationToken)).Problem(HttpStatusCode.NotFound);

        using var withdrawn = await app.Reader.GetAsync("/api/v1/articles/northhaven-school-to-close", TestContext.Current.CancellationToken);
        Assert.StartsWith("This article was withdrawn.", Text(await withdrawn.Problem(HttpStatusCode.Gone), "notice"), StringComparison.Ordinal);

        var documents = new List<JsonObject>();
        foreach (var id in (await app.Reader.ReadAll("/api/v1/articles")).Ids)
        {
            documents.Add(await app.Reader.GetJson($"/api/v1/articles/{id}"));
        }
        Assert.Contains(documents, document => document["corrections"]!.AsArray().Count > 0);
        Assert.Contains(documents, document => Text(document["source"]!, "slug") == "meridian-press" && Text(document["rights"]!, "redistribution") == "prohibited");

        // Each names the other, and the withdrawn article that names one of them does not show.
        Assert.Contains("harbour-dues-explained", await Related("night-ferry-returns"));
        Assert.Contains("night-ferry-returns", await Related("harbour-dues-explained"));
        var ferry = await app.Editor.GetJson($"/api/v1/editorial/articles/{documents.Single(document => Text(document, "slug") == "night-ferry-returns")["id"]}");
        Assert.Superset(
            new HashSet<string> { "harbour-dues-explained", "northhaven-school-to-close", "weekend-in-northhaven" },
            ferry["relatedFrom"]!.AsArray().Select(other => Text(other!["article"]!, "slug")).ToHashSet());

        // Two sources report the grounding, and neither's editors need have said so.
        await Newsroom.Eventually(
            async () => (await Related("coaster-aground-hallin-bar", "coverage")).SequenceEqual(["hallin-bar-grounding-live"]), "the wire's report knows of the paper's");

        async Task<IEnumerable<string>> Related(string slug, string beside = "related") =>
            (await app.Reader.GetJson($"/api/v1/articles/{slug}/{beside}"))["items"]!.AsArray().Select(item => Text(item!["article"]!, "slug"));
    }

    [Fact]
    public async Task It_has_a_home_front_of_a_lead_pins_and_fills_where_what_is_not_published_yet_waits()
    {
        var home = await app.Reader.GetJson("/api/v1/fronts/home");

        Assert.Equal("night-ferry-returns", Text(home["lead"]!["article"]!, "slug"));
        Assert.Equal([null, "Opinion", "Economy", "The Tide Line", "Latest"], home["slots"]!.AsArray().Select(slot => slot!["title"]?.GetValue<string>()));
        var shown = home["slots"]!.AsArray().SelectMany(slot => slot!["items"]!.AsArray()).Select(item => Text(item!["article"]!, "slug")).ToList();
        Assert.Distinct(shown);
        Assert.DoesNotContain("weekend-in-northhaven", shown);
        Assert.NotEmpty((await app.Reader.GetJson("/api/v1/fronts/farsi"))["slots"]!.AsArray());
    }

    [Fact]
    public async Task It_is_loaded_once_only()
    {
        var before = await app.Events();

        await using (var scope = app.Services.CreateAsyncScope())
        {
            await DemoContent.Load(scope.ServiceProvider, CancellationToken.None);
        }
        await app.Services.GetRequiredService<Preparation>().Run(CancellationToken.None);

        Assert.Equal(Own(before), Own(await app.Events()));
    }

    /// <summary>Re-rendering goes on by itself.</summary>
    private static IEnumerable<string> Own(List<string> events) => events.Where(type => !type.EndsWith(".rerendered", StringComparison.Ordinal));

    private static string Text(JsonNode json, string member) => json[member]!.GetValue<string>();
}
