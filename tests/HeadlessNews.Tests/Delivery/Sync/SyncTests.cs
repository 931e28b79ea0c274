using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>Who applies what `GET /sync` answers, in order, has what is published and may be passed on: no more, and no less.</summary>
public sealed class SyncTests(SyncWorld app) : IClassFixture<SyncWorld>
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_copy_begun_at_any_time_and_read_in_pages_of_any_size_is_what_is_published(int limit)
    {
        var copy = new Copy();

        await copy.Follow(app.Reader, limit);

        Assert.Equal(await Copy.Published(app), copy.Lines);
        Assert.Equal("Harbour Wire", copy.Of(app.Source.Id)!["name"]!.GetValue<string>());
        Assert.Null(copy.Of(app.Draft.Id));
        // What articles name is there before them.
        var kinds = copy.Types.Select(type => type.Split('.')[0]).ToList();
        Assert.True(kinds.LastIndexOf("source") < kinds.IndexOf("article") && kinds.LastIndexOf("tag") < kinds.IndexOf("article"), string.Join(",", kinds));
    }

    [Fact]
    public async Task An_article_is_in_it_byte_by_byte_as_it_is_delivered()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader);

        var delivered = await app.Reader.GetStringAsync($"/api/v1/articles/{app.Article.Id}");

        Assert.Contains($"article {delivered}", copy.Lines);
        var source = await app.Reader.GetJson($"/api/v1/sources/{app.Source.Id}");
        source.Remove("articleCount");
        Assert.Equal(source.ToJsonString(), copy.Of(app.Source.Id)!.ToJsonString());
    }

    [Fact]
    public async Task What_happens_afterwards_comes_in_order_with_removals()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader);
        copy.ForgetTypes();

        var article = await app.Editor.PublishArticle(app.Source.Slug, "A second sailing");
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = "Exclusive" }));
        await app.Editor.Correct(article, "The second sailing is at one.");
        article = await app.Editor.Withdraw(await app.Editor.Reload(article));
        article = await app.Editor.Act(article, "trash");
        using var end = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, end.StatusCode);
        await copy.Follow(app.Reader, limit: 2);

        // Each as it is when it is sent: gone.
        Assert.Equal(["article.withdrawn", "article.withdrawn", "article.withdrawn", "article.withdrawn", "article.deleted"], copy.TypesOf(article.Id));
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task Followed_step_by_step_each_change_has_its_own_word()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader);
        copy.ForgetTypes();

        var article = await app.Editor.PublishArticle(app.Source.Slug, "A third sailing");
        await copy.Follow(app.Reader);
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = "Exclusive" }));
        await copy.Follow(app.Reader);
        await app.Editor.Correct(article, "The third sailing is at two.");
        await copy.Follow(app.Reader);
        Assert.Equal("The third sailing is at two.", copy.Of(article.Id)!["corrections"]![0]!["note"]!.GetValue<string>());
        await app.Editor.Withdraw(await app.Editor.Reload(article));
        await copy.Follow(app.Reader);

        Assert.Equal(["article.published", "article.updated", "article.corrected", "article.withdrawn"], copy.TypesOf(article.Id));
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task Whoever_an_article_names_comes_with_the_first_and_goes_with_the_last()
    {
        var source = await app.Editor.CreateSource("Wire of One Story");
        var author = await app.Editor.CreateAuthor("Writer of One Story");
        var section = await app.Editor.CreateTag("Section of One Story", new { kind = "section" });
        var tag = await app.Editor.CreateTag("Tag of One Story", new { parent = section.Slug });
        var copy = new Copy();
        await copy.Follow(app.Reader);
        Assert.All([source, author, section, tag], unused => Assert.Null(copy.Of(unused.Id)));
        copy.ForgetTypes();

        var article = await app.Editor.PublishArticle(source.Slug, "The one story", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        await copy.Follow(app.Reader);

        Assert.All([author, source, tag, section], named => Assert.Equal($"{copy.TypesOf(named.Id)[0].Split('.')[0]}.changed", Assert.Single(copy.TypesOf(named.Id))));
        Assert.Equal(["article.published"], copy.TypesOf(article.Id));
        Assert.Equal(await Copy.Published(app), copy.Lines);
        copy.ForgetTypes();

        await app.Editor.Withdraw(article);
        await copy.Follow(app.Reader);

        Assert.Equal(["article.withdrawn"], copy.TypesOf(article.Id));
        Assert.All([author, source, tag, section], named => Assert.EndsWith(".deleted", Assert.Single(copy.TypesOf(named.Id)), StringComparison.Ordinal));
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task A_new_name_comes_with_every_article_that_carries_it()
    {
        var author = await app.Editor.CreateAuthor("Ines Calloway");
        var article = await app.Editor.PublishArticle(app.Source.Slug, "By Ines", new { authors = new[] { author.Slug } });
        var copy = new Copy();
        await copy.Follow(app.Reader);

        await app.Editor.Patch("authors", author, new { name = "Inès Calloway" });
        await Newsroom.Eventually(async () =>
        {
            await copy.Follow(app.Reader);
            return copy.Of(article.Id)!["byline"]!.GetValue<string>() == "Inès Calloway";
        }, "the article carries the new name");

        Assert.Equal("Inès Calloway", copy.Of(author.Id)!["name"]!.GetValue<string>());
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task What_may_not_be_passed_on_never_comes_and_what_loses_that_right_goes()
    {
        var article = await app.Editor.CreateArticle(app.Source.Slug, "Not for everybody", new { rights = new { redistribution = "prohibited" } });
        var copy = new Copy();
        await copy.Follow(app.Reader);
        await app.Editor.Clear(article);
        article = await app.Editor.Publish(article);
        await copy.Follow(app.Reader);
        Assert.Null(copy.Of(article.Id));
        Assert.Equal("article.withdrawn", copy.TypesOf(article.Id)[^1]);

        var clearance = await app.Editor.Clear(article, "syndication", DateTimeOffset.UtcNow.AddMinutes(5));
        await copy.Follow(app.Reader);
        Assert.NotNull(copy.Of(article.Id));

        using var ended = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}/rights-clearances/{clearance["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await copy.Follow(app.Reader);

        Assert.Null(copy.Of(article.Id));
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync($"/api/v1/articles/{article.Id}")).StatusCode);
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task What_has_expired_is_not_given_even_before_anybody_has_taken_it_down()
    {
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Until now", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(2) });
        var copy = new Copy();

        await Newsroom.Eventually(async () =>
        {
            copy = new Copy();
            await copy.Follow(app.Reader);
            return copy.Of(article.Id) is null;
        }, "it has expired");

        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task A_copy_of_some_kinds_stays_one_of_those()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader, types: "source,tag");
        var source = await app.Editor.CreateSource("Filtered Wire");
        await app.Editor.PublishArticle(source.Slug, "Not asked for");
        await app.Editor.Patch("sources", source, new { homepageUrl = "https://filtered-wire.example" });
        await copy.Follow(app.Reader);

        Assert.All(copy.Types, type => Assert.Contains(type.Split('.')[0], new[] { "source", "tag" }));
        Assert.Equal("https://filtered-wire.example", copy.Of(source.Id)!["homepageUrl"]!.GetValue<string>());
        Assert.Equal((await Copy.Published(app)).Where(line => line.StartsWith("source ", StringComparison.Ordinal) || line.StartsWith("tag ", StringComparison.Ordinal)), copy.Lines);
        using var others = await app.Reader.GetAsync($"/api/v1/sync?after={copy.Cursor}&types=article");
        await others.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Fact]
    public async Task As_lines_it_is_the_same_and_ends_with_its_cursor()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sync?initial=true&limit=1000");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var response = await app.Reader.SendAsync(request);

        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        var copy = new Copy();
        foreach (var line in lines.SkipLast(1))
        {
            copy.Apply(JsonDocument.Parse(line).RootElement);
        }
        copy.Cursor = JsonNode.Parse(lines[^1])!["nextCursor"]!.GetValue<string>();
        Assert.True(JsonNode.Parse(lines[^1])!["hasMore"]!.GetValue<bool>());
        await copy.Follow(app.Reader);
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task It_is_compressed_where_that_is_asked_for(string encoding)
    {
        var plain = await app.Reader.GetStringAsync("/api/v1/sync?initial=true&types=source");
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sync?initial=true&types=source");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using var client = new HttpClient { BaseAddress = app.Reader.BaseAddress };
        using var response = await client.SendAsync(request);
        await using var sent = await response.Content.ReadAsStreamAsync();
        await using Stream open = encoding == "gzip"
            ? new System.IO.Compression.GZipStream(sent, System.IO.Compression.CompressionMode.Decompress)
            : new System.IO.Compression.BrotliStream(sent, System.IO.Compression.CompressionMode.Decompress);

        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal(Items(plain).Count, Items(await new StreamReader(open).ReadToEndAsync()).Count);
    }

    [Fact]
    public async Task It_is_kept_by_no_cache_and_says_where_it_goes_on()
    {
        using var first = await app.Reader.GetAsync("/api/v1/sync?initial=true&limit=2&types=article,source,tag,author");

        Assert.Equal("no-store", first.Headers.CacheControl!.ToString());
        var next = Assert.Single(first.Headers.GetValues("Link"));
        Assert.DoesNotContain("initial", next, StringComparison.Ordinal);
        using var second = await app.Reader.GetAsync(next[1..next.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Equal(2, Items(await second.Content.ReadAsStringAsync()).Count);
    }

    [Theory]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("?initial=false", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("?after=AAAA", HttpStatusCode.BadRequest, "bad-cursor")]
    [InlineData("?initial=true&types=article,front", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?initial=true&types=all", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?initial=true&types=article,article", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?initial=true&limit=0", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("?initial=true&limit=1001", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("?initial=true&since=1", HttpStatusCode.BadRequest, "unknown-parameter")]
    public async Task What_cannot_be_asked_is_refused(string query, HttpStatusCode status, string type)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/sync{query}");
        await response.Problem(status, type);
    }

    /// <summary>Whoever asks for lines, or for events, is told in words why there are none.</summary>
    [Theory]
    [InlineData("sync?after=AAAA", "application/x-ndjson")]
    [InlineData("sync?types=nothing", "application/x-ndjson")]
    [InlineData("stream?lastEventId=AAAA", "text/event-stream")]
    [InlineData("articles?limit=x", "text/html")]
    public async Task A_refusal_has_its_words_whatever_was_asked_for(string address, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{address}");
        request.Headers.Accept.ParseAdd(accept);
        using var response = await app.Reader.SendAsync(request);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        await response.Problem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_cursor_begins_nothing_and_another_lists_is_none()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader);
        using var both = await app.Reader.GetAsync($"/api/v1/sync?initial=true&after={copy.Cursor}");
        await both.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        using var elsewhere = await app.Reader.GetAsync($"/api/v1/articles?after={copy.Cursor}");
        await elsewhere.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    private static JsonArray Items(string page) => JsonNode.Parse(page)!["items"]!.AsArray();
}
