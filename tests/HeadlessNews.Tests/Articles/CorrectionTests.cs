using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>Dated notes to readers, in the live document at once, and nothing else with them.</summary>
public sealed class CorrectionTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task They_stand_in_the_live_document_at_once_newest_first_and_bring_no_unpublished_change_with_them()
    {
        var live = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug, "As published");
        var edited = await app.Editor.Patch("articles", live, new { headline = "Not yet" });
        var before = await Document(live);
        var seen = await app.Reader.Seen(live);

        var first = await app.Editor.Correct(live, "It was nine.");
        var afterFirst = await app.Reader.Seen(live);
        var second = await app.Editor.Correct(live, "The mayor was on the quay.", "clarification");

        var after = await Document(live);
        Assert.Equal(["The mayor was on the quay.", "It was nine."], Notes(after));
        Assert.Equal("clarification", after["corrections"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal(second["at"]!.GetValue<string>(), after["updatedAt"]!.GetValue<string>());
        Assert.Equal(3, new[] { seen, afterFirst, await app.Reader.Seen(live) }.Distinct().Count());
        // All else is as it was, who wrote the note is nobody's business, and the version is still the one that was read.
        foreach (var document in new[] { before, after })
        {
            document.Remove("corrections");
            document.Remove("updatedAt");
        }
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Equal(edited.ETag, (await app.Editor.Reload(live)).ETag);
        Assert.True((await app.Editor.Reload(live)).Json["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.Equal(["article.created", "article.published", "article.saved", "article.corrected", "article.corrected"], await app.Events(live.Id));
        Assert.Equal(
            [second.ToJsonString(), first.ToJsonString()],
            (await app.Editor.Reload(live)).Json["corrections"]!.AsArray().Select(note => note!.ToJsonString()));
    }

    [Fact]
    public async Task They_are_there_after_each_publication_and_after_a_re_rendering()
    {
        var source = await app.Editor.CreateSource();
        var live = await app.Editor.PublishArticle(source.Slug);
        await app.Editor.Correct(live, "While live.");
        var withdrawn = await app.Editor.Withdraw(live);
        await app.Editor.Correct(live, "While withdrawn.", "update");
        Assert.StartsWith("Gone", await app.Reader.Seen(live), StringComparison.Ordinal);

        await app.Editor.Publish(withdrawn);
        Assert.Equal(["While withdrawn.", "While live."], Notes(await Document(live)));

        await app.Editor.Patch("sources", source, new { name = "Renamed since" });
        await Newsroom.Eventually(async () => (await Document(live))["source"]!["name"]!.GetValue<string>() == "Renamed since", "it is rendered again");
        Assert.Equal(["While withdrawn.", "While live."], Notes(await Document(live)));
    }

    [Fact]
    public async Task One_that_races_a_re_rendering_is_never_lost()
    {
        var source = await app.Editor.CreateSource("Name 0");
        var live = await app.Editor.PublishArticle(source.Slug);
        for (var round = 1; round <= 15; round++)
        {
            source = await app.Editor.Patch("sources", source, new { name = $"Name {round}" });
            await app.Editor.Correct(live, $"Note {round}");
            Assert.Equal($"Note {round}", Notes(await Document(live))[0]);
        }
        await Newsroom.Eventually(async () => (await Document(live))["source"]!["name"]!.GetValue<string>() == "Name 15", "the last name is there");
        Assert.Equal(Enumerable.Range(1, 15).Reverse().Select(round => $"Note {round}"), Notes(await Document(live)));
        Assert.Equal(15, (await app.Events(live.Id)).Count(happened => happened == "article.corrected"));
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("trashed")]
    public async Task What_no_reader_has_is_not_corrected(string state)
    {
        var article = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug);
        article = state == "draft" ? article : await app.Editor.Trash(await app.Editor.Withdraw(await app.Editor.Publish(article)));
        var events = await app.Events(article.Id);

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/corrections", new { kind = "correction", note = "x" });

        var problem = await response.Problem(HttpStatusCode.Conflict, "action-not-allowed");
        Assert.Equal(article.Json["allowedActions"]!.ToJsonString(), problem["allowedActions"]!.ToJsonString());
        Assert.Equal(events, await app.Events(article.Id));
        Assert.Empty((await app.Editor.Reload(article)).Json["corrections"]!.AsArray());
    }

    [Theory]
    [InlineData("""{ "kind": "correction" }""", "note")]
    [InlineData("""{ "note": "x" }""", "kind")]
    [InlineData("""{ "kind": "update", "note": "  " }""", "note")]
    public async Task One_that_says_nothing_is_refused(string request, string member)
    {
        var live = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        var seen = await app.Reader.Seen(live);

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{live.Id}/corrections", request);

        Assert.Equal(member, Assert.Single((await response.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]!.AsObject()).Key);
        Assert.Equal(seen, await app.Reader.Seen(live));
    }

    [Fact]
    public async Task Editors_alone_correct_and_only_what_is_there()
    {
        var live = await app.Editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        var (path, note) = ($"/api/v1/editorial/articles/{live.Id}/corrections", new { kind = "correction", note = "x" });

        await (await app.Contributor.Send(HttpMethod.Post, path, note)).Problem(HttpStatusCode.Forbidden, "forbidden");
        await (await app.Reader.Send(HttpMethod.Post, path, note)).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await (await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{Guid.NewGuid()}/corrections", note)).Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(["article.created", "article.published"], await app.Events(live.Id));
    }

    private Task<JsonObject> Document(Saved article) => app.Reader.GetJson($"/api/v1/articles/{article.Id}");

    private static List<string> Notes(JsonObject document) => [.. document["corrections"]!.AsArray().Select(note => note!["note"]!.GetValue<string>())];
}
