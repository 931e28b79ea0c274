using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>Versions and ETags of every kind of record; two editors at once; merge patches.</summary>
public sealed class SavingTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly string[] Collections = ["articles", "authors", "sources", "tags"];

    public static TheoryData<string> Kinds => [.. Collections];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_ETag_is_the_version_and_rises_with_every_save(string collection)
    {
        var record = await Make(collection);
        Assert.Equal("\"1\"", record.ETag);

        var patched = await app.Editor.Patch(collection, record, new JsonObject { [Text(collection)] = "Second" });
        using var replaced = await app.Editor.Send(HttpMethod.Put, Address(collection, record), Body(collection, "Third"), patched.ETag);
        using var read = await app.Editor.GetAsync(Address(collection, record));

        Assert.Equal("\"2\"", patched.ETag);
        Assert.Equal(2, patched.Json["version"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal("\"3\"", replaced.Headers.ETag!.ToString());
        Assert.Equal("\"3\"", read.Headers.ETag!.ToString());
        Assert.Equal(3, (await app.Events(record.Id)).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_64_editors_who_save_at_once_one_wins_and_63_are_told(string collection)
    {
        var record = await Make(collection);
        var events = (await app.Events(record.Id)).Count;

        var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(n =>
            app.Editor.Send(HttpMethod.Put, Address(collection, record), Body(collection, $"Editor {n} was here"), record.ETag)));

        var won = Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.Equal(63, responses.Count(response => response.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.All(responses, response => Assert.Equal("\"2\"", response.Headers.ETag!.ToString()));
        var winner = JsonNode.Parse(await won.Content.ReadAsStringAsync())!;
        Assert.Equal(winner[Text(collection)]!.ToString(), (await app.Editor.GetJson(Address(collection, record)))[Text(collection)]!.ToString());
        Assert.Equal(events + 1, (await app.Events(record.Id)).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_save_that_changes_nothing_makes_no_version_and_no_event(string collection)
    {
        var record = await Make(collection);
        var position = await app.LogPosition();

        using var put = await app.Editor.Send(HttpMethod.Put, Address(collection, record), Body(collection, record.Json[Text(collection)]!.ToString()), record.ETag);
        using var patch = await app.Editor.Send(HttpMethod.Patch, Address(collection, record), "{}", record.ETag);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(HttpStatusCode.OK, patch.StatusCode);
        Assert.Equal("\"1\"", put.Headers.ETag!.ToString());
        Assert.Equal("\"1\"", patch.Headers.ETag!.ToString());
        Assert.Equal(position, await app.LogPosition());
        var read = await app.Editor.GetJson(Address(collection, record));
        Assert.Equal(record.Json["updatedAt"]!.ToString(), read["updatedAt"]!.ToString());
        if (collection == "articles")
        {
            Assert.Equal(1, read["revision"]!.GetValue<int>());
            Assert.Equal([1], await app.Query("SELECT revision FROM editorial.article_revisions WHERE article_id = $1", reader => reader.GetInt32(0), record.Id));
        }
    }

    [Theory]
    [InlineData("authors")]
    [InlineData("sources")]
    [InlineData("tags")]
    public async Task A_deleted_record_is_404_to_the_next_editor(string collection)
    {
        var record = await Make(collection);
        using var deleted = await app.Editor.Send(HttpMethod.Delete, Address(collection, record), ifMatch: record.ETag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        using var again = await app.Editor.Send(HttpMethod.Delete, Address(collection, record), ifMatch: record.ETag);
        using var saved = await app.Editor.Send(HttpMethod.Put, Address(collection, record), Body(collection, "Too late"), record.ETag);

        await again.Problem(HttpStatusCode.NotFound, "not-found");
        await saved.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_merge_patch_leaves_what_it_does_not_name_takes_away_nulls_merges_objects_and_replaces_lists()
    {
        await EnsureSource();
        var one = await app.Editor.CreateTag("Patch one");
        var two = await app.Editor.CreateTag("Patch two");
        var article = await app.Editor.CreateArticle("harbour-wire", "To be patched", new
        {
            kicker = "Gone soon",
            summary = "It stays.",
            dateline = new { place = "TARROW", date = "2026-05-04" },
            seo = new { title = "For machines", description = "Kept." },
            tags = new[] { one.Slug, two.Slug },
            urgency = 3,
        });

        var patched = await app.Editor.Patch("articles", article, JsonNode.Parse(
            $$"""{ "kicker": null, "urgency": null, "dateline": { "date": null }, "seo": { "title": "Changed" }, "tags": ["{{two.Id}}"] }""")!);

        Assert.Null(patched.Json["kicker"]);
        Assert.Equal(5, patched.Json["urgency"]!.GetValue<int>());
        Assert.Equal("It stays.", patched.Json["summary"]!.ToString());
        Assert.Equal("TARROW", patched.Json["dateline"]!["place"]!.ToString());
        Assert.Null(patched.Json["dateline"]!["date"]);
        Assert.Equal("Changed", patched.Json["seo"]!["title"]!.ToString());
        Assert.Equal("Kept.", patched.Json["seo"]!["description"]!.ToString());
        Assert.Equal("patch-two", Assert.Single(patched.Json["tags"]!.AsArray())!["slug"]!.ToString());
        Assert.Equal("The ferry left **on time**.", patched.Json["body"]!["content"]!.ToString());
    }

    [Theory]
    [InlineData("articles", """{ "dateline": null, "seo": null, "rights": null, "authors": null, "tags": null, "related": null, "leadMedia": null }""")]
    [InlineData("authors", """{ "links": null, "bio": null, "email": null }""")]
    [InlineData("sources", """{ "rights": null, "language": null }""")]
    [InlineData("tags", """{ "aliases": null, "parent": null }""")]
    public async Task Taking_away_what_is_not_there_changes_nothing(string collection, string patch)
    {
        var record = await Make(collection);

        var patched = await app.Editor.Patch(collection, record, JsonNode.Parse(patch)!);

        Assert.Equal(record.ETag, patched.ETag);
        Assert.Equal(record.Json.ToJsonString(), patched.Json.ToJsonString());
    }

    [Theory]
    [InlineData("articles", "headline", "headline")]
    [InlineData("articles", "language", "language")]
    [InlineData("articles", "source", "source")]
    [InlineData("articles", "body", "body")]
    [InlineData("articles", "body.content", "body.content")]
    [InlineData("authors", "name", "name")]
    [InlineData("authors", "kind", "kind")]
    [InlineData("sources", "name", "name")]
    [InlineData("sources", "kind", "kind")]
    [InlineData("tags", "name", "name")]
    [InlineData("tags", "kind", "kind")]
    public async Task A_required_member_cannot_be_taken_away(string collection, string member, string error)
    {
        var record = await Make(collection);
        var position = await app.LogPosition();
        var patch = member.Split('.') is [var outer, var inner] ? $$"""{ "{{outer}}": { "{{inner}}": null } }""" : $$"""{ "{{member}}": null }""";

        using var response = await app.Editor.Send(HttpMethod.Patch, Address(collection, record), patch, record.ETag);

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(error, problem["errors"]!.AsObject().Single().Key);
        Assert.Equal(position, await app.LogPosition());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_POST_answers_is_what_a_GET_at_its_Location_answers(string collection)
    {
        await EnsureSource();
        using var made = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/{collection}", Body(collection, "Answered alike"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var read = await app.Editor.GetAsync(made.Headers.Location);

        Assert.Equal(await made.Content.ReadAsStringAsync(), await read.Content.ReadAsStringAsync());
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        Assert.True(made.Headers.CacheControl!.NoStore);
        Assert.True(read.Headers.CacheControl!.NoStore);
    }

    private static string Text(string collection) => collection == "articles" ? "headline" : "name";

    private static string Address(string collection, Saved record) => $"/api/v1/editorial/{collection}/{record.Id}";

    private static JsonObject Body(string collection, string text)
    {
        var body = Desk.BodyFor(Operations.Editorial.First(operation => operation.Path == $"/api/v1/editorial/{collection}/{{id}}" && operation.Verb == "put"))!;
        body[Text(collection)] = text;
        return body;
    }

    private async Task<Saved> Make(string collection)
    {
        await EnsureSource();
        return await app.Editor.Create(collection, Body(collection, $"Made to be saved {Guid.NewGuid()}"));
    }

    private async Task EnsureSource()
    {
        if ((await app.Query("SELECT slug FROM editorial.sources WHERE slug = 'harbour-wire'", reader => reader.GetString(0))).Count == 0)
        {
            await app.Editor.CreateSource();
        }
    }
}
