using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>The way back: the same content, for editors and for readers.</summary>
public sealed class RestoreTests(LivedNewsroom app, TestPostgres postgres) : IClassFixture<LivedNewsroom>
{
    [Fact]
    public async Task Export_restore_export_is_byte_identical()
    {
        var export = await app.Export();
        await using var other = await postgres.StartEmpty();

        await other.RestoreWhole(export);

        Assert.Equal(Moving.Lines(export), Moving.Lines(await other.Export()));
        Assert.Equal(export, await other.Export());
    }

    [Fact]
    public async Task Readers_of_the_restored_newsroom_get_what_they_got_before()
    {
        await using var other = await postgres.StartEmpty();
        await other.RestoreWhole(await app.Export());

        var addresses = await Addresses();
        Assert.Contains("/api/v1/articles/it-stood-elsewhere-once", addresses);
        var statuses = new HashSet<HttpStatusCode>();
        foreach (var address in addresses)
        {
            var (status, before) = await Read(app.Reader, address);
            var (_, after) = await Read(other.Reader, address);
            Assert.True(before == after, $"{address}\nbefore: {before}\nafter:  {after}");
            statuses.Add(status);
        }
        Assert.Superset(new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.PermanentRedirect, HttpStatusCode.Gone, HttpStatusCode.NotFound }, statuses);
    }

    [Fact]
    public async Task Editors_find_every_article_and_revision_as_it_was()
    {
        await using var other = await postgres.StartEmpty();
        await other.RestoreWhole(await app.Export());

        foreach (var line in Moving.Parsed(await app.Export()))
        {
            var addresses = line["type"]!.GetValue<string>() switch
            {
                "article" => new[] { $"articles/{line["id"]}", $"articles/{line["id"]}/corrections", $"articles/{line["id"]}/rights-clearances", $"articles/{line["id"]}/revisions" },
                "revision" => [$"articles/{line["article"]}/revisions/{line["revision"]}"],
                "source" or "author" or "tag" => [$"{line["type"]}s/{line["id"]}"],
                "front" => [$"fronts/{line["id"]}", $"fronts/{line["id"]}/schedule"],
                _ => [],
            };
            foreach (var address in addresses)
            {
                var (_, before) = await Read(app.Editor, $"/api/v1/editorial/{address}");
                var (_, after) = await Read(other.Editor, $"/api/v1/editorial/{address}");
                Assert.True(before == after, $"{address}\nbefore: {before}\nafter:  {after}");
            }
        }
        Assert.Equal((await Read(app.Editor, "/api/v1/editorial/schedule")).Text, (await Read(other.Editor, "/api/v1/editorial/schedule")).Text);
    }

    [Fact]
    public async Task The_log_says_what_came_back_and_caches_hear_of_it()
    {
        await using var other = await postgres.StartEmpty();
        Assert.Empty((await other.Reader.GetJson("/api/v1/articles"))["items"]!.AsArray());

        var export = await app.Export();
        await other.RestoreWhole(export);

        // The list was in the cache a moment ago.
        Assert.NotEmpty((await other.Reader.GetJson("/api/v1/articles"))["items"]!.AsArray());
        foreach (var line in Moving.Parsed(export).Where(line => line.IsOf("article")))
        {
            var expected = line["published"] is not JsonObject published ? "article.created" : published["withdrawn"] is null ? "article.published" : "article.withdrawn";
            Assert.Equal([expected], await other.Events(line["id"]!.GetValue<Guid>()));
        }
        var events = await other.Events();
        Assert.Equal(Moving.Parsed(export).Count(line => line.IsOf("author")), events.Count(type => type == "author.changed"));
        Assert.Contains("article.deleted", events);
        Assert.Contains("front.changed", events);
    }

    [Fact]
    public async Task What_was_scheduled_is_published_at_its_time()
    {
        await using var other = await postgres.StartEmpty();
        var soon = DateTimeOffset.UtcNow.AddSeconds(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Guid scheduled = default;
        var lines = Moving.Parsed(await app.Export()).Select(line =>
        {
            if (line["scheduled"] is JsonObject due && line["published"] is null)
            {
                (due["dueAt"], due["tryAt"]) = (soon, soon);
                scheduled = line["id"]!.GetValue<Guid>();
            }
            return line.Text();
        });

        Assert.Equal("complete", (await other.Restore(Moving.Joined(lines)))[^1].Status());

        await Newsroom.Eventually(async () => (await other.Events(scheduled)).Contains("article.published"), "It is published.");
    }

    private async Task<List<string>> Addresses()
    {
        var kinds = new Dictionary<string, string> { ["article"] = "articles", ["author"] = "authors", ["source"] = "sources", ["tag"] = "tags", ["front"] = "fronts" };
        var slugs = await app.Query("SELECT kind, slug FROM editorial.slugs ORDER BY kind, slug", reader => (Kind: reader.GetString(0), Slug: reader.GetString(1)));
        var ids = await app.Query("SELECT article_id FROM delivery.articles ORDER BY article_id", reader => reader.GetGuid(0));
        return
        [
            "/api/v1/articles?limit=100&count=exact", "/api/v1/articles?limit=100&include=body,related", "/api/v1/authors?limit=100", "/api/v1/sources?limit=100", "/api/v1/tags?limit=100",
            "/api/v1/search?q=ferry&limit=50", "/api/v1/suggest?q=ma", "/api/v1/feeds/json", "/api/v1/sitemap-news.xml",
            .. slugs.Select(taken => $"/api/v1/{kinds[taken.Kind]}/{Uri.EscapeDataString(taken.Slug)}"),
            .. slugs.Where(taken => taken.Kind is "tag" or "author" or "source").Select(taken => $"/api/v1/articles?limit=100&{taken.Kind}={Uri.EscapeDataString(taken.Slug)}"),
            .. ids.SelectMany(id => new[] { $"/api/v1/articles/{id}", $"/api/v1/articles/{id}/ninjs", $"/api/v1/articles/{id}/jsonld" }),
        ];
    }

    /// <summary>All but the trace: what a client is answered, and where it is sent.</summary>
    private static async Task<(HttpStatusCode Status, string Text)> Read(HttpClient client, string address)
    {
        using var response = await client.GetAsync(address);
        var text = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = JsonNode.Parse(text)!.AsObject();
            problem.Remove("traceId");
            text = problem.ToJsonString();
        }
        return (response.StatusCode, $"{(int)response.StatusCode} {response.Headers.Location} {response.Headers.ETag} {text}");
    }
}
