using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class RevisionTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Each_changing_save_is_a_numbered_snapshot_and_an_unchanged_one_is_nothing()
    {
        var source = await app.Editor.CreateSource("Source of revisions");
        var author = await app.Editor.CreateAuthor("Author of revisions");
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the revisions");
        var request = Samples.FullArticle(source.Slug, [author.Slug], [], related.Slug);
        var article = await app.Editor.Create("articles", request);

        var same = await app.Editor.Patch("articles", article, new { headline = request["headline"]!.GetValue<string>() });
        Assert.Equal(article.ETag, same.ETag);
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{article.Id}", request, article.ETag);
        Assert.Equal(article.ETag, put.Headers.ETag!.ToString());
        article = await app.Editor.Patch("articles", article, new { authors = Array.Empty<string>() });
        article = await app.Editor.Patch("articles", article, new { headline = "Third" });

        var revisions = await app.Query(
            "SELECT revision, content, saved_by FROM editorial.article_revisions WHERE article_id = $1 ORDER BY revision",
            row => (Number: row.GetInt32(0), Content: JsonNode.Parse(row.GetString(1))!, By: row.GetString(2)), article.Id);
        Assert.Equal([1, 2, 3], revisions.Select(revision => revision.Number));
        Assert.Equal(3, article.Json["revision"]!.GetValue<int>());
        Assert.Equal(["article.created", "article.saved", "article.saved"], await app.Events(article.Id));
        Assert.All(revisions, revision => Assert.Equal(article.Json["createdBy"]!.GetValue<string>(), revision.By));
        Assert.All(revisions, revision => Assert.Equal(source.Id, revision.Content["source"]!.GetValue<Guid>()));
        Assert.Equal([1, 0, 0], revisions.Select(revision => revision.Content["authors"]!.AsArray().Count));
        foreach (var (number, content, _) in revisions)
        {
            foreach (var (name, value) in request.Where(member => member.Key is not ("source" or "authors" or "tags" or "related")))
            {
                var expected = name == "headline" && number == 3 ? "Third" : value;
                Assert.True(JsonNode.DeepEquals(expected, content["content"]![name]), $"Revision {number}, {name}: {content["content"]![name]?.ToJsonString()}");
            }
        }
    }

    [Fact]
    public async Task The_live_revision_is_the_one_that_was_published()
    {
        var source = await app.Editor.CreateSource("Source of live revisions");
        var article = await app.Editor.CreateArticle(source.Slug, "Revised");
        article = await app.Editor.Patch("articles", article, new { kicker = "Second" });
        article = await app.Editor.Publish(article);
        Assert.Equal((2, 2, 3), Numbers(article));

        article = await app.Editor.Patch("articles", article, new { kicker = "Third" });
        Assert.Equal((3, 2, 4), Numbers(article));
        Assert.Equal("Second", (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["kicker"]!.GetValue<string>());

        article = await app.Editor.Withdraw(article);
        Assert.Equal((3, 2, 5), Numbers(article));
        article = await app.Editor.Publish(article);
        Assert.Equal((3, 3, 6), Numbers(article));
        Assert.Equal("Third", (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["kicker"]!.GetValue<string>());
        Assert.Equal([(3, 6)], await app.Query("SELECT revision, version FROM delivery.articles WHERE article_id = $1", row => (row.GetInt32(0), row.GetInt32(1)), article.Id));
    }

    [Fact]
    public async Task Of_two_editors_who_save_at_once_one_wins_and_the_other_learns_the_version()
    {
        var source = await app.Editor.CreateSource("Source of races");
        var article = await app.Editor.CreateArticle(source.Slug, "Raced");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{article.Id}", new { kicker = $"Racer {number}" }, article.ETag)));

        Assert.Single(answers, answer => answer.StatusCode == System.Net.HttpStatusCode.OK);
        foreach (var late in answers.Where(answer => answer.StatusCode != System.Net.HttpStatusCode.OK))
        {
            await late.Problem(System.Net.HttpStatusCode.PreconditionFailed, "stale-version");
            Assert.Equal("\"2\"", late.Headers.ETag!.ToString());
        }
        Assert.Equal(["article.created", "article.saved"], await app.Events(article.Id));
    }

    private static (int Revision, int Live, int Version) Numbers(Saved article) =>
        (article.Json["revision"]!.GetValue<int>(), article.Json["liveRevision"]!.GetValue<int>(), article.Json["version"]!.GetValue<int>());
}
