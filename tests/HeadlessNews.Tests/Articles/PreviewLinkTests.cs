using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Http;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Articles;

/// <summary>Who may make a link, what it opens, and when it does no more.</summary>
public sealed class PreviewLinkTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_link_is_appended_shown_once_listed_without_what_opens_it_and_in_the_log_without_it_too()
    {
        var article = await Draft("Linked");
        using var response = await Make(app.Editor, article.Id, new { revision = 1, expiresIn = 120 });
        var made = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/api/v1/editorial/articles/{article.Id}/preview-links", response.Headers.Location!.ToString());
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal($"/api/v1/preview/{made["token"]}", made["url"]!.GetValue<string>());
        var list = await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}/preview-links");
        var listed = Assert.Single(list["items"]!.AsArray())!.AsObject();
        Assert.Equal(["id", "revision", "madeBy", "madeAt", "expiresAt", "revokedAt"], listed.Select(member => member.Key));
        Assert.Equal(made["id"]!.ToString(), listed["id"]!.ToString());
        Assert.Equal(TimeSpan.FromSeconds(120), listed["expiresAt"]!.GetValue<DateTimeOffset>() - listed["madeAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(["article.created", "article.previewLinkCreated"], await app.Events(article.Id));
        Assert.DoesNotContain(await app.Query("SELECT data::text FROM log.events WHERE data IS NOT NULL", reader => reader.GetString(0)),
            data => data.Contains(made["token"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Equal(0L, (await app.Query("SELECT count(*) FROM log.public_events WHERE type LIKE '%preview%'", reader => reader.GetInt64(0))).Single());
        Assert.Equal(article.ETag, await ETagOf(article.Id));
    }

    [Fact]
    public async Task A_link_lasts_a_day_if_nothing_else_is_said()
    {
        var link = await app.Editor.Preview((await Draft("For a day")).Id);

        Assert.InRange(link.Json["expiresAt"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
    }

    [Theory]
    [InlineData("""{ "expiresIn": 59 }""", "expiresIn")]
    [InlineData("""{ "expiresIn": 2592001 }""", "expiresIn")]
    [InlineData("""{ "expiresIn": -60 }""", "expiresIn")]
    [InlineData("""{ "revision": 0 }""", "revision")]
    [InlineData("""{ "revision": 2 }""", "revision")]
    [InlineData("""{ "revision": 2147483647 }""", "revision")]
    public async Task A_link_that_breaks_a_rule_is_not_made(string body, string member)
    {
        var article = await Draft("Badly linked");

        using var response = await Make(app.Editor, article.Id, body);

        Assert.NotNull((await response.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]![member]);
        Assert.Equal(["article.created"], await app.Events(article.Id));
        Assert.Empty((await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/preview-links"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_pruned_revision_gets_no_link_and_a_link_that_it_had_is_dead()
    {
        var article = await Draft("Pruned");
        await app.Editor.Patch("articles", article, new { headline = "Pruned since" });
        var link = await app.Editor.Preview(article.Id, new { revision = 1 });
        await app.Reader.GetJson(link.Url);

        Assert.Single(await app.Query("DELETE FROM editorial.article_revisions WHERE article_id = $1 AND revision = 1 RETURNING revision", reader => reader.GetInt32(0), article.Id));

        using var refused = await Make(app.Editor, article.Id, new { revision = 1 });
        await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        await Dead(link.Url);
    }

    [Fact]
    public async Task An_article_in_the_trash_has_no_preview()
    {
        var article = await Draft("Thrown away");
        var link = await app.Editor.Preview(article.Id);
        article = await app.Editor.Act(article, "trash");

        using var refused = await Make(app.Editor, article.Id, new { });

        await refused.Problem(HttpStatusCode.Conflict, "action-not-allowed");
        await Dead(link.Url);
        await app.Editor.Act(article, "restore");
        await app.Reader.GetJson(link.Url);
    }

    [Fact]
    public async Task Every_dead_link_is_dead_alike()
    {
        var article = await Draft("Seen no more");
        var revoked = await app.Editor.Preview(article.Id);
        using var gone = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}/preview-links/{revoked.Id}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        var expired = await app.Editor.Preview(article.Id);
        await app.Query("UPDATE editorial.preview_links SET expires_at = clock_timestamp() WHERE id = $1 RETURNING id", reader => reader.GetGuid(0), expired.Id);
        var ended = await Draft("Ended for ever");
        var ofEnded = await app.Editor.Preview(ended.Id);
        ended = await app.Editor.Act(ended, "trash");
        using var deleted = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{ended.Id}?permanent=true", ifMatch: ended.ETag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var alive = await app.Editor.Preview(article.Id);

        var bodies = new List<string>();
        foreach (var url in (string[])[revoked.Url, expired.Url, ofEnded.Url, .. Forgeries(alive.Url)])
        {
            bodies.Add(await Dead(url));
        }

        Assert.Single(bodies.Distinct());
        await app.Reader.GetJson(alive.Url);
    }

    [Fact]
    public async Task A_cursor_of_the_same_installation_opens_no_preview()
    {
        var article = await Draft("Not behind a cursor");
        var link = await app.Editor.Preview(article.Id);
        var cursors = app.Services.GetRequiredService<Cursors>();

        await Dead($"/api/v1/preview/{cursors.Make("", "", link.Id)}");
        await Dead($"/api/v1/preview/{cursors.Make("preview links", "0123456789abcdef0123", link.Id)}");
    }

    [Fact]
    public async Task Revoking_is_for_one_link_happens_once_and_is_in_the_log_once()
    {
        var article = await Draft("One of two");
        var (one, other) = (await app.Editor.Preview(article.Id), await app.Editor.Preview(article.Id));
        var address = $"/api/v1/editorial/articles/{article.Id}/preview-links/{one.Id}";

        foreach (var _ in new[] { 1, 2 })
        {
            using var revoked = await app.Editor.Send(HttpMethod.Delete, address);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        await Dead(one.Url);
        await app.Reader.GetJson(other.Url);
        Assert.Equal(["article.created", "article.previewLinkCreated", "article.previewLinkCreated", "article.previewLinkRevoked"], await app.Events(article.Id));
        Assert.Equal(article.ETag, await ETagOf(article.Id));
    }

    [Fact]
    public async Task A_link_is_revoked_at_its_own_article_only()
    {
        var (article, other) = (await Draft("Its own"), await Draft("Another's"));
        var link = await app.Editor.Preview(article.Id);

        using var response = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{other.Id}/preview-links/{link.Id}");

        await response.Problem(HttpStatusCode.NotFound, "not-found");
        await app.Reader.GetJson(link.Url);
    }

    [Theory]
    [InlineData("GET", "preview-links")]
    [InlineData("POST", "preview-links")]
    [InlineData("DELETE", "preview-links/019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10")]
    public async Task Of_an_article_that_is_not_there_there_are_no_links(string method, string path)
    {
        using var response = await app.Editor.Send(new HttpMethod(method), $"/api/v1/editorial/articles/{Guid.CreateVersion7()}/{path}", method == "POST" ? new { } : null);

        await response.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_contributor_makes_and_revokes_links_of_its_own_draft_and_of_no_other_article()
    {
        var others = await Draft("An editor's");
        var own = await app.Contributor.CreateArticle((await app.Editor.CreateSource()).Slug, "A contributor's");
        var link = await app.Contributor.Preview(own.Id);
        var editors = await app.Editor.Preview(others.Id);

        using var made = await Make(app.Contributor, others.Id, new { });
        using var revoked = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{others.Id}/preview-links/{editors.Id}");
        using var ownRevoked = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{own.Id}/preview-links/{link.Id}");

        await made.Problem(HttpStatusCode.Forbidden, "forbidden");
        await revoked.Problem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.NoContent, ownRevoked.StatusCode);
        Assert.Equal(["article.created", "article.previewLinkCreated"], await app.Events(others.Id));
    }

    [Fact]
    public async Task Readers_keys_and_strangers_neither_make_nor_list_links()
    {
        var article = await Draft("Nobody's business");
        using var reader = app.Client(await app.MakeKey("reader"));

        foreach (var (client, status) in new[] { (reader, HttpStatusCode.Forbidden), (app.Reader, HttpStatusCode.Unauthorized) })
        {
            using var made = await Make(client, article.Id, new { });
            using var listed = await client.GetAsync($"/api/v1/editorial/articles/{article.Id}/preview-links");
            await made.Problem(status);
            await listed.Problem(status);
        }
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Fact]
    public async Task Links_are_listed_page_by_page_newest_first()
    {
        var article = await Draft("With many links");
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Insert(0, (await app.Editor.Preview(article.Id)).Id.ToString());
        }

        var first = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/preview-links?limit=2");
        var second = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/preview-links?limit=2&after={first["nextCursor"]}");

        Assert.Equal(made, first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(link => link!["id"]!.ToString()));
        Assert.Null(second["nextCursor"]);
    }

    /// <summary>One letter changed, wherever it stands; too short, too long; what is no token at all.</summary>
    private static IEnumerable<string> Forgeries(string url)
    {
        var start = url.LastIndexOf('/') + 1;
        for (var i = start; i < url.Length; i += 7)
        {
            yield return url[..i] + (url[i] == 'A' ? 'B' : 'A') + url[(i + 1)..];
        }
        yield return url[..^1] + (url[^1] == 'A' ? 'B' : 'A');
        yield return url[..^4];
        yield return url + "AAAA";
        yield return url + "=";
        yield return url[..start] + Guid.CreateVersion7();
        yield return url[..start] + "forged";
        yield return url[..start] + new string('A', 64);
        yield return url[..start] + new string('A', 3000);
    }

    /// <summary>The refusal, without what belongs to the one request.</summary>
    private async Task<string> Dead(string url)
    {
        using var response = await app.Reader.GetAsync(url);
        var problem = await response.Problem(HttpStatusCode.NotFound, "not-found");
        problem.Remove("instance");
        problem.Remove("traceId");
        return problem.ToJsonString();
    }

    private async Task<string> ETagOf(Guid article)
    {
        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article}");
        return response.Headers.ETag!.ToString();
    }

    private static Task<HttpResponseMessage> Make(HttpClient client, Guid article, object body) =>
        client.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article}/preview-links", body);

    private async Task<Saved> Draft(string headline) => await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, headline);
}
