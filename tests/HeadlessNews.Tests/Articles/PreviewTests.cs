using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>What a preview shows: the document that publishing makes, to whoever has the link, and nothing else to anybody.</summary>
public sealed class PreviewTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_preview_is_the_document_that_publishing_then_makes_but_for_the_times_of_now()
    {
        var (source, author, tag) = await Names();
        var article = await app.Editor.CreateArticle(source, "Shown before it is out", new
        {
            kicker = "Shipping",
            summary = "A summary.",
            authors = new[] { author },
            tags = new[] { tag },
            body = new { format = "markdown", content = "The ferry left **on time**, with a [list](https://ferries.example/list)." },
            dateline = new { place = "Tarrow", date = "2026-05-04" },
            rights = new { copyrightHolder = "Harbour Wire Ltd" },
            leadMedia = new { url = "https://pictures.example/ferry.jpg", alt = "The ferry" },
            internalNote = "Never to be read outside.",
        });
        var link = await app.Editor.Preview(article.Id);

        var shown = await app.Reader.GetJson(link.Url);

        Assert.Equal(shown["updatedAt"]!.ToString(), shown["publishedAt"]!.ToString());
        await app.Editor.Publish(article);
        var published = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal(WithoutTimesOfNow(published).ToJsonString(), WithoutTimesOfNow(shown).ToJsonString());
    }

    [Fact]
    public async Task A_live_articles_preview_has_its_changes_its_corrections_and_when_it_was_first_published()
    {
        var (source, author, _) = await Names();
        var article = await app.Editor.PublishArticle(source, "Live and edited", new { authors = new[] { author } });
        using var corrected = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/corrections", new { kind = "correction", note = "It is 21:30." });
        Assert.Equal(HttpStatusCode.Created, corrected.StatusCode);
        var edited = await app.Editor.Patch("articles", article, new { slug = $"moved-{article.Slug}", headline = "Live and edited again" });
        var link = await app.Editor.Preview(article.Id);
        var before = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");

        var shown = await app.Reader.GetJson(link.Url);

        Assert.Equal(before.ToJsonString(), (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString());
        await app.Editor.Publish(edited);
        var published = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal(before["publishedAt"]!.ToString(), shown["publishedAt"]!.ToString());
        Assert.Equal("It is 21:30.", shown["corrections"]![0]!["note"]!.GetValue<string>());
        shown.Remove("updatedAt");
        published.Remove("updatedAt");
        Assert.Equal(published.ToJsonString(), shown.ToJsonString());
    }

    [Fact]
    public async Task A_time_of_publication_that_editors_chose_is_the_previews_too()
    {
        var (source, _, _) = await Names();
        var article = await app.Editor.CreateArticle(source, "Dated by hand", new { publishedAt = "2020-02-03T04:05:06Z" });

        Assert.Equal("2020-02-03T04:05:06Z", (await app.Reader.GetJson((await app.Editor.Preview(article.Id)).Url))["publishedAt"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_link_without_a_revision_follows_the_working_copy_and_one_with_a_revision_does_not()
    {
        var (source, _, _) = await Names();
        var article = await app.Editor.CreateArticle(source, "As first written");
        var following = await app.Editor.Preview(article.Id);
        var pinned = await app.Editor.Preview(article.Id, new { revision = 1 });

        await app.Editor.Patch("articles", article, new { headline = "As written since" });

        Assert.Equal("As written since", await HeadlineAt(following.Url));
        Assert.Equal("As first written", await HeadlineAt(pinned.Url));
        Assert.Equal((null, 1), (following.Json["revision"]?.GetValue<int>(), pinned.Json["revision"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("""{ "embargoUntil": "2099-01-01T00:00:00Z" }""")]
    [InlineData("""{ "rights": { "redistribution": "prohibited" } }""")]
    [InlineData("""{ "body": { "format": "markdown", "content": "<!-- nothing yet -->" } }""")]
    [InlineData("""{ "expiresAt": "2020-01-01T00:00:00Z" }""")]
    public async Task What_may_not_be_published_yet_can_be_looked_at(string with)
    {
        var (source, _, _) = await Names();
        var article = await app.Editor.CreateArticle(source, "Not to be published", JsonNode.Parse(with));
        var link = await app.Editor.Preview(article.Id);

        Assert.Equal("Not to be published", await HeadlineAt(link.Url));
        using var refused = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);
        await refused.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
    }

    [Fact]
    public async Task A_preview_is_neither_kept_nor_found_nor_told_to_other_sites()
    {
        var (source, _, _) = await Names();
        var link = await app.Editor.Preview((await app.Editor.CreateArticle(source, "For few eyes")).Id);

        foreach (var url in new[] { link.Url, link.Url[..^1] })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var request = new HttpRequestMessage(method, url);
                request.Headers.Add("Origin", "https://anywhere.example");
                using var response = await app.Reader.SendAsync(request);

                Assert.Equal(url == link.Url ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
                Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
                Assert.Equal("noindex, nofollow", response.Headers.GetValues("X-Robots-Tag").Single());
                Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
                Assert.Null(response.Headers.ETag);
                // As delivery: any page may fetch it, with what stands in its address alone.
                Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
                Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
            }
        }
    }

    [Fact]
    public async Task Looking_changes_nothing()
    {
        var (source, author, tag) = await Names();
        var article = await app.Editor.CreateArticle(source, "Only looked at", new { authors = new[] { author }, tags = new[] { tag } });
        var link = await app.Editor.Preview(article.Id);
        var (position, before) = (await app.LogPosition(), await State());

        await app.Reader.GetJson(link.Url);

        Assert.Equal(position, await app.LogPosition());
        Assert.Equal(before, await State());
        using var unpublished = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        Assert.Equal(HttpStatusCode.NotFound, unpublished.StatusCode);

        Task<List<string>> State() => app.Query(
            """
            SELECT concat_ws(' ', (SELECT count(*) FROM delivery.articles), (SELECT count(*) FROM delivery.directory),
                             (SELECT string_agg(version || ' ' || updated_at, ',' ORDER BY id) FROM editorial.articles))
            """, reader => reader.GetString(0));
    }

    [Fact]
    public async Task Looking_does_not_wait_for_an_editor_who_is_saving()
    {
        var (source, author, tag) = await Names();
        var article = await app.Editor.CreateArticle(source, "Locked by a save", new { authors = new[] { author }, tags = new[] { tag } });
        var link = await app.Editor.Preview(article.Id);
        await using var connection = await app.Databases.Editorial.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT FROM editorial.articles FOR UPDATE; SELECT FROM editorial.authors FOR UPDATE; SELECT FROM editorial.sources FOR UPDATE; SELECT FROM editorial.tags FOR UPDATE";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal("Locked by a save", await HeadlineAt(link.Url));
    }

    private async Task<string> HeadlineAt(string url) => (await app.Reader.GetJson(url))["headline"]!.GetValue<string>();

    private static JsonObject WithoutTimesOfNow(JsonObject document)
    {
        document.Remove("publishedAt");
        document.Remove("updatedAt");
        return document;
    }

    private async Task<(string Source, string Author, string Tag)> Names()
    {
        var parent = await app.Editor.CreateTag("Above");
        var tag = await app.Editor.CreateTag("Below", new { parent = parent.Slug });
        return ((await app.Editor.CreateSource()).Slug, (await app.Editor.CreateAuthor()).Slug, tag.Slug);
    }
}

/// <summary>A new preview link as the API answered it.</summary>
public sealed record Link(Guid Id, string Url, JsonObject Json);

internal static class Previews
{
    public static async Task<Link> Preview(this HttpClient client, Guid article, object? body = null)
    {
        using var response = await client.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article}/preview-links", body ?? new { });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        var json = JsonNode.Parse(text)!.AsObject();
        return new Link(json["id"]!.GetValue<Guid>(), json["url"]!.GetValue<string>(), json);
    }
}
