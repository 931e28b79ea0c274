using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class RevisionDiffTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Every_changed_member_is_named_by_its_path_with_its_values()
    {
        var (source, other) = (await app.Editor.CreateSource("Source of differences"), await app.Editor.CreateSource("Other source of differences"));
        var (author, tag) = (await app.Editor.CreateAuthor("Author of differences"), await app.Editor.CreateTag("Tag of differences"));
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the differences");
        var full = Samples.FullArticle(source.Slug, [author.Slug], [tag.Slug], related.Slug);
        full["slug"] = "full-of-differences";
        var bare = new JsonObject
        {
            ["slug"] = "bare-of-differences",
            ["headline"] = "Bare",
            ["language"] = "en",
            ["source"] = other.Slug,
            ["body"] = new JsonObject { ["format"] = "html", ["content"] = "" },
        };
        var article = await app.Editor.Create("articles", full);
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{article.Id}", bare, article.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        var diff = await Diff(article);

        Assert.Equal((1, 2), (diff["from"]!.GetValue<int>(), diff["to"]!.GetValue<int>()));
        var changes = diff["changes"]!.AsArray().Select(change => change!.AsObject()).ToList();
        Assert.Equal(
        [
            "slug", "headline", "kicker", "summary", "body.format", "body.content", "dateline.place", "dateline.date", "language", "genre", "urgency",
            "source", "sourceUrl", "externalId", "authors", "bylineOverride", "tags", "related", "leadMedia.url", "leadMedia.alt", "leadMedia.credit",
            "rights.copyrightHolder", "rights.copyrightYear", "rights.copyrightNotice", "rights.usageTerms", "rights.redistribution",
            "embargoUntil", "expiresAt", "publishedAt", "isAccessibleForFree", "seo.title", "seo.description", "seo.canonicalUrl", "seo.noIndex", "internalNote",
        ], changes.Select(change => change["path"]!.GetValue<string>()));
        var (before, after) = (await Content(article, 1), await Content(article, 2));
        foreach (var change in changes)
        {
            var path = change["path"]!.GetValue<string>();
            AssertSame(At(before, path), change["before"], path);
            AssertSame(At(after, path), change["after"], path);
            Assert.Equal(path is "headline" or "summary" or "body.content", change["runs"] is not null);
        }
        Assert.All(changes.Where(change => change["runs"] is not null), AssertJoins);
    }

    [Fact]
    public async Task Runs_join_to_both_texts_to_the_last_character()
    {
        var source = await app.Editor.CreateSource("Source of runs");
        var text = Samples.Body + Samples.Body;
        var article = await app.Editor.CreateArticle(source.Slug, $"{Samples.Quotes} {Samples.Emoji}", new { summary = $"{Samples.Arabic}\r\n{Samples.Combining}", body = new { format = "markdown", content = text } });
        article = await app.Editor.Patch("articles", article, new
        {
            headline = $"{Samples.Quotes} {Samples.Emoji}".Replace("She", "He", StringComparison.Ordinal).Replace("🏳️‍🌈", "🏳️", StringComparison.Ordinal),
            summary = $"{Samples.Arabic}\n{Samples.Combining.Replace("e\u0301", "e", StringComparison.Ordinal)}",
            body = new { content = text.Replace("می‌رود", "می‌آید", StringComparison.Ordinal).Replace("\r\n\r\n", "\r\n", StringComparison.Ordinal) },
        });

        var changes = (await Diff(article))["changes"]!.AsArray().Select(change => change!.AsObject()).ToList();

        Assert.Equal(["headline", "summary", "body.content"], changes.Select(change => change["path"]!.GetValue<string>()));
        Assert.All(changes, AssertJoins);
        Assert.All(changes, change => Assert.Contains(change["runs"]!.AsArray(), run => run!["op"]!.GetValue<string>() == "kept"));
        Assert.Contains(changes[2]["runs"]!.AsArray(), run => run!["op"]!.GetValue<string>() == "added" && run["text"]!.GetValue<string>() == "می‌آید");
    }

    [Fact]
    public async Task Left_out_from_is_the_live_revision_and_to_the_working_copy()
    {
        var source = await app.Editor.CreateSource("Source of defaults");
        var article = await app.Editor.CreateArticle(source.Slug, "Defaults", new { kicker = "1" });
        Assert.Equal((1, 1, 0), await Numbers(article, ""));
        article = await app.Editor.Patch("articles", article, new { kicker = "2" });
        article = await app.Editor.Patch("articles", article, new { kicker = "3" });
        // Never public: what the last save did.
        Assert.Equal((2, 3, 1), await Numbers(article, ""));
        Assert.Equal((1, 2, 1), await Numbers(article, "?to=2"));

        article = await app.Editor.Publish(article);
        Assert.Equal((3, 3, 0), await Numbers(article, ""));
        article = await app.Editor.Patch("articles", article, new { kicker = "4" });
        article = await app.Editor.Patch("articles", article, new { kicker = "5", urgency = 2 });
        // Live: what publishing would change.
        Assert.Equal((3, 5, 2), await Numbers(article, ""));
        Assert.Equal((4, 5, 2), await Numbers(article, "?from=4"));
        Assert.Equal((3, 1, 1), await Numbers(article, "?to=1"));
        Assert.Equal((5, 1, 2), await Numbers(article, "?from=5&to=1"));

        article = await app.Editor.Withdraw(article);
        Assert.Equal((3, 5, 2), await Numbers(article, ""));
    }

    [Fact]
    public async Task The_same_member_there_and_back_is_no_difference()
    {
        var source = await app.Editor.CreateSource("Source of returns");
        var article = await app.Editor.CreateArticle(source.Slug, "There");
        article = await app.Editor.Patch("articles", article, new { headline = "Back", seo = new { title = "Back" } });
        article = await app.Editor.Patch("articles", article, new { headline = "There", seo = new { title = (string?)null } });

        Assert.Equal((1, 3, 0), await Numbers(article, "?from=1"));
        Assert.Equal((1, 1, 0), await Numbers(article, "?from=1&to=1"));
    }

    [Fact]
    public async Task A_renamed_author_is_no_difference_and_another_one_is()
    {
        var source = await app.Editor.CreateSource("Source of renamed authors");
        var author = await app.Editor.CreateAuthor("Before the renaming");
        var article = await app.Editor.CreateArticle(source.Slug, "By a renamed author", new { authors = new[] { author.Slug } });
        await app.Editor.Patch("authors", author, new { name = "After the renaming" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Second" });

        Assert.Equal(["kicker"], (await Diff(article))["changes"]!.AsArray().Select(change => change!["path"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("?from=one", HttpStatusCode.BadRequest)]
    [InlineData("?to=1.5", HttpStatusCode.BadRequest)]
    [InlineData("?to=99999999999", HttpStatusCode.BadRequest)]
    [InlineData("?since=1", HttpStatusCode.BadRequest)]
    [InlineData("?from=1&from=1", HttpStatusCode.BadRequest)]
    public async Task What_is_no_number_is_refused(string query, HttpStatusCode status)
    {
        var source = await app.Editor.CreateSource("Source of bad numbers");
        var article = await app.Editor.CreateArticle(source.Slug, "Compared badly");

        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}/revisions/diff{query}");

        await response.Problem(status);
    }

    [Fact]
    public async Task The_longest_bodies_that_differ_wholly_are_answered()
    {
        var source = await app.Editor.CreateSource("Source of the longest bodies");
        var article = await app.Editor.CreateArticle(source.Slug, "As long as can be", new { body = new { format = "markdown", content = Text(1) } });
        article = await app.Editor.Patch("articles", article, new { body = new { content = Text(2) } });

        var change = (await Diff(article).WaitAsync(TimeSpan.FromMinutes(5)))["changes"]!.AsArray().Single()!.AsObject();

        AssertJoins(change);
        Assert.InRange(change["runs"]!.AsArray().Count, 2, 20_010);

        static string Text(int seed)
        {
            var random = new Random(seed);
            return string.Create(500_000, random, (letters, from) =>
            {
                for (var i = 0; i < letters.Length; i++)
                {
                    letters[i] = "abcdefgh .,\n"[from.Next(12)];
                }
            });
        }
    }

    private Task<JsonObject> Diff(Saved article, string query = "") => app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/diff{query}");

    private async Task<JsonObject> Content(Saved article, int revision) =>
        (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/{revision}"))["content"]!.AsObject();

    private async Task<(int From, int To, int Changes)> Numbers(Saved article, string query)
    {
        var diff = await Diff(article, query);
        return (diff["from"]!.GetValue<int>(), diff["to"]!.GetValue<int>(), diff["changes"]!.AsArray().Count);
    }

    private static JsonNode? At(JsonNode? content, string path) => path.Split('.').Aggregate(content, (node, name) => node?[name]);

    private static void AssertSame(JsonNode? expected, JsonNode? actual, string path) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected?.ToJsonString()}, got {actual?.ToJsonString()}");

    private static void AssertJoins(JsonObject change)
    {
        Assert.Equal(change["before"]?.GetValue<string>() ?? "", Joined(change, "added"));
        Assert.Equal(change["after"]?.GetValue<string>() ?? "", Joined(change, "removed"));
    }

    private static string Joined(JsonObject change, string without) => string.Concat(
        change["runs"]!.AsArray().Where(run => run!["op"]!.GetValue<string>() != without).Select(run => run!["text"]!.GetValue<string>()));
}
