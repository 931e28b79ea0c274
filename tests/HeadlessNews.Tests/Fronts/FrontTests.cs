using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Fronts;

/// <summary>Fronts as editors write and see them.</summary>
public sealed class FrontTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Editors_see_where_each_pinned_article_stands_and_what_readers_see_of_it()
    {
        var source = await app.Editor.CreateSource("Seeing wire");
        var tag = await app.Editor.CreateTag("Seeing");
        var live = await app.Editor.PublishArticle(source.Slug, "Live", new { tags = new[] { tag.Slug } });
        await app.Editor.Patch("articles", live, new { headline = "Live, going on" });
        var draft = await app.Editor.CreateArticle(source.Slug, "Draft");

        var front = await app.Editor.CreateFront("Seeing front", new
        {
            lead = new { article = draft.Slug, headline = "Soon" },
            slots = new object[] { new { article = live.Id }, new { title = "Fill", fill = new { tags = new[] { tag.Slug }, language = "en-gb", genre = "article", source = source.Slug } } },
        });

        var lead = front.Json["lead"]!;
        Assert.Equal((draft.Id, "draft", false), (lead["article"]!["id"]!.GetValue<Guid>(), lead["article"]!["status"]!.GetValue<string>(), lead["article"]!["isLive"]!.GetValue<bool>()));
        Assert.Equal("Soon", lead["headline"]!.GetValue<string>());
        var slots = front.Json["slots"]!.AsArray();
        Assert.Equal(("Live, going on", "published", true),
            (slots[0]!["article"]!["headline"]!.GetValue<string>(), slots[0]!["article"]!["status"]!.GetValue<string>(), slots[0]!["article"]!["isLive"]!.GetValue<bool>()));
        var fill = slots[1]!["fill"]!;
        Assert.Equal(("seeing", "seeing-wire", "en-GB", 10),
            (fill["tags"]![0]!["slug"]!.GetValue<string>(), fill["source"]!["slug"]!.GetValue<string>(), fill["language"]!.GetValue<string>(), fill["limit"]!.GetValue<int>()));
        // As published, not as the working copy has it by now.
        Assert.Equal("Live", front.Shown());
        Assert.True(JsonNode.DeepEquals(front.Json, (await app.Editor.ReloadFront(front)).Json));

        await app.Editor.Publish(draft);

        Assert.Equal("Draft | Live", (await app.Editor.ReloadFront(front)).Shown());
    }

    [Fact]
    public async Task A_save_shows_at_once_and_one_that_changes_nothing_is_none()
    {
        var source = await app.Editor.CreateSource("Saving wire");
        var article = await app.Editor.PublishArticle(source.Slug, "Saved");
        var front = await app.Editor.CreateFront("Saving", new { description = "Before.", lead = new { article = article.Slug } });
        Assert.Equal("\"1\"", front.ETag);

        var patched = await app.Editor.Patch("fronts", front, new { lead = new { headline = "Printed" } });

        Assert.Equal("\"2\"", patched.ETag);
        Assert.Equal("Printed", await app.Reader.Page(front));
        Assert.Equal("Before.", patched.Json["description"]!.GetValue<string>());

        using var same = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/fronts/{front.Id}", new { lead = new { headline = "Printed" } }, patched.ETag);
        Assert.Equal("\"2\"", same.Headers.ETag!.ToString());

        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/fronts/{front.Id}", new { name = "Saved over" }, patched.ETag);
        var replaced = JsonNode.Parse(await put.Content.ReadAsStringAsync())!;
        Assert.Equal((3, "saving", null, null, 0),
            (replaced["version"]!.GetValue<int>(), replaced["slug"]!.GetValue<string>(), replaced["description"], replaced["lead"], replaced["slots"]!.AsArray().Count));
        Assert.Equal("", await app.Reader.Page(front));
        Assert.Equal(["front.changed", "front.changed", "front.changed"], await app.Events(front.Id));
    }

    [Fact]
    public async Task Of_two_editors_the_second_is_refused()
    {
        var front = await app.Editor.CreateFront("Contended");
        await app.Editor.Patch("fronts", front, new { name = "First" });

        using var second = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/fronts/{front.Id}", new { name = "Second" }, front.ETag);

        await second.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal("First", (await app.Reader.GetJson($"/api/v1/fronts/{front.Slug}"))["name"]!.GetValue<string>());
    }

    public static TheoryData<string, string> Invalid => new()
    {
        { """{ "slots": [] }""", "name" },
        { """{ "name": "X", "slug": "No Slug" }""", "slug" },
        { """{ "name": "X", "slots": [null] }""", "slots[0]" },
        { """{ "name": "X", "slots": [{}] }""", "slots[0].article" },
        { """{ "name": "X", "slots": [{ "title": "Only words" }] }""", "slots[0].article" },
        { """{ "name": "X", "slots": [{ "fill": {} }, { "fill": { "limit": 51 } }] }""", "slots[1].fill.limit" },
        { """{ "name": "X", "slots": [{ "fill": { "limit": 0 } }] }""", "slots[0].fill.limit" },
        { """{ "name": "X", "slots": [{ "fill": { "language": "not a language" } }] }""", "slots[0].fill.language" },
        { """{ "name": "X", "slots": [{ "headline": "Of nothing", "fill": {} }] }""", "slots[0].headline" },
        { """{ "name": "X", "slots": [{ "kicker": "Of nothing", "fill": {} }] }""", "slots[0].kicker" },
        { """{ "name": "X", "slots": [{ "until": "2030-01-01T00:00:00Z", "fill": {} }] }""", "slots[0].until" },
        { """{ "name": "X", "slots": [{ "article": "pinned", "from": "2030-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z" }] }""", "slots[0].until" },
        { """{ "name": "X", "slots": [{ "article": "is-not-there" }] }""", "slots[0].article" },
        { """{ "name": "X", "lead": { "article": "is-not-there" } }""", "lead.article" },
        { """{ "name": "X", "lead": {} }""", "lead.article" },
        { """{ "name": "X", "lead": { "title": "A title", "fill": {} } }""", "lead" },
        { """{ "name": "X", "lead": { "fill": { "limit": 2 } } }""", "lead" },
        { """{ "name": "X", "slots": [{ "fill": { "tags": ["is-not-there"] } }] }""", "slots[0].fill.tags[0]" },
        { """{ "name": "X", "slots": [{ "fill": { "author": "is-not-there" } }] }""", "slots[0].fill.author" },
        { """{ "name": "X", "slots": [{ "fill": { "source": "is-not-there" } }] }""", "slots[0].fill.source" },
        { """{ "name": "X", "slots": [{ "fill": { "section": "a-topic" } }] }""", "slots[0].fill.section" },
        { $$"""{ "name": "X", "slots": [{{string.Join(", ", Enumerable.Repeat("""{ "fill": { "limit": 1 } }""", 51))}}] }""", "slots" },
        { $$"""{ "name": "X", "slots": [{{string.Join(", ", Enumerable.Repeat("""{ "fill": { "limit": 41 } }""", 5))}}] }""", "slots" },
        { $$"""{ "name": "X", "slots": [{ "fill": { "tags": [{{string.Join(", ", Enumerable.Repeat("\"a-topic\"", 11))}}] } }] }""", "slots[0].fill.tags" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task What_breaks_a_rule_is_refused_by_name_and_nothing_is_left_of_it(string body, string member)
    {
        using var topic = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/tags", new { name = "A topic", slug = "a-topic", kind = "topic" });
        var before = await app.LogPosition();
        var fronts = await app.Query("SELECT count(*) FROM editorial.fronts", row => row.GetInt64(0));

        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/fronts", body);

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Contains(member, problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal(before, await app.LogPosition());
        Assert.Equal(fronts, await app.Query("SELECT count(*) FROM editorial.fronts", row => row.GetInt64(0)));
    }

    [Fact]
    public async Task A_slug_is_taken_until_its_front_is_deleted()
    {
        var front = await app.Editor.CreateFront("Taken");
        var moved = await app.Editor.Patch("fronts", front, new { slug = "taken-elsewhere" });
        foreach (var slug in new[] { "taken", "taken-elsewhere" })
        {
            using var refused = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/fronts", new { name = "Another", slug });
            await refused.Problem(HttpStatusCode.Conflict, "slug-taken");
        }
        Assert.Equal("taken-2", (await app.Editor.CreateFront("Taken")).Slug);

        using var deleted = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/fronts/{front.Id}", ifMatch: moved.ETag);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(["front.changed", "front.changed", "front.deleted"], await app.Events(front.Id));
        foreach (var path in new[] { $"/api/v1/fronts/{front.Id}", "/api/v1/fronts/taken", "/api/v1/fronts/taken-elsewhere" })
        {
            using var gone = await app.Reader.GetAsync(path);
            await gone.Problem(HttpStatusCode.NotFound, "not-found");
        }
        Assert.Equal("taken", (await app.Editor.CreateFront("Taken once more", new { slug = "taken" })).Slug);
    }

    [Fact]
    public async Task What_fills_a_front_is_in_use_now_or_to_come_and_free_again_after()
    {
        var source = await app.Editor.CreateSource("Filling source");
        var author = await app.Editor.CreateAuthor("Filling author");
        var tag = await app.Editor.CreateTag("Filling tag");
        var later = await app.Editor.CreateTag("Filling later", new { kind = "section" });
        var front = await app.Editor.CreateFront("In use", new { slots = new[] { new { fill = new { tags = new[] { tag.Slug }, author = author.Slug, source = source.Slug } } } });
        await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddYears(1), new { lead = new { fill = new { section = later.Slug } } });
        var used = new[] { ("sources", source), ("authors", author), ("tags", tag), ("tags", later) };
        foreach (var (collection, record) in used)
        {
            using var refused = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: record.ETag);
            var problem = await refused.Problem(HttpStatusCode.Conflict, "in-use");
            Assert.Equal(1, problem["usedBy"]!.GetValue<int>());
            Assert.Contains("1 front is filled by it", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        using var deleted = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/fronts/{front.Id}", ifMatch: front.ETag);

        foreach (var (collection, record) in used)
        {
            using var done = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: record.ETag);
            Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        }
    }

    [Fact]
    public async Task An_article_that_is_deleted_for_ever_drops_out_and_stands_in_no_saves_way()
    {
        var source = await app.Editor.CreateSource("Ending wire");
        var article = await app.Editor.CreateArticle(source.Slug, "To be ended");
        var front = await app.Editor.CreateFront("Ending", new
        {
            lead = new { article = article.Slug },
            slots = new object[] { new { article = article.Slug, headline = "Of nothing", fill = new { } } },
        });
        using var trashed = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: article.ETag);
        using var ended = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: "*");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        var without = await app.Editor.ReloadFront(front);
        Assert.Null(without.Json["lead"]!["article"]);
        Assert.Equal("\"1\"", without.ETag);

        var saved = await app.Editor.Patch("fronts", without, new { name = "Ended" });

        Assert.Null(saved.Json["lead"]);
        var slot = Assert.Single(saved.Json["slots"]!.AsArray())!;
        Assert.Equal((null, null, 10), (slot["article"], slot["headline"], slot["fill"]!["limit"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Of_a_save_that_names_a_tag_and_the_tags_deletion_only_one_is_done()
    {
        var front = await app.Editor.CreateFront("Racing");
        for (var round = 0; round < 12; round++)
        {
            var tag = await app.Editor.CreateTag($"Racing {round}");
            var present = await app.Editor.ReloadFront(front);
            var save = app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/fronts/{front.Id}", new { slots = new[] { new { fill = new { tags = new[] { tag.Slug } } } } }, present.ETag);
            var delete = app.Admin.Send(HttpMethod.Delete, $"/api/v1/editorial/tags/{tag.Id}", ifMatch: tag.ETag);

            using var saved = await save;
            using var deleted = await delete;

            Assert.Contains(((int)saved.StatusCode, (int)deleted.StatusCode), new[] { (200, 409), (422, 204), (409, 204) });
            await app.Editor.ReloadFront(front);
        }
    }

    [Fact]
    public async Task The_list_is_searched_by_name()
    {
        await app.Editor.CreateFront("Sought 100%");
        await app.Editor.CreateFront("Sought elsewhere");

        var found = (await app.Editor.GetJson("/api/v1/editorial/fronts?q=sought%20100%25"))["items"]!.AsArray();

        Assert.Equal("Sought 100%", Assert.Single(found)!["name"]!.GetValue<string>());
    }
}
