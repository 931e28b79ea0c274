using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>A newsroom with a past: the demo's articles, which are in every state there is, and what only time brings.</summary>
public sealed class LivedNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Bootstrap:DemoContent", "true")];

    protected override async Task Prepare()
    {
        var source = await Editor.CreateSource("Old Wire", new { rights = new { redistribution = "prohibited", copyrightHolder = "Old Wire" } });
        source = await Editor.Patch("sources", source, new { slug = "older-wire", country = "IS" });
        var author = await Editor.CreateAuthor("Una Thorne", new { email = "una@example.org", links = new[] { new { label = "Site", url = "https://una.example" } } });
        author = await Editor.Patch("authors", author, new { slug = "una-of-thorne" });
        var above = await Editor.CreateTag("Above", new { kind = "section", aliases = new[] { "Oben", "بالا" } });
        // Made before the one above it would be by its id alone: the export puts it after.
        var below = await Editor.CreateTag("Below");
        var top = await Editor.CreateTag("Top", new { kind = "section" });
        await Editor.Patch("tags", above, new { parent = top.Slug });
        below = await Editor.Patch("tags", below, new { parent = above.Slug });
        var unused = await Editor.CreateAuthor("Nobody at all");
        (await Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/authors/{unused.Id}", ifMatch: unused.ETag)).EnsureSuccessStatusCode();

        var moved = await Editor.PublishArticle("marrow-bay-ledger", "It stood elsewhere once", new { authors = new[] { author.Slug }, tags = new[] { below.Slug } });
        moved = await Editor.Patch("articles", moved, new { slug = "it-stands-here", headline = "It stands here", comment = "A better place." });
        moved = await Editor.Publish(moved);
        await Editor.Correct(moved, "It did stand elsewhere.", "clarification");
        await Editor.Correct(moved, "And still does.");
        moved = await Editor.Reload(moved);
        moved = await Editor.Patch("articles", moved, new { slug = "it-may-stand-there", summary = "Not public yet.", internalNote = "Ask first." });

        var cleared = await Editor.CreateArticle(source.Slug, "Cleared for the site alone", new { authors = new[] { author.Slug }, externalId = "ow-1" });
        await Editor.Clear(cleared);
        await Editor.Clear(cleared, "syndication", DateTimeOffset.UtcNow.AddDays(3));
        cleared = await Editor.Publish(await Editor.Reload(cleared));

        var gone = await Editor.PublishArticle("marrow-bay-ledger", "To be gone for ever");
        var naming = await Editor.PublishArticle("marrow-bay-ledger", "It named what is gone", new
        {
            related = new object[] { new { article = gone.Slug }, new { article = moved.Slug, kind = "background" } },
            expiresAt = DateTimeOffset.UtcNow.AddYears(1),
            seo = new { title = "Named", noIndex = true },
            leadMedia = new { url = "https://media.example/a.jpg", credit = "A. B." },
        });
        gone = await Editor.Trash(await Editor.Withdraw(gone, "It was not so."));
        (await Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{gone.Id}?permanent=true", ifMatch: gone.ETag)).EnsureSuccessStatusCode();

        using (var upserted = await Editor.Send(HttpMethod.Put, "/api/v1/editorial/sources/marrow-bay-ledger/articles?externalId=script-1",
            new { headline = "Kept by a script", language = "en", body = new { format = "markdown", content = "As it comes." } }))
        {
            Assert.Equal(HttpStatusCode.Created, upserted.StatusCode);
        }
        var trashed = await Editor.Trash(await Editor.CreateArticle("marrow-bay-ledger", "Thrown away", new { body = new { format = "html", content = "<p>Never <em>mind</em>.</p>" } }));
        var withdrawn = await Editor.Withdraw(await Editor.PublishArticle("marrow-bay-ledger", "Taken back"));
        await Editor.Schedule(await Editor.Reload(withdrawn), DateTimeOffset.UtcNow.AddDays(2));
        naming = await Editor.Patch("articles", naming, new { kicker = "For a moment" });
        await Editor.Act(naming, "discard-changes");
        await Editor.Submit(await Editor.Patch("articles", moved, new { urgency = 2 }));

        var front = await Editor.CreateFront("Weekend", new { lead = new { article = moved.Id.ToString(), kicker = "Here" }, slots = new[] { new { title = "By Una", fill = new { author = author.Slug, limit = 3 } } } });
        front = await Editor.Patch("fronts", front, new { slug = "saturday-and-sunday" });
        await Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddDays(9), new { slots = new[] { new { fill = new { section = above.Slug } } } });
    }
}

/// <summary>Exports and restores as scripts do them.</summary>
internal static class Moving
{
    /// <summary>Waits until the service has done what it does by itself.</summary>
    public static async Task<byte[]> Export(this NewsApp app)
    {
        using var response = await app.Editor.GetAsync("/api/v1/editorial/export");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>An empty installation.</summary>
    public static async Task<NewsApp> StartEmpty(this TestPostgres postgres)
    {
        var app = new NewsApp(postgres);
        await app.InitializeAsync();
        return app;
    }

    public static async Task<HttpResponseMessage> SendRestore(this NewsApp app, HttpContent content, string? key = NewsApp.AdminKey)
    {
        using var client = app.Client(key);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return await client.PostAsync("/api/v1/editorial/import?mode=restore", content);
    }

    public static async Task<List<JsonObject>> Restore(this NewsApp app, byte[] export)
    {
        using var response = await app.SendRestore(new ByteArrayContent(export));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    public static async Task RestoreWhole(this NewsApp app, byte[] export)
    {
        var results = await app.Restore(export);
        Assert.All(results, result => Assert.True(result.Status() is "restored" or "complete", result.ToJsonString()));
        Assert.Equal("complete", results[^1].Status());
        Assert.Equal(Lines(export).Length - 2, results[^1]["counts"]!["restored"]!.GetValue<int>());
    }

    public static string[] Lines(byte[] export) => Encoding.UTF8.GetString(export).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static JsonObject[] Parsed(byte[] export) => [.. Lines(export).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static byte[] Joined(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    public static bool IsOf(this JsonObject line, string type) => line["type"]!.GetValue<string>() == type;

    public static string Text(this JsonNode node) => node.ToJsonString(new JsonSerializerOptions(JsonSerializerDefaults.Web));
}
