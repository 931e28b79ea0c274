using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class RestoreRevisionTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task An_old_revision_comes_back_as_a_new_one_and_the_live_article_does_not_change()
    {
        var (source, other) = (await app.Editor.CreateSource("Source of restored revisions"), await app.Editor.CreateSource("Other source of restored revisions"));
        var (author, tag) = (await app.Editor.CreateAuthor("Author of restored revisions"), await app.Editor.CreateTag("Tag of restored revisions"));
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the restored");
        var request = Samples.FullArticle(source.Slug, [author.Slug], [tag.Slug], related.Slug);
        (request["slug"], request["embargoUntil"]) = ("restored-one", null);
        var article = await app.Editor.Create("articles", request);
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{article.Id}",
            new { slug = "restored-two", headline = "Second", language = "en", source = other.Slug, body = new { format = "html", content = "<p>Second.</p>" } }, article.ETag);
        article = await app.Editor.Publish(article with { ETag = put.Headers.ETag!.ToString() });
        var live = (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString();

        var restored = await app.Editor.Act(article, "revisions/1/restore");

        // All of it, but for the slug, which is the article's.
        request["slug"] = "restored-two";
        Samples.AssertSame(request, Samples.AsRequest(restored.Json));
        Assert.Equal("\"4\"", restored.ETag);
        Assert.Equal((3, 2, true), (restored.Json["revision"]!.GetValue<int>(), restored.Json["liveRevision"]!.GetValue<int>(), restored.Json["hasUnpublishedChanges"]!.GetValue<bool>()));
        var card = (await app.Editor.Revisions(article))[0];
        Assert.Equal("Restored from revision 1.", card["comment"]!.GetValue<string>());
        Assert.Equal(live, (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString());
        Assert.Equal(["article.created", "article.saved", "article.published", "article.revisionRestored"], await app.Events(article.Id));
        Assert.Equal([(1, 3, 3, 4)], await app.Query(
            "SELECT (data ->> 'from')::int, (data ->> 'revision')::int, previous_version, version FROM log.events WHERE resource_id = $1 AND type = 'article.revisionRestored'",
            row => (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)), article.Id));
        Assert.Equal(["slug"], (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/diff?from=1&to=3"))["changes"]!.AsArray()
            .Select(change => change!["path"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_the_working_copy_already_is_makes_no_revision()
    {
        var source = await app.Editor.CreateSource("Source of restored same");
        var article = await app.Editor.CreateArticle(source.Slug, "Same", new { kicker = "One" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });
        article = await app.Editor.Patch("articles", article, new { kicker = "One", slug = "same-by-another-name" });

        var first = await app.Editor.Act(article, "revisions/1/restore");
        var own = await app.Editor.Act(article, "revisions/3/restore");

        Assert.Equal((article.ETag, article.ETag), (first.ETag, own.ETag));
        Assert.Equal("same-by-another-name", first.Slug);
        Assert.Equal(["article.created", "article.saved", "article.saved"], await app.Events(article.Id));
        Assert.Equal(3, (await app.Editor.Revisions(article)).Count);
    }

    [Fact]
    public async Task What_has_been_deleted_since_is_left_out_and_named_in_the_comment()
    {
        var source = await app.Editor.CreateSource("Source of lost references");
        var authors = new[] { await app.Editor.CreateAuthor("Author lost"), await app.Editor.CreateAuthor("Author kept") };
        var tags = new[] { await app.Editor.CreateTag("Tag kept"), await app.Editor.CreateTag("Tag lost") };
        var related = new[] { await app.Editor.CreateArticle(source.Slug, "Related lost"), await app.Editor.CreateArticle(source.Slug, "Related kept") };
        var article = await app.Editor.CreateArticle(source.Slug, "Of lost references", new
        {
            authors = authors.Select(author => author.Slug),
            tags = tags.Select(tag => tag.Slug),
            related = related.Select(other => new { article = other.Slug, kind = "background" }),
        });
        article = await app.Editor.Patch("articles", article, new { authors = Array.Empty<string>(), tags = Array.Empty<string>(), related = Array.Empty<object>() });
        await RevisionDesk.Delete(app, "authors", authors[0], "tags", tags[1], "articles", related[0]);

        var restored = await app.Editor.Act(article, "revisions/1/restore");

        Assert.Equal([authors[1].Id], restored.Json["authors"]!.AsArray().Select(author => author!["id"]!.GetValue<Guid>()));
        Assert.Equal([tags[0].Id], restored.Json["tags"]!.AsArray().Select(tag => tag!["id"]!.GetValue<Guid>()));
        Assert.Equal([related[1].Id], restored.Json["related"]!.AsArray().Select(other => other!["article"]!["id"]!.GetValue<Guid>()));
        Assert.Equal(
            $"Restored from revision 1, without what has been deleted since: author {authors[0].Id}, tag {tags[1].Id}, related article {related[0].Id}.",
            (await app.Editor.Revisions(article))[0]["comment"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_revision_whose_source_was_deleted_cannot_come_back()
    {
        var (source, other) = (await app.Editor.CreateSource("Source lost"), await app.Editor.CreateSource("Source found"));
        var article = await app.Editor.CreateArticle(source.Slug, "Of a lost source");
        article = await app.Editor.Patch("articles", article, new { source = other.Slug });
        await RevisionDesk.Delete(app, "sources", source);

        await Refused(app.Editor, article, 1, article.ETag, HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task An_external_id_that_another_article_has_taken_since_stands_in_the_way()
    {
        var source = await app.Editor.CreateSource("Source of taken ids");
        var article = await app.Editor.CreateArticle(source.Slug, "Had the id", new { externalId = "T-1" });
        article = await app.Editor.Patch("articles", article, new { externalId = (string?)null });
        await app.Editor.CreateArticle(source.Slug, "Has the id", new { externalId = "T-1" });

        await Refused(app.Editor, article, 1, article.ETag, HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task A_scheduled_publication_stays_pinned_and_review_goes_on()
    {
        var source = await app.Editor.CreateSource("Source of pinned restores");
        var article = await app.Editor.CreateArticle(source.Slug, "Pinned", new { kicker = "One" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });
        article = await app.Editor.Act(article, "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) });
        var reviewed = await app.Contributor.CreateArticle(source.Slug, "In review", new { kicker = "One" });
        reviewed = await app.Contributor.Patch("articles", reviewed, new { kicker = "Two" });
        reviewed = await app.Contributor.Act(reviewed, "submit");

        article = await app.Editor.Act(article, "revisions/1/restore");
        reviewed = await app.Contributor.Act(reviewed, "revisions/1/restore");

        Assert.Equal(("scheduled", 3, 2), (article.Json["status"]!.GetValue<string>(), article.Json["revision"]!.GetValue<int>(), article.Json["scheduled"]!["revision"]!.GetValue<int>()));
        Assert.Equal(("inReview", 3), (reviewed.Json["status"]!.GetValue<string>(), reviewed.Json["revision"]!.GetValue<int>()));
    }

    [Fact]
    public async Task In_the_trash_nothing_is_restored_from_revisions()
    {
        var source = await app.Editor.CreateSource("Source of trashed revisions");
        var article = await app.Editor.CreateArticle(source.Slug, "Trashed", new { kicker = "One" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });
        article = await app.Editor.Act(article, "trash");

        var problem = await Refused(app.Editor, article, 1, article.ETag, HttpStatusCode.Conflict, "action-not-allowed");

        Assert.Equal(["restore", "delete"], problem["allowedActions"]!.AsArray().Select(action => action!.GetValue<string>()));
    }

    [Fact]
    public async Task It_needs_the_version_that_was_read()
    {
        var source = await app.Editor.CreateSource("Source of stale restores");
        var article = await app.Editor.CreateArticle(source.Slug, "Stale", new { kicker = "One" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });

        await Refused(app.Editor, article, 1, null, HttpStatusCode.PreconditionRequired, "precondition-required");
        await Refused(app.Editor, article, 1, "*", HttpStatusCode.PreconditionRequired, "precondition-required");
        await Refused(app.Editor, article, 1, "\"1\"", HttpStatusCode.PreconditionFailed, "stale-version");
        await Refused(app.Editor, article, 3, article.ETag, HttpStatusCode.NotFound, "not-found");
        await Refused(app.Editor, article, 0, article.ETag, HttpStatusCode.NotFound, "not-found");
        using var nowhere = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{Guid.CreateVersion7()}/revisions/1/restore", ifMatch: "\"1\"");
        await nowhere.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Contributors_restore_their_own_drafts_and_nothing_else()
    {
        var source = await app.Editor.CreateSource("Source of restore rights");
        var own = await app.Contributor.CreateArticle(source.Slug, "Own draft", new { kicker = "One" });
        own = await app.Contributor.Patch("articles", own, new { kicker = "Two" });
        var foreign = await app.Editor.CreateArticle(source.Slug, "Somebody else's draft", new { kicker = "One" });
        foreign = await app.Editor.Patch("articles", foreign, new { kicker = "Two" });
        using var reader = app.Client(await app.MakeKey("reader"));

        await Refused(app.Contributor, foreign, 1, foreign.ETag, HttpStatusCode.Forbidden, "forbidden");
        await Refused(reader, own, 1, own.ETag, HttpStatusCode.Forbidden, "forbidden");
        await Refused(app.Reader, own, 1, own.ETag, HttpStatusCode.Unauthorized, "unauthenticated");
        own = await app.Contributor.Act(own, "revisions/1/restore");
        Assert.Equal("One", own.Json["kicker"]!.GetValue<string>());
        own = await app.Editor.Publish(own);
        await Refused(app.Contributor, own, 2, own.ETag, HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Of_two_restores_at_once_one_wins()
    {
        var source = await app.Editor.CreateSource("Source of raced restores");
        var article = await app.Editor.CreateArticle(source.Slug, "Raced back", new { kicker = "One" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Two" });
        article = await app.Editor.Patch("articles", article, new { kicker = "Three" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/revisions/{1 + (number % 2)}/restore", ifMatch: article.ETag)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.Equal(4, (await app.Editor.Revisions(article)).Count);
    }

    /// <summary>Refused, and nothing has happened.</summary>
    private async Task<JsonObject> Refused(HttpClient client, Saved article, int revision, string? ifMatch, HttpStatusCode status, string type)
    {
        var (position, revisions) = (await app.LogPosition(), (await app.Editor.Revisions(article)).Count);
        var before = (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}")).ToJsonString();

        using var response = await client.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/revisions/{revision}/restore", ifMatch: ifMatch);

        var problem = await response.Problem(status, type);
        Assert.Equal((position, revisions), (await app.LogPosition(), (await app.Editor.Revisions(article)).Count));
        Assert.Equal(before, (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}")).ToJsonString());
        return problem;
    }
}
