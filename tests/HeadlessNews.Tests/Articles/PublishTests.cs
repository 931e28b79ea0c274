using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class PublishTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_published_article_is_read_by_slug_and_by_id_and_listed()
    {
        var source = await app.Editor.CreateSource("Ledger of publishing");
        var article = await app.Editor.PublishArticle(source.Slug, "A ferry is published");

        var bySlug = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}");
        var byId = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        var list = await app.Reader.GetJson("/api/v1/articles");

        Assert.Equal("A ferry is published", bySlug["headline"]!.GetValue<string>());
        Assert.Equal("<p>The ferry left <strong>on time</strong>.</p>\n", bySlug["body"]!["html"]!.GetValue<string>());
        Assert.Equal(bySlug.ToJsonString(), byId.ToJsonString());
        Assert.Contains(list["items"]!.AsArray(), card => card!["id"]!.GetValue<Guid>() == article.Id);
        Assert.Equal(["article.created", "article.published"], await app.Events(article.Id));
    }

    [Fact]
    public async Task A_stale_publish_is_refused_and_publishes_nothing()
    {
        var source = await app.Editor.CreateSource("Ledger of stale publishing");
        var article = await app.Editor.CreateArticle(source.Slug, "Never seen");
        await app.Editor.Patch("articles", article, new { kicker = "Changed" });

        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: article.ETag);

        await response.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal("\"2\"", response.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/articles/{article.Id}")).StatusCode);
        Assert.DoesNotContain("article.published", await app.Events(article.Id));
    }
}
