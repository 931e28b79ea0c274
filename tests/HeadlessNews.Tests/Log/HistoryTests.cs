using System.Net;
using System.Net.Http.Json;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Log;

/// <summary>What happened to an article, for those who work on it.</summary>
public sealed class HistoryTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_writer_reads_why_an_article_came_back_and_everybody_what_became_of_it()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Contributor.CreateArticle(source.Slug, "Sent back once");
        article = await app.Contributor.Act(article, "submit");
        article = await app.Editor.Act(article, "return", new { note = "The second quotation needs a source." });
        article = await app.Editor.Withdraw(await app.Editor.Publish(article), "Taken back.");

        var history = (await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}/history"))["items"]!.AsArray();

        Assert.Equal(
            ["article.withdrawn", "article.published", "article.returned", "article.submitted", "article.created"],
            history.Select(happened => happened!["type"]!.GetValue<string>()));
        Assert.Equal("The second quotation needs a source.", history[2]!["data"]!["note"]!.GetValue<string>());
        Assert.Equal("Taken back.", history[0]!["data"]!["notice"]!.GetValue<string>());
        Assert.Equal(1, history[1]!["data"]!["revision"]!.GetValue<int>());
        Assert.Equal(["editor of a test", "contributor of a test"], new[] { history[0], history[4] }.Select(happened => happened!["actorName"]!.GetValue<string>()));
        Assert.DoesNotContain("127.0.0.1", history.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_there_has_no_history()
    {
        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{Guid.CreateVersion7()}/history");

        await response.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task With_its_withdrawal_an_articles_preview_links_die_and_with_its_key_a_link()
    {
        var source = await app.Editor.CreateSource();
        var live = await app.Editor.PublishArticle(source.Slug, "Shown to a few");
        var link = await LinkTo(app.Editor, live);
        var secret = await app.MakeKey("editor");
        var draft = await app.Editor.CreateArticle(source.Slug, "Shown by one who left");
        var ofOneWhoLeft = await LinkTo(app.Client(secret), draft);
        foreach (var path in new[] { link, ofOneWhoLeft })
        {
            using var before = await app.Reader.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        await app.Editor.Withdraw(live);
        using var revoked = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{Guid.Parse(secret.Split('_')[1])}");

        foreach (var path in new[] { link, ofOneWhoLeft })
        {
            using var after = await app.Reader.GetAsync(path);
            await after.Problem(HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("sources")]
    [InlineData("authors")]
    [InlineData("tags")]
    public async Task What_only_a_publication_to_come_names_is_not_deleted(string collection)
    {
        var other = await app.Editor.CreateSource("Another source");
        var named = collection switch { "sources" => await app.Editor.CreateSource(), "authors" => await app.Editor.CreateAuthor(), _ => await app.Editor.CreateTag() };
        var article = await app.Editor.CreateArticle(collection == "sources" ? named.Slug : other.Slug, "Pinned", collection switch
        {
            "authors" => new { authors = new[] { named.Slug } },
            "tags" => new { tags = new[] { named.Slug } },
            _ => null,
        });
        article = await app.Editor.Act(article, "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) });
        await app.Editor.Patch("articles", article, collection switch
        {
            "authors" => new { authors = Array.Empty<string>() },
            "tags" => (object)new { tags = Array.Empty<string>() },
            _ => new { source = other.Slug },
        });

        using var response = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{named.Id}", ifMatch: named.ETag);

        Assert.Equal(1, (await response.Problem(HttpStatusCode.Conflict, "in-use"))["usedBy"]!.GetValue<int>());
    }

    private static async Task<string> LinkTo(HttpClient client, Saved article)
    {
        using var made = await client.PostAsJsonAsync($"/api/v1/editorial/articles/{article.Id}/preview-links", new { });
        return (await made.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonObject>())!["url"]!.GetValue<string>();
    }
}
