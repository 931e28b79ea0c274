using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class RevisionReadingTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_comment_is_kept_with_the_revision_and_in_the_log_and_nowhere_else()
    {
        var source = await app.Editor.CreateSource("Source of comments");
        var article = await app.Editor.CreateArticle(source.Slug, "Commented", new { comment = $"First.\n{Samples.Persian}" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two", comment = "Second." });
        article = await app.Editor.Patch("articles", article, new { kicker = "Three" });
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{article.Id}",
            new { headline = "Commented", language = "en", source = source.Slug, body = new { format = "markdown", content = "Four." }, comment = "Fourth." }, article.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        Assert.Equal(["Fourth.", null, "Second.", $"First.\n{Samples.Persian}"], (await Items(article)).Select(item => item["comment"]?.GetValue<string>()));
        Assert.Equal([$"First.\n{Samples.Persian}", "Second.", null, "Fourth."], await app.Query(
            "SELECT data ->> 'comment' FROM log.events WHERE resource_id = $1 ORDER BY position", row => row.IsDBNull(0) ? null : row.GetString(0), article.Id));
        Assert.DoesNotContain("comment", article.Json.Select(member => member.Key));
        Assert.All(await app.Query("SELECT content::text FROM editorial.article_revisions WHERE article_id = $1", row => row.GetString(0), article.Id),
            content => Assert.DoesNotContain("omment\"", content, StringComparison.Ordinal));
        await app.Editor.Publish(article with { ETag = put.Headers.ETag!.ToString() });
        Assert.DoesNotContain("Fourth.", (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_save_that_changes_nothing_makes_no_revision_whatever_its_comment_says()
    {
        var source = await app.Editor.CreateSource("Source of idle comments");
        var article = await app.Editor.CreateArticle(source.Slug, "Unchanged", new { comment = "The only one." });

        var same = await app.Editor.Patch("articles", article, new { headline = "Unchanged", comment = "Nothing to say." });

        Assert.Equal(article.ETag, same.ETag);
        Assert.Equal(["The only one."], (await Items(article)).Select(item => item["comment"]!.GetValue<string>()));
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("LONG")]
    public async Task A_comment_has_one_to_500_characters(string comment)
    {
        var source = await app.Editor.CreateSource("Source of long comments");
        var article = await app.Editor.CreateArticle(source.Slug, "Not commented");
        var value = comment == "LONG" ? $"\"{new string('x', 501)}\"" : comment;

        using var refused = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{article.Id}", $"{{\"kicker\":\"x\",\"comment\":{value}}}", article.ETag);

        var problem = await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal("comment", problem["errors"]!.AsObject().Single().Key);
        Assert.Single(await Items(article));
        await app.Editor.Patch("articles", article, new { kicker = "x", comment = new string('x', 500) });
    }

    [Fact]
    public async Task The_list_says_who_saved_what_when_and_which_one_stands_where()
    {
        var source = await app.Editor.CreateSource("Source of listed revisions");
        var article = await app.Contributor.CreateArticle(source.Slug, "Listed");
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });
        article = await app.Editor.Publish(article);
        article = await app.Editor.Patch("articles", article, new { kicker = "Three" });
        article = await app.Editor.Act(article, "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) });
        article = await app.Editor.Patch("articles", article, new { kicker = "Four" });

        var items = await Items(article, app.Contributor);

        Assert.Equal([4, 3, 2, 1], items.Select(item => item["revision"]!.GetValue<int>()));
        Assert.Equal([4], Which(items, "isWorkingCopy"));
        Assert.Equal([3], Which(items, "isScheduled"));
        Assert.Equal([2], Which(items, "isLive"));
        Assert.Equal([2], items.Where(item => item["publishedAt"] is not null).Select(item => item["revision"]!.GetValue<int>()));
        Assert.Equal(article.Json["createdBy"]!.GetValue<string>(), items[3]["savedBy"]!.GetValue<string>());
        Assert.NotEqual(items[3]["savedBy"]!.GetValue<string>(), items[2]["savedBy"]!.GetValue<string>());
        Assert.Equal(items.Select(item => item["savedAt"]!.GetValue<DateTimeOffset>()).OrderDescending(), items.Select(item => item["savedAt"]!.GetValue<DateTimeOffset>()));

        article = await app.Editor.Withdraw(article);
        items = await Items(article);
        Assert.Empty(Which(items, "isLive"));
        Assert.Empty(Which(items, "isScheduled"));
        Assert.NotNull(items[2]["publishedAt"]);
    }

    [Fact]
    public async Task Publishing_again_leaves_the_time_a_revision_first_went_live()
    {
        var source = await app.Editor.CreateSource("Source of first times");
        var article = await app.Editor.PublishArticle(source.Slug, "Live twice");
        var first = (await Items(article))[0]["publishedAt"]!.GetValue<DateTimeOffset>();

        article = await app.Editor.Publish(await app.Editor.Withdraw(article));

        Assert.Equal(first, (await Items(article)).Single()["publishedAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task The_list_is_paged_newest_first_while_others_save()
    {
        var source = await app.Editor.CreateSource("Source of pages of revisions");
        var other = await app.Editor.CreateArticle(source.Slug, "Another one's revisions");
        var article = await app.Editor.CreateArticle(source.Slug, "Revised at length");
        for (var number = 2; number <= 7; number++)
        {
            article = await app.Editor.Patch("articles", article, new { kicker = $"{number}" });
        }
        var (read, cursors) = (new List<int>(), new List<string>());
        var path = $"/api/v1/editorial/articles/{article.Id}/revisions?limit=3";
        for (string? next = path; next is not null;)
        {
            var page = await app.Editor.GetJson(next);
            read.AddRange(page["items"]!.AsArray().Select(item => item!["revision"]!.GetValue<int>()));
            var cursor = page["nextCursor"]?.GetValue<string>();
            next = cursor is null ? null : $"{path}&after={cursor}";
            cursors.AddRange(cursor is null ? [] : [cursor]);
            article = await app.Editor.Patch("articles", article, new { kicker = $"Meanwhile {read.Count}" });
        }

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], read);
        foreach (var address in new[] { $"/api/v1/editorial/articles/{other.Id}/revisions?after={cursors[0]}", $"{path}&after={cursors[0]}x" })
        {
            using var refused = await app.Editor.GetAsync(address);
            await refused.Problem(HttpStatusCode.BadRequest, "bad-cursor");
        }
    }

    [Fact]
    public async Task A_revision_is_read_with_its_content_as_it_was_saved_and_the_names_of_today()
    {
        var source = await app.Editor.CreateSource("Source of contents");
        var authors = new[] { await app.Editor.CreateAuthor("First of contents"), await app.Editor.CreateAuthor("Second of contents") };
        var tag = await app.Editor.CreateTag("Tag of contents");
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the contents");
        var request = Samples.FullArticle(source.Slug, [authors[1].Slug, authors[0].Slug], [tag.Slug], related.Slug);
        request["slug"] = "contents-of-a-revision";
        var article = await app.Editor.Create("articles", request);
        var first = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}");
        article = await app.Editor.Patch("articles", article, new { headline = "Since then", authors = Array.Empty<string>(), dateline = (object?)null, leadMedia = (object?)null });
        await app.Editor.Patch("authors", authors[0], new { name = "Renamed of contents" });

        var revision = await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/1");
        var second = await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/2");

        var content = revision["content"]!.AsObject();
        Samples.AssertSame(request, Samples.AsRequest(content));
        first["authors"]![1]!["name"] = "Renamed of contents";
        Assert.All(content, member => Assert.True(JsonNode.DeepEquals(first[member.Key], member.Value), $"{member.Key}: {member.Value?.ToJsonString()}"));
        Assert.Equal((await Items(article))[1].ToJsonString(), new JsonObject(revision.Where(member => member.Key != "content")
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString());
        Assert.Null(second["content"]!["dateline"]);
        Assert.Null(second["content"]!["leadMedia"]);
    }

    [Fact]
    public void A_revision_has_every_member_that_editors_write() =>
        Assert.Equal(
            typeof(ArticleRequest).GetProperties().Select(member => member.Name).Except([nameof(ArticleRequest.Comment)]).Order(),
            typeof(RevisionContent).GetProperties().Select(member => member.Name).Order());

    [Fact]
    public async Task What_has_been_deleted_since_is_an_id_without_a_name()
    {
        var (source, other) = (await app.Editor.CreateSource("Source to be deleted"), await app.Editor.CreateSource("Source that stays"));
        var author = await app.Editor.CreateAuthor("Author to be deleted");
        var tag = await app.Editor.CreateTag("Tag to be deleted");
        var related = await app.Editor.CreateArticle(other.Slug, "Related to be deleted");
        var article = await app.Editor.CreateArticle(source.Slug, "Named much", new
        {
            authors = new[] { author.Slug },
            tags = new[] { tag.Slug },
            related = new[] { new { article = related.Slug } },
        });
        article = await app.Editor.Patch("articles", article, new { source = other.Slug, authors = Array.Empty<string>(), tags = Array.Empty<string>(), related = Array.Empty<object>() });
        await RevisionDesk.Delete(app, "sources", source, "authors", author, "tags", tag, "articles", related);

        var content = (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/1"))["content"]!;
        var diff = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/diff");

        foreach (var (record, kept) in new[] { (source, content["source"]!), (author, content["authors"]![0]!), (tag, content["tags"]![0]!), (related, content["related"]![0]!["article"]!) })
        {
            Assert.Equal(record.Id, kept["id"]!.GetValue<Guid>());
            Assert.Null(kept["slug"]);
            Assert.Null(kept["name"]);
        }
        Assert.Equal(["source", "authors", "tags", "related"], diff["changes"]!.AsArray().Select(change => change!["path"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("revisions/0")]
    [InlineData("revisions/-1")]
    [InlineData("revisions/3")]
    [InlineData("revisions/2147483647")]
    [InlineData("revisions/2147483648")]
    [InlineData("revisions/one")]
    [InlineData("revisions/diff?from=0")]
    [InlineData("revisions/diff?to=3")]
    [InlineData("revisions/diff?from=-5&to=1")]
    [InlineData("revisions/diff?from=1&to=2147483647")]
    public async Task A_number_that_was_never_reached_is_404(string path)
    {
        var source = await app.Editor.CreateSource("Source of unreached numbers");
        var article = await app.Editor.CreateArticle(source.Slug, "Two revisions");
        article = await app.Editor.Patch("articles", article, new { kicker = "Second" });

        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}/{path}");

        await response.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("revisions")]
    [InlineData("revisions/1")]
    [InlineData("revisions/diff")]
    public async Task Contributors_read_revisions_and_nobody_below_them(string path)
    {
        var source = await app.Editor.CreateSource("Source of read rights");
        var article = await app.Editor.CreateArticle(source.Slug, "For the newsroom");
        using var reader = app.Client(await app.MakeKey("reader"));
        var address = $"/api/v1/editorial/articles/{article.Id}/{path}";

        using var anonymous = await app.Reader.GetAsync(address);
        using var below = await reader.GetAsync(address);
        using var contributor = await app.Contributor.GetAsync(address);
        using var nowhere = await app.Contributor.GetAsync($"/api/v1/editorial/articles/{Guid.CreateVersion7()}/{path}");

        await anonymous.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await below.Problem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, contributor.StatusCode);
        Assert.True(contributor.Headers.CacheControl!.NoStore);
        await nowhere.Problem(HttpStatusCode.NotFound, "not-found");
    }

    private Task<List<JsonObject>> Items(Saved article, HttpClient? client = null) => (client ?? app.Editor).Revisions(article);

    private static IEnumerable<int> Which(IEnumerable<JsonObject> items, string flag) =>
        items.Where(item => item[flag]!.GetValue<bool>()).Select(item => item["revision"]!.GetValue<int>());
}

/// <summary>What tests of revisions share.</summary>
internal static class RevisionDesk
{
    /// <summary>An article's revisions as the list has them, newest first.</summary>
    public static async Task<List<JsonObject>> Revisions(this HttpClient client, Saved article) =>
        [.. (await client.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions?limit=100"))["items"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>Ends records for ever: collection, record, collection, record...</summary>
    public static async Task Delete(NewsApp app, params object[] records)
    {
        foreach (var (collection, record) in records.Chunk(2).Select(pair => ((string)pair[0], (Saved)pair[1])))
        {
            var path = $"/api/v1/editorial/{collection}/{record.Id}";
            using var deleted = await app.Editor.Send(HttpMethod.Delete, path, ifMatch: "*");
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            if (collection == "articles")
            {
                using var ended = await app.Editor.Send(HttpMethod.Delete, path + "?permanent=true", ifMatch: "*");
                Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
            }
        }
    }
}
