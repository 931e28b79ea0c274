using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Scripts that keep a source's articles in step.</summary>
public sealed class UpsertTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Sent_again_the_same_changes_nothing_and_something_else_is_the_next_revision()
    {
        var source = await app.Editor.CreateSource("Steady Wire");

        using var made = await app.Editor.Upsert(source.Slug, "https://steady.example/a?b=c&d=é", new { kicker = "First" });
        var article = await made.Article();
        using var same = await app.Editor.Upsert(source.Id.ToString(), "https://steady.example/a?b=c&d=é", new { kicker = "First" });
        using var other = await app.Editor.Upsert(source.Slug, "https://steady.example/a?b=c&d=é", new { kicker = "Second" });

        Assert.Equal((HttpStatusCode.Created, $"/api/v1/editorial/articles/{article.Id}"), (made.StatusCode, made.Headers.Location?.ToString()));
        Assert.Equal(("\"1\"", "https://steady.example/a?b=c&d=é", "Steady Wire"),
            (article.ETag, article.Json["externalId"]!.GetValue<string>(), article.Json["source"]!["name"]!.GetValue<string>()));
        Assert.Equal((HttpStatusCode.OK, true, "\"1\""), (same.StatusCode, same.IsUnchanged(), (await same.Article()).ETag));
        var changed = await other.Article();
        Assert.Equal((HttpStatusCode.OK, false, "\"2\"", article.Id, article.Slug), (other.StatusCode, other.IsUnchanged(), changed.ETag, changed.Id, changed.Slug));
        Assert.Equal("draft", changed.Json["status"]!.GetValue<string>());
        Assert.Equal(["article.created", "article.saved"], await app.Events(article.Id));
        Assert.Equal(2L, (await app.Query("SELECT count(*) FROM editorial.article_revisions WHERE article_id = $1", row => row.GetInt64(0), article.Id)).Single());
    }

    [Fact]
    public async Task Published_with_it_readers_see_it_when_it_has_answered()
    {
        var source = await app.Editor.CreateSource("Live Wire");

        using var made = await app.Editor.Upsert(source.Slug, "L-1", new { headline = "Live at once" }, "&publish=true");
        var article = await made.Article();
        Assert.Equal((HttpStatusCode.Created, "published"), (made.StatusCode, article.Json["status"]!.GetValue<string>()));
        Assert.Equal("Live at once", (await app.Reader.GetJson($"/api/v1/articles/{article.Slug}"))["headline"]!.GetValue<string>());

        using var same = await app.Editor.Upsert(source.Slug, "L-1", new { headline = "Live at once" }, "&publish=true");
        Assert.Equal((HttpStatusCode.OK, true), (same.StatusCode, same.IsUnchanged()));
        using var unpublished = await app.Editor.Upsert(source.Slug, "L-1", new { headline = "Mended" });
        Assert.True((await unpublished.Article()).Json["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.Equal("Live at once", (await app.Reader.GetJson($"/api/v1/articles/{article.Slug}"))["headline"]!.GetValue<string>());
        // The same text once more, now to be live: the text is unchanged, what readers see is not.
        using var published = await app.Editor.Upsert(source.Slug, "L-1", new { headline = "Mended" }, "&publish=true");
        Assert.Equal((HttpStatusCode.OK, false), (published.StatusCode, published.IsUnchanged()));
        Assert.Equal("Mended", (await app.Reader.GetJson($"/api/v1/articles/{article.Slug}"))["headline"]!.GetValue<string>());

        Assert.Equal(["article.created", "article.published", "article.saved", "article.updated"], await app.Events(article.Id));
    }

    [Theory]
    [InlineData("edited")]
    [InlineData("made by hand")]
    [InlineData("withdrawn")]
    public async Task What_a_person_has_done_is_left_alone_unless_it_is_said_otherwise(string what)
    {
        var source = await app.Editor.CreateSource($"Wire of what is {what}");
        var article = what switch
        {
            "made by hand" => await app.Editor.CreateArticle(source.Slug, "By hand", new { externalId = "P-1" }),
            "edited" => await app.Editor.Patch("articles", await Sent(source, "P-1"), new { kicker = "By hand" }),
            _ => await app.Editor.Withdraw(await Sent(source, "P-1", "&publish=true")),
        };
        var before = await app.LogPosition();

        using var refused = await app.Editor.Upsert(source.Slug, "P-1", new { summary = "From the script." }, "&publish=true");

        var problem = await refused.Problem(HttpStatusCode.Conflict, "edited-since");
        Assert.Contains("overwrite=true", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, await app.LogPosition());
        using var forced = await app.Editor.Upsert(source.Slug, "P-1", new { summary = "From the script." }, "&publish=true&overwrite=true");
        var written = await forced.Article();
        Assert.Equal((article.Id, "From the script.", "published"), (written.Id, written.Json["summary"]!.GetValue<string>(), written.Json["status"]!.GetValue<string>()));
        Assert.Null(written.Json["kicker"]);
        // From here on the script has it again.
        using var next = await app.Editor.Upsert(source.Slug, "P-1", new { summary = "Once more." });
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Publishing_and_scheduling_by_a_person_is_no_edit()
    {
        var source = await app.Editor.CreateSource("Published By Hand");
        var article = await app.Editor.Publish(await Sent(source, "H-1"));

        using var changed = await app.Editor.Upsert(source.Slug, "H-1", new { kicker = "Next" });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(article.Id, (await changed.Article()).Id);
    }

    [Fact]
    public async Task What_a_person_wrote_that_is_the_same_stands_in_nobodys_way()
    {
        var source = await app.Editor.CreateSource("Same By Hand");
        var article = await app.Editor.Create("articles", Upserts.Article(new { source = source.Slug, externalId = "S-1" }));

        using var same = await app.Editor.Upsert(source.Slug, "S-1");

        Assert.Equal((true, article.Id), (same.IsUnchanged(), (await same.Article()).Id));
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&overwrite=true&publish=true")]
    public async Task What_is_in_the_trash_stays_there(string query)
    {
        var source = await app.Editor.CreateSource($"Trash Wire {query.Length}");
        var article = await Sent(source, "T-1");
        using var trashed = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: article.ETag);

        using var refused = await app.Editor.Upsert(source.Slug, "T-1", new { kicker = "Back" }, query);

        await refused.Problem(HttpStatusCode.Conflict, "action-not-allowed");
        Assert.Equal(["article.created", "article.trashed"], await app.Events(article.Id));
    }

    [Fact]
    public async Task Refused_publication_says_every_reason_and_leaves_nothing_behind()
    {
        var source = await app.Editor.CreateSource("Refused Wire");
        var before = await app.LogPosition();

        using var refused = await app.Editor.Upsert(source.Slug, "R-1", new
        {
            headline = "Never here",
            body = new { format = "html", content = "" },
            embargoUntil = "2126-01-01T00:00:00Z",
            rights = new { redistribution = "prohibited" },
            authors = new[] { "Nobody Yet" },
            tags = new[] { "Nothing yet" },
        }, "&publish=true&create=authors,tags");

        Assert.Equal(3, (await refused.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable"))["reasons"]!.AsArray().Count);
        Assert.Equal(before, await app.LogPosition());
        Assert.Equal(0L, (await app.Query(
            "SELECT count(*) FROM editorial.slugs WHERE slug IN ('never-here', 'nobody-yet', 'nothing-yet')", row => row.GetInt64(0))).Single());
        // A change that cannot be published is not saved either.
        var live = await Sent(source, "R-2", "&publish=true");
        using var change = await app.Editor.Upsert(source.Slug, "R-2", new { body = new { format = "html", content = "" } }, "&publish=true");
        await change.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
        Assert.Equal(live.ETag, (await app.Editor.GetJson($"/api/v1/editorial/articles/{live.Id}"))["version"]!.ToString() is var version ? $"\"{version}\"" : "");
    }

    [Theory]
    [InlineData("source", "\"another-wire\"", "source")]
    [InlineData("externalId", "\"another\"", "externalId")]
    [InlineData("headline", "\"\"", "headline")]
    [InlineData("authors", "[\"Nobody Knows Her\"]", "authors[0]")]
    [InlineData("tags", "[\"Nobody knows it\"]", "tags[0]")]
    [InlineData("related", "[{\"article\":\"nowhere\"}]", "related[0].article")]
    [InlineData("publishedAt", "\"2126-01-01T00:00:00Z\"", "publishedAt")]
    [InlineData("body", "{\"format\":\"html\"}", "body.content")]
    public async Task A_rule_that_is_broken_is_named_by_its_member(string member, string value, string path)
    {
        var source = await app.Editor.CreateSource($"Rules {member}");
        var before = await app.LogPosition();
        var body = Upserts.Article();
        body[member] = JsonNode.Parse(value);

        using var refused = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/sources/{source.Slug}/articles?externalId=X", body.ToJsonString());

        Assert.Equal(path, (await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]!.AsObject().Single().Key);
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "validation")]
    [InlineData("?externalId=X&create=sources", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?externalId=X&create=authors,", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?externalId=X&publish=yes", HttpStatusCode.BadRequest, "malformed-parameter")]
    [InlineData("?externalId=", HttpStatusCode.BadRequest, "malformed-parameter")]
    public async Task An_address_that_makes_no_sense_is_refused(string query, HttpStatusCode status, string type)
    {
        var source = await app.Editor.CreateSource($"Addresses {query.Length}");
        var before = await app.LogPosition();

        using var refused = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/sources/{source.Slug}/articles{query}", Upserts.Article().ToJsonString());

        await refused.Problem(status, type);
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task A_slug_that_is_taken_is_refused_and_one_that_is_changed_leaves_a_redirect()
    {
        var source = await app.Editor.CreateSource("Slug Wire");
        await app.Editor.CreateArticle(source.Slug, "Taken before");

        using var taken = await app.Editor.Upsert(source.Slug, "SL-1", new { slug = "taken-before" });
        await taken.Problem(HttpStatusCode.Conflict, "slug-taken");

        using var made = await app.Editor.Upsert(source.Slug, "SL-1", new { slug = "my-first-address" }, "&publish=true");
        using var moved = await app.Editor.Upsert(source.Slug, "SL-1", new { slug = "my-second-address" }, "&publish=true");
        Assert.Equal("my-second-address", (await moved.Article()).Slug);
        using var redirect = await app.Reader.GetAsync("/api/v1/articles/my-first-address");
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirect.StatusCode);
    }

    [Fact]
    public async Task Another_source_may_have_the_same_external_id()
    {
        var (one, other) = (await app.Editor.CreateSource("One Of Two"), await app.Editor.CreateSource("Two Of Two"));

        var (first, second) = (await Sent(one, "SAME"), await Sent(other, "SAME"));

        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.Slug, second.Slug);
    }

    private async Task<Saved> Sent(Saved source, string externalId, string query = "")
    {
        using var response = await app.Editor.Upsert(source.Slug, externalId, query: query);
        return await response.Article();
    }
}
