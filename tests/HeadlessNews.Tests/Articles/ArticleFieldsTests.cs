using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleFieldsTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly string[] Optional =
    [
        "kicker", "summary", "dateline", "sourceUrl", "externalId", "bylineOverride", "leadMedia", "embargoUntil", "expiresAt", "publishedAt",
        "internalNote",
    ];

    [Fact]
    public async Task Every_field_survives_create_put_patch_and_read_to_the_last_character()
    {
        var source = await app.Editor.CreateSource("Source of fields");
        var other = await app.Editor.CreateSource("Other source of fields");
        var authors = new[] { await app.Editor.CreateAuthor("First of fields"), await app.Editor.CreateAuthor("Second of fields") };
        var tags = new[] { await app.Editor.CreateTag("One of fields"), await app.Editor.CreateTag("Two of fields"), await app.Editor.CreateTag("سه") };
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the fields");
        var request = Samples.FullArticle(source.Slug, [authors[1].Slug, authors[0].Slug], [tags[2].Slug, tags[0].Slug], related.Slug);

        var created = await app.Editor.Create("articles", request);
        Samples.AssertSame(request, Samples.AsRequest(created.Json));
        await AssertReads(created.Id, request);

        // PUT: everything is another value.
        var second = Samples.FullArticle(other.Slug, [authors[0].Slug, authors[1].Slug], [tags[1].Slug, tags[2].Slug, tags[0].Slug], related.Slug);
        foreach (var name in new[] { "kicker", "summary", "internalNote", "bylineOverride", "externalId", "headline" })
        {
            second[name] = $"{Samples.Combining}{name}";
        }
        second["slug"] = "یک-مقاله";
        second["body"] = new JsonObject { ["format"] = "html", ["content"] = $"<p>{Samples.Body}</p>" };
        second["dateline"] = new JsonObject { ["place"] = null, ["date"] = "2025-01-31" };
        second["language"] = "en-GB";
        second["genre"] = "liveBlog";
        second["urgency"] = 9;
        second["rights"]!["redistribution"] = "allowed";
        second["rights"]!["copyrightHolder"] = null;
        second["leadMedia"] = new JsonObject { ["url"] = "http://media.example/b.png", ["alt"] = null, ["credit"] = null };
        second["isAccessibleForFree"] = true;
        second["seo"]!["noIndex"] = false;
        second["related"] = new JsonArray(new JsonObject { ["article"] = related.Slug, ["kind"] = "sameStory" });
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{created.Id}", second, created.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await AssertReads(created.Id, second);

        // PATCH: one member in each way.
        using var patch = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{created.Id}", new JsonObject
        {
            ["headline"] = Samples.Persian,
            ["body"] = new JsonObject { ["content"] = "<p>" + Samples.Arabic + "</p>\r\n" },
            ["tags"] = Samples.ArrayOf(tags[2].Slug),
            ["kicker"] = null,
            ["rights"] = new JsonObject { ["usageTerms"] = null, ["copyrightYear"] = 1999 },
        }, put.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, patch.StatusCode);
        second["headline"] = Samples.Persian;
        second["body"]!["content"] = "<p>" + Samples.Arabic + "</p>\r\n";
        second["tags"] = Samples.ArrayOf(tags[2].Slug);
        second["kicker"] = null;
        second["rights"]!["usageTerms"] = null;
        second["rights"]!["copyrightYear"] = 1999;
        await AssertReads(created.Id, second);
        Assert.Equal(["article.created", "article.saved", "article.saved"], await app.Events(created.Id));
    }

    [Fact]
    public async Task Null_takes_each_optional_member_away_and_it_comes_back()
    {
        var source = await app.Editor.CreateSource("Source of nulls");
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the nulls");
        var request = Samples.FullArticle(source.Slug, [(await app.Editor.CreateAuthor("Author of nulls")).Slug], [], related.Slug);
        request["slug"] = "nulls";
        var article = await app.Editor.Create("articles", request);

        foreach (var name in Optional)
        {
            var without = await app.Editor.Patch("articles", article, new JsonObject { [name] = null });
            Assert.Null(without.Json[name]);
            article = await app.Editor.Patch("articles", without, new JsonObject { [name] = request[name]!.DeepClone() });
            Assert.True(JsonNode.DeepEquals(request[name], article.Json[name]), $"{name} came back as {article.Json[name]?.ToJsonString()}");
        }
        var bare = await app.Editor.Patch("articles", article, new JsonObject(
            Optional.Concat(["authors", "tags", "related", "rights", "seo", "genre", "urgency", "isAccessibleForFree"])
                .Select(name => KeyValuePair.Create(name, (JsonNode?)null))));

        Assert.All(Optional, name => Assert.Null(bare.Json[name]));
        Assert.All(["authors", "tags", "related"], name => Assert.Empty(bare.Json[name]!.AsArray()));
        Assert.All(bare.Json["rights"]!.AsObject(), right => Assert.Null(right.Value));
        Assert.Equal("article", bare.Json["genre"]!.GetValue<string>());
        Assert.Equal(5, bare.Json["urgency"]!.GetValue<int>());
        Assert.True(bare.Json["isAccessibleForFree"]!.GetValue<bool>());
        Assert.Equal("nulls", bare.Slug);
    }

    [Fact]
    public async Task A_put_without_a_slug_keeps_it_and_without_the_rest_empties_it()
    {
        var source = await app.Editor.CreateSource("Source of puts");
        var article = await app.Editor.CreateArticle(source.Slug, "Kept slug", new { kicker = "Gone", externalId = "gone-1" });

        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{article.Id}",
            new { headline = "Another headline", language = "en", source = source.Slug, body = new { format = "markdown", content = "" } }, article.ETag);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var read = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}");
        Assert.Equal("kept-slug", read["slug"]!.GetValue<string>());
        Assert.Null(read["kicker"]);
        Assert.Null(read["externalId"]);
        Assert.Equal("", read["body"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_external_id_twice_in_one_source_is_a_conflict_and_saves_nothing()
    {
        var source = await app.Editor.CreateSource("Source of external ids");
        var other = await app.Editor.CreateSource("Another source of external ids");
        await app.Editor.CreateArticle(source.Slug, "First with the id", new { externalId = "X-1" });
        await app.Editor.CreateArticle(other.Slug, "Another source's", new { externalId = "X-1" });
        var second = await app.Editor.CreateArticle(source.Slug, "Second", new { externalId = "X-2" });

        using var create = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", new
        {
            headline = "Third with the id",
            slug = "third-with-the-id",
            language = "en",
            source = source.Slug,
            externalId = "X-1",
            body = new { format = "markdown", content = "x" },
        });
        using var patch = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{second.Id}", new { externalId = "X-1" }, second.ETag);

        await create.Problem(HttpStatusCode.Conflict, "conflict");
        await patch.Problem(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(["article.created"], await app.Events(second.Id));
        Assert.Empty(await app.Query("SELECT slug FROM editorial.slugs WHERE slug = 'third-with-the-id'", row => row.GetString(0)));
    }

    private async Task AssertReads(Guid id, JsonObject request) =>
        Samples.AssertSame(request, Samples.AsRequest(await app.Editor.GetJson($"/api/v1/editorial/articles/{id}")));
}
