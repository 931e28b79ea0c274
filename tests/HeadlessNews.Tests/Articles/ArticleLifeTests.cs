using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleLifeTests(NewsApp app) : IClassFixture<NewsApp>
{
    /// <summary>A request, what it must answer, where the article stands then, and the events that came of it.</summary>
    private sealed record Step(
        string Request, HttpStatusCode Answer, string[] Events, string Status, string[] Allowed, HttpStatusCode Public, bool Changed = false, object? Body = null);

    [Fact]
    public async Task A_life_from_draft_to_the_end_logs_each_step_and_nothing_else()
    {
        const HttpStatusCode ok = HttpStatusCode.OK, none = HttpStatusCode.NoContent, gone = HttpStatusCode.Gone, absent = HttpStatusCode.NotFound;
        var source = await app.Editor.CreateSource("Source of a life");
        var author = await app.Editor.CreateAuthor("Author of a life");
        var tag = await app.Editor.CreateTag("Tag of a life");
        var article = await app.Editor.CreateArticle(source.Slug, "A life", new { slug = "a-life", authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        Assert.Equal(("draft", 1), (Text(article.Json, "status"), article.Json["revision"]!.GetValue<int>()));
        Assert.Equal(["article.created"], await app.Events(article.Id));
        DateTimeOffset? publishedAt = null;
        var seen = 1;

        foreach (var step in new Step[]
        {
            new("PATCH", ok, ["article.saved"], "draft", ["submit", "publish", "schedule", "trash"], absent, Body: new { kicker = "One" }),
            new("POST /publish", ok, ["article.published"], "published", ["withdraw"], ok),
            new("PATCH", ok, ["article.saved"], "published", ["submit", "publish", "schedule", "discardChanges", "withdraw"], ok, Changed: true, Body: new { kicker = "Two", slug = "a-later-life" }),
            new("POST /publish", ok, ["article.updated"], "published", ["withdraw"], ok),
            new("PATCH", ok, [], "published", ["withdraw"], ok, Body: new { kicker = "Two" }),
            new("POST /withdraw", ok, ["article.withdrawn"], "withdrawn", ["submit", "publish", "schedule", "trash"], gone, Body: new { reason = "Because.", notice = "پس گرفته شد." }),
            new("PATCH", ok, ["article.saved"], "withdrawn", ["submit", "publish", "schedule", "trash"], gone, Body: new { kicker = "Three" }),
            new("POST /publish", ok, ["article.published"], "published", ["withdraw"], ok),
            new("POST /withdraw", ok, ["article.withdrawn"], "withdrawn", ["submit", "publish", "schedule", "trash"], gone, Body: new { notice = "پس گرفته شد." }),
            new("DELETE", none, ["article.trashed"], "trashed", ["restore", "delete"], gone),
            new("POST /restore", ok, ["article.restored"], "withdrawn", ["submit", "publish", "schedule", "trash"], gone),
            new("DELETE", none, ["article.trashed"], "trashed", ["restore", "delete"], gone),
        })
        {
            var before = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
            var textBefore = await before.Content.ReadAsStringAsync();
            var parts = step.Request.Split(' ');
            using var response = await app.Editor.Send(
                new HttpMethod(parts[0]), $"/api/v1/editorial/articles/{article.Id}{parts.ElementAtOrDefault(1)}", step.Body, article.ETag);
            Assert.True(response.StatusCode == step.Answer, $"{step}: {await response.Content.ReadAsStringAsync()}");
            using var read = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}");
            var json = JsonNode.Parse(await read.Content.ReadAsStringAsync())!.AsObject();
            var events = await app.Events(article.Id);

            Assert.Equal(step.Events, events.Skip(seen));
            Assert.Equal(step.Status, Text(json, "status"));
            Assert.Equal(step.Allowed, json["allowedActions"]!.AsArray().Select(action => action!.GetValue<string>()));
            Assert.Equal(step.Changed, json["hasUnpublishedChanges"]!.GetValue<bool>());
            Assert.Equal(int.Parse(article.ETag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture) + step.Events.Length, json["version"]!.GetValue<int>());
            using var delivered = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
            Assert.Equal(step.Public, delivered.StatusCode);
            if (step.Request == "PATCH" && step.Public == HttpStatusCode.OK)
            {
                Assert.Equal(textBefore, await delivered.Content.ReadAsStringAsync());
            }
            publishedAt ??= json["publishedAt"]?.GetValue<DateTimeOffset>();
            Assert.Equal(publishedAt, json["publishedAt"]?.GetValue<DateTimeOffset>());
            await AssertListed(step.Public == HttpStatusCode.OK, article.Id, source, author, tag);
            seen = events.Count;
            article = article with { ETag = read.Headers.ETag!.ToString() };
        }

        using var refused = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: article.ETag);
        await refused.Problem(HttpStatusCode.Forbidden, "forbidden");
        using var end = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, end.StatusCode);
        Assert.Equal(["article.deleted"], (await app.Events(article.Id)).Skip(seen));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}")).StatusCode);
        foreach (var address in new[] { "a-later-life", "a-life", article.Id.ToString() })
        {
            var problem = await (await app.Reader.Follow($"/api/v1/articles/{address}")).Problem(HttpStatusCode.Gone, "withdrawn");
            Assert.Equal("پس گرفته شد.", Text(problem, "notice"));
            Assert.Equal("پس گرفته شد.", Text(problem, "detail"));
        }
        Assert.Empty(await app.Query("SELECT revision FROM editorial.article_revisions WHERE article_id = $1", row => row.GetInt32(0), article.Id));
        using var taken = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles",
            new { slug = "a-life", headline = "Another life", language = "en", source = source.Slug, body = new { format = "markdown", content = "x" } });
        await taken.Problem(HttpStatusCode.Conflict, "slug-taken");
    }

    [Fact]
    public async Task Nobody_below_an_editor_ends_an_article_and_nobody_without_a_key_acts()
    {
        var source = await app.Editor.CreateSource("Source of refusals");
        var article = await app.Editor.CreateArticle(source.Slug, "Not yours");
        var path = $"/api/v1/editorial/articles/{article.Id}";
        var reader = app.Client(await app.MakeKey("reader"));

        foreach (var (method, suffix, contributor) in new[]
        {
            (HttpMethod.Post, "/publish", 403), (HttpMethod.Post, "/withdraw", 403), (HttpMethod.Post, "/restore", 403),
            (HttpMethod.Put, "", 403), (HttpMethod.Patch, "", 403), (HttpMethod.Delete, "", 403), (HttpMethod.Delete, "?permanent=true", 403),
            (HttpMethod.Get, "", 200),
        })
        {
            // The body is a fault too, of which these must learn nothing.
            var body = method == HttpMethod.Get ? null : "{";
            await (await app.Reader.Send(method, path + suffix, body)).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
            await (await reader.Send(method, path + suffix, body)).Problem(HttpStatusCode.Forbidden, "forbidden");
            Assert.Equal(contributor, (int)(await app.Contributor.Send(method, path + suffix, body)).StatusCode);
            if (suffix.Length > 0)
            {
                var missing = $"/api/v1/editorial/articles/{Guid.NewGuid()}{suffix}";
                await (await app.Admin.Send(method, missing, suffix == "/withdraw" ? "{}" : null, "\"1\"")).Problem(HttpStatusCode.NotFound, "not-found");
                await (await app.Admin.Send(method, path + suffix, suffix == "/withdraw" ? "{}" : null)).Problem((HttpStatusCode)428, "precondition-required");
                await (await app.Admin.Send(method, path + suffix, suffix == "/withdraw" ? "{}" : null, "\"7\"")).Problem(HttpStatusCode.PreconditionFailed, "stale-version");
            }
        }
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    private async Task AssertListed(bool expected, Guid id, Saved source, Saved author, Saved tag)
    {
        foreach (var query in new[] { "", $"?source={source.Slug}", $"?author={author.Slug}", $"?tag={tag.Slug}", "?language=en", $"?tag={tag.Slug}&language=en" })
        {
            var page = await app.Reader.GetJson("/api/v1/articles" + query);
            Assert.True(expected == page["items"]!.AsArray().Any(card => card!["id"]!.GetValue<Guid>() == id), $"{query}: {page.ToJsonString()}");
        }
        foreach (var (directory, entry) in new[] { ("sources", source), ("authors", author), ("tags", tag) })
        {
            using var response = await app.Reader.GetAsync($"/api/v1/{directory}/{entry.Slug}");
            Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
            var counts = (await app.Reader.GetJson($"/api/v1/{directory}"))["items"]!.AsArray()
                .Where(item => item!["id"]!.GetValue<Guid>() == entry.Id).Select(item => item!["articleCount"]!.GetValue<int>());
            Assert.Equal(expected ? [1] : [], counts);
        }
    }

    private static string? Text(JsonObject json, string member) => json[member]?.GetValue<string>();
}
