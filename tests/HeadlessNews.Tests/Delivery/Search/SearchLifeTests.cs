using System.Text.Json.Nodes;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>What is found follows what is published; what is counted is what is found.</summary>
public sealed class SearchLifeTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Only_what_is_live_is_found_offered_and_suggested_and_at_once()
    {
        var source = (await app.Editor.CreateSource("Follows")).Slug;
        var draft = await app.Editor.CreateArticle(source, "Quetzals nest");
        async Task<(int Found, int Suggested, string? Mended)> Look(string word, string mistyped, string typed) => (
            (await app.Reader.Find(word)).Length,
            (await app.Reader.GetJson($"/api/v1/suggest?q={typed}&kinds=article"))["items"]!.AsArray().Count,
            (await app.Reader.Search(mistyped))["didYouMean"]?.GetValue<string>());
        Assert.Equal((0, 0, null), await Look("quetzal", "quetzols", "quetz"));

        var published = await app.Editor.Publish(draft);
        Assert.Equal((1, 1, "quetzals"), await Look("quetzal", "quetzols", "quetz"));

        var edited = await app.Editor.Patch("articles", published, new { headline = "Toucans nest" });
        Assert.Equal((0, 0, null), await Look("toucan", "toucsns", "touc"));
        var updated = await app.Editor.Publish(edited);
        Assert.Equal((1, 1, "toucans"), await Look("toucan", "toucsns", "touc"));
        // The slug keeps the old word; the text does not, and is what is searched.
        Assert.Equal((0, 1, null), await Look("quetzal", "quetzols", "quetz"));

        await app.Editor.Withdraw(updated);
        Assert.Equal((0, 0, null), await Look("toucan", "toucsns", "touc"));
        Assert.Equal((0, 0, null), await Look("quetzal", "quetzols", "quetz"));
    }

    [Fact]
    public async Task A_word_is_counted_by_the_articles_that_have_it_and_goes_with_the_last()
    {
        var source = (await app.Editor.CreateSource("Counts")).Slug;
        Task<List<(string Word, string Folded, int Articles)>> Words() =>
            app.Query("SELECT word, folded, articles FROM delivery.words WHERE folded LIKE 'zweig%' ORDER BY word", row => (row.GetString(0), row.GetString(1), row.GetInt32(2)));
        var one = await app.Editor.PublishArticle(source, "Zweige, ZWEIGE", new { summary = "Zweigé" });
        var two = await app.Editor.PublishArticle(source, "Zweige");
        Assert.Equal([("zweige", "zweige", 2), ("zweigé", "zweige", 1)], await Words());

        one = await app.Editor.Publish(await app.Editor.Patch("articles", one, new { summary = "Zweigen" }));
        Assert.Equal([("zweige", "zweige", 2), ("zweigen", "zweigen", 1)], await Words());
        await app.Editor.Withdraw(one);
        Assert.Equal([("zweige", "zweige", 1)], await Words());
        await app.Editor.Withdraw(two);
        Assert.Empty(await Words());
    }

    [Fact]
    public async Task What_has_ended_is_not_found()
    {
        var source = (await app.Editor.CreateSource("Ends")).Slug;
        await app.Editor.PublishArticle(source, "Marmots whistle", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(10) });
        Assert.Equal(["Marmots whistle"], await app.Reader.Find("marmot"));

        await Newsroom.Eventually(async () => (await app.Reader.Find("marmot")).Length == 0, "what has ended is not found");
    }

    [Fact]
    public async Task A_renamed_author_is_found_and_suggested_by_the_new_name()
    {
        var source = (await app.Editor.CreateSource("Renames")).Slug;
        var author = await app.Editor.CreateAuthor("Ottoline Pike");
        await app.Editor.PublishArticle(source, "By somebody", new { authors = new[] { author.Slug } });
        Assert.Equal(["By somebody"], await app.Reader.Find("ottoline"));

        await app.Editor.Patch("authors", author, new { name = "Wilhelmina Pike" });

        await Newsroom.Eventually(async () => (await app.Reader.Find("wilhelmina")).Length == 1, "the new name is found");
        Assert.Empty(await app.Reader.Find("ottoline"));
        Assert.Equal("Wilhelmina Pike", (await app.Reader.GetJson("/api/v1/suggest?q=wilh&kinds=author"))["items"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_tags_aliases_find_what_is_tagged_and_are_suggested_as_long_as_they_are_its_aliases()
    {
        var source = (await app.Editor.CreateSource("Aliases")).Slug;
        var tag = await app.Editor.CreateTag("Lighthouses", new { aliases = new[] { "Leading lights" } });
        await app.Editor.PublishArticle(source, "Tower painted", new { tags = new[] { tag.Slug } });
        await app.Editor.PublishArticle(source, "Tower not tagged");
        async Task<string[]> Suggested(string typed) =>
            [.. (await app.Reader.GetJson($"/api/v1/suggest?q={typed}&kinds=tag"))["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>())];
        Assert.Equal(["Tower painted"], await app.Reader.Find("\"leading light\""));
        Assert.Equal(["Lighthouses"], await Suggested("leadi"));
        Assert.Equal("leading", (await app.Reader.Search("leadnig"))["didYouMean"]!.GetValue<string>());

        await app.Editor.Patch("tags", tag, new { aliases = new[] { "Pharology" } });

        await Newsroom.Eventually(async () => (await app.Reader.Find("pharology")).Length == 1, "the new alias finds it");
        Assert.Empty(await app.Reader.Find("leading"));
        Assert.Equal(["Lighthouses"], await Suggested("phar"));
        Assert.Empty(await Suggested("leadi"));
        // Nothing of it stands in the article.
        Assert.Equal("Tower painted", (await app.Reader.Search("pharology"))["items"]![0]!["highlights"]!["headline"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_question_that_takes_too_long_as_a_whole_is_given_up_and_gives_its_turn_back()
    {
        var source = (await app.Editor.CreateSource("Hurries")).Slug;
        await app.Editor.PublishArticle(source, "Swifts return");
        var reads = app.Services.GetRequiredService<SearchReads>();
        var usual = reads.MostTime;

        // No single look takes long: it is the whole that has no time left.
        reads.MostTime = TimeSpan.Zero;
        try
        {
            for (var n = 0; n < 2 * Environment.ProcessorCount + 2; n++)
            {
                using var response = await app.Reader.GetAsync("/api/v1/search?q=swifts", TestContext.Current.CancellationToken);
                await response.Problem(System.Net.HttpStatusCode.ServiceUnavailable, "search-too-slow");
            }
        }
        finally
        {
            reads.MostTime = usual;
        }

        Assert.Equal(["Swifts return"], await app.Reader.Find("swifts"));
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("relevance")]
    public async Task Pages_hold_everything_once_while_articles_are_published(string sort)
    {
        var source = (await app.Editor.CreateSource($"Paged {sort}")).Slug;
        for (var number = 0; number < 12; number++)
        {
            // Some have the word twice, and none in the order of their ranks.
            await app.Editor.PublishArticle(source, number % 3 == 0 ? $"Otters {number}" : $"Number {number}",
                new { body = Finding.Text(string.Concat(Enumerable.Repeat("An otter. ", 1 + number % 5))), publishedAt = Finding.Minute(number) });
        }
        var path = $"/api/v1/search?q=otter&source={source}&sort={sort}";
        var whole = (await app.Reader.GetJson($"{path}&limit=100"))["items"]!.AsArray().Select(Id).ToList();
        Assert.Equal(12, whole.Count);

        var read = new List<string>();
        for (string? next = $"{path}&limit=5"; next is not null;)
        {
            using var response = await app.Reader.GetAsync(next);
            var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            read.AddRange(page["items"]!.AsArray().Select(Id));
            next = response.LinkTo("next");
            Assert.Equal(page["nextCursor"] is null, next is null);
            await app.Editor.PublishArticle(source, "Otters otters otters", new { body = Finding.Text("otter otter otter") });
        }

        Assert.Equal(whole, read);
        static string Id(JsonNode? item) => item!["article"]!["id"]!.GetValue<string>();
    }

    [Theory]
    [InlineData("q=otter", "q=otters")]
    [InlineData("q=otter", "q=otter&sort=newest")]
    [InlineData("q=otter&sort=newest", "q=otter")]
    [InlineData("q=otter", "q=otter&language=en")]
    public async Task A_cursor_belongs_to_one_search(string one, string other)
    {
        var source = (await app.Editor.CreateSource($"Cursor {Guid.NewGuid():N}")).Slug;
        await app.Editor.PublishArticle(source, "Otters one");
        await app.Editor.PublishArticle(source, "Otters two");
        var cursor = (await app.Reader.GetJson($"/api/v1/search?{one}&limit=1"))["nextCursor"]!.GetValue<string>();

        using var own = await app.Reader.GetAsync($"/api/v1/search?{one}&after={cursor}");
        Assert.True(own.IsSuccessStatusCode);
        using var refused = await app.Reader.GetAsync($"/api/v1/search?{other}&after={cursor}");
        await refused.Problem(System.Net.HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Fact]
    public async Task Facets_count_what_is_found_and_say_when_that_is_not_all()
    {
        var sources = new[] { (await app.Editor.CreateSource("Facet one")).Slug, (await app.Editor.CreateSource("Facet two")).Slug };
        var author = (await app.Editor.CreateAuthor("Facet Author")).Slug;
        var above = (await app.Editor.CreateTag("Facet above")).Slug;
        var below = (await app.Editor.CreateTag("Facet below", new { parent = above })).Slug;
        for (var number = 0; number < 9; number++)
        {
            await app.Editor.PublishArticle(sources[number % 2], $"Badgers {number}", new
            {
                authors = number < 4 ? new[] { author } : [],
                tags = number < 3 ? new[] { below } : number < 5 ? [above] : [],
                publishedAt = new DateTimeOffset(2024, 1 + number % 3, 5, 0, 0, 0, TimeSpan.Zero),
            });
        }
        await app.Editor.PublishArticle(sources[0], "No such animal", new { authors = new[] { author }, tags = new[] { below } });

        var page = await app.Reader.Search("badgers", "&facets=tags,sources,authors,months&limit=2");
        Assert.Equal(["facet-above 5", "facet-below 3"], Counts(page, "tags"));
        Assert.Equal(["facet-one 5", "facet-two 4"], Counts(page, "sources"));
        Assert.Equal(["facet-author 4"], Counts(page, "authors"));
        Assert.Equal(["2024-03 3", "2024-02 3", "2024-01 3"], page["facets"]!["months"]!.AsArray().Select(month => $"{month!["month"]} {month["count"]}"));
        Assert.Equal("""{"considered":9,"isComplete":true}""", page["matches"]!.ToJsonString());
        foreach (var (name, parameter) in new[] { ("tags", "tag"), ("sources", "source"), ("authors", "author") })
        {
            foreach (var facet in page["facets"]![name]!.AsArray())
            {
                Assert.Equal(facet!["count"]!.GetValue<int>(), (await app.Reader.Find("badgers", $"&{parameter}={facet["slug"]}")).Length);
            }
        }
        var few = await app.Reader.Search("badgers", "&facets=sources");
        Assert.Equal(["sources", "isComplete"], few["facets"]!.AsObject().Where(member => member.Value is not null).Select(member => member.Key));

        var matching = app.Services.GetRequiredService<MatchReads>();
        var usual = matching.Enough;
        try
        {
            matching.Enough = 4;
            var bounded = await app.Reader.Search("badgers", "&facets=sources,months&limit=2");
            Assert.Equal("""{"considered":4,"isComplete":false}""", bounded["matches"]!.ToJsonString());
            Assert.False(bounded["facets"]!["isComplete"]!.GetValue<bool>());
            Assert.Equal(4, bounded["facets"]!["months"]!.AsArray().Sum(month => month!["count"]!.GetValue<int>()));
            // By relevance the set has an end; the newest go on to the last.
            Assert.Equal(4, (await ReadAll("/api/v1/search?q=badgers&limit=3")).Count);
            Assert.Equal(9, (await ReadAll("/api/v1/search?q=badgers&limit=3&sort=newest")).Distinct().Count());
        }
        finally
        {
            matching.Enough = usual;
        }

        static IEnumerable<string> Counts(JsonObject page, string name) => page["facets"]![name]!.AsArray().Select(facet => $"{facet!["slug"]} {facet["count"]}");
    }

    [Fact]
    public async Task A_phrase_that_very_few_have_is_looked_for_page_by_page()
    {
        var source = (await app.Editor.CreateSource("Phrases")).Slug;
        for (var number = 0; number < 7; number++)
        {
            await app.Editor.PublishArticle(source, number == 1 ? "Lynx walks" : $"Walks of a lynx {number}", new { publishedAt = Finding.Minute(number) });
        }
        var matching = app.Services.GetRequiredService<MatchReads>();
        var usual = matching.MostConfirmed;
        try
        {
            matching.MostConfirmed = 3;
            var first = await app.Reader.Search("\"lynx walks\"", "&sort=newest");
            Assert.Empty(first["items"]!.AsArray());
            Assert.NotNull(first["nextCursor"]);
            Assert.False(first["matches"]!["isComplete"]!.GetValue<bool>());

            Assert.Single(await ReadAll("/api/v1/search?q=%22lynx%20walks%22&sort=newest"));
        }
        finally
        {
            matching.MostConfirmed = usual;
        }
        Assert.Equal(["Lynx walks"], await app.Reader.Find("\"lynx walks\"", ""));
    }

    private async Task<List<string>> ReadAll(string path)
    {
        var ids = new List<string>();
        var pages = 0;
        for (string? next = path; next is not null; Assert.True(++pages < 50))
        {
            using var response = await app.Reader.GetAsync(next);
            ids.AddRange(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(item => item!["article"]!["id"]!.GetValue<string>()));
            next = response.LinkTo("next");
        }
        return ids;
    }
}
