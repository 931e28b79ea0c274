using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Access;

/// <summary>Contributors write to their own articles, while those have never been public, and to nothing else.</summary>
public sealed class ContributorTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly (HttpMethod Method, string Path, object? Body)[] Writes =
    [
        (HttpMethod.Put, "", new { headline = "Another's words", language = "en", source = "harbour-wire", body = new { format = "markdown", content = "x" } }),
        (HttpMethod.Patch, "", new { kicker = "Another's" }),
        (HttpMethod.Delete, "", null),
        (HttpMethod.Post, "/restore", null),
    ];

    [Fact]
    public async Task A_contributor_creates_edits_trashes_and_restores_its_own_article()
    {
        await EnsureSource();
        var article = await app.Contributor.CreateArticle("harbour-wire", "A contributor's own");

        await app.Contributor.Patch("articles", article, new { kicker = "Own" });
        using var trashed = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: "\"2\"");
        using var restored = await app.Contributor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/restore", ifMatch: "\"3\"");

        Assert.Equal(HttpStatusCode.NoContent, trashed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        Assert.Equal(["article.created", "article.saved", "article.trashed", "article.restored"], await app.Events(article.Id));
    }

    [Fact]
    public async Task A_contributor_does_not_publish_its_own_article()
    {
        await EnsureSource();
        var article = await app.Contributor.CreateArticle("harbour-wire", "A contributor's hope");

        using var response = await app.Contributor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);

        await response.Problem(HttpStatusCode.Forbidden, "forbidden");
        using var read = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Theory]
    [InlineData("an editor's")]
    [InlineData("another contributor's")]
    [InlineData("its own, published")]
    [InlineData("its own, withdrawn")]
    public async Task A_contributor_does_not_touch_an_article_that_is(string whose)
    {
        await EnsureSource();
        using var other = app.Client(await app.MakeKey("contributor"));
        var author = whose.StartsWith("its own", StringComparison.Ordinal) ? app.Contributor : whose.StartsWith("another", StringComparison.Ordinal) ? other : app.Editor;
        var article = await author.CreateArticle("harbour-wire", $"Written by {whose}");
        if (author == app.Contributor)
        {
            article = await app.Editor.Publish(article);
            article = whose.EndsWith("withdrawn", StringComparison.Ordinal) ? await app.Editor.Withdraw(article) : article;
        }
        var before = await app.LogPosition();

        foreach (var (method, path, body) in Writes)
        {
            using var response = await app.Contributor.Send(method, $"/api/v1/editorial/articles/{article.Id}{path}", body, article.ETag);

            await response.Problem(HttpStatusCode.Forbidden, "forbidden");
        }
        Assert.Equal(before, await app.LogPosition());
        Assert.Equal(article.Json["headline"]!.GetValue<string>(), (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["headline"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_contributor_reads_every_working_copy()
    {
        await EnsureSource();
        var article = await app.Editor.CreateArticle("harbour-wire", "Open on the newsroom's table");

        Assert.Equal("Open on the newsroom's table", (await app.Contributor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["headline"]!.GetValue<string>());
    }

    [Fact]
    public async Task To_a_contributor_an_article_that_is_not_there_is_404()
    {
        foreach (var (method, path, body) in Writes)
        {
            using var response = await app.Contributor.Send(method, $"/api/v1/editorial/articles/{Guid.CreateVersion7()}{path}", body, "\"1\"");

            await response.Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    private async Task EnsureSource()
    {
        if ((await app.Query("SELECT slug FROM editorial.sources", reader => reader.GetString(0))).Count == 0)
        {
            await app.Editor.CreateSource();
        }
    }
}
