using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleSlugTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("کشتی‌های شبانهٔ تارو ۱۲", "fa", "کشتی-های-شبانه-تارو-12")]
    [InlineData("Ночной паром в Тарроу", "ru", "ночной-паром-в-тарроу")]
    [InlineData("Déjà vu à l’Île — « encore » !", "fr", "deja-vu-a-lile-encore")]
    [InlineData("🎉🎉", "en", "article")]
    public async Task A_slug_is_made_from_the_headline_and_is_an_address(string headline, string language, string slug)
    {
        var source = await app.Editor.CreateSource("Source of scripts");

        var article = await app.Editor.PublishArticle(source.Slug, headline, new { language });

        Assert.Equal(slug, article.Slug);
        var read = await app.Reader.GetJson($"/api/v1/articles/{Uri.EscapeDataString(slug)}");
        Assert.Equal((article.Id, headline), (read["id"]!.GetValue<Guid>(), read["headline"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Twenty_articles_of_one_headline_made_at_once_have_twenty_slugs()
    {
        var source = await app.Editor.CreateSource("Source of weather");

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Editor.CreateArticle(source.Slug, "Weather")));

        Assert.Equal(20, made.Select(article => article.Slug).Distinct().Count());
        Assert.All(made, article => Assert.StartsWith("weather", article.Slug, StringComparison.Ordinal));
        Assert.Single(made, article => article.Slug == "weather");
        Assert.Single(made, article => article.Slug == "weather-2");
        Assert.Equal(
            made.Select(article => article.Slug).Order(StringComparer.Ordinal),
            (await app.Query("SELECT slug FROM editorial.slugs WHERE slug LIKE 'weather%'", row => row.GetString(0))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_given_slug_that_is_taken_is_refused_and_one_that_was_never_public_is_free_again()
    {
        var source = await app.Editor.CreateSource("Source of taken slugs");
        var first = await app.Editor.CreateArticle(source.Slug, "First", new { slug = "wanted" });

        await Refused("wanted", source);
        var moved = await app.Editor.Patch("articles", first, new { slug = "moved-on" });
        var second = await app.Editor.CreateArticle(source.Slug, "Second", new { slug = "wanted" });
        Assert.Equal("wanted", second.Slug);

        // Back again: taken now by the second.
        using var back = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{first.Id}", new { slug = "wanted" }, moved.ETag);
        var problem = await back.Problem(HttpStatusCode.Conflict, "slug-taken");
        Assert.Equal("slug", Assert.Single(problem["errors"]!.AsObject()).Key);
        Assert.Equal("moved-on", (await app.Editor.GetJson($"/api/v1/editorial/articles/{first.Id}"))["slug"]!.GetValue<string>());
        Assert.Equal(["article.created", "article.saved"], await app.Events(first.Id));
    }

    [Fact]
    public async Task A_slug_that_was_public_is_never_free_again_but_to_its_own_article()
    {
        var source = await app.Editor.CreateSource("Source of public slugs");
        var article = await app.Editor.PublishArticle(source.Slug, "Public once", new { slug = "public-once" });
        article = await app.Editor.Patch("articles", article, new { slug = "never-public" });

        await Refused("public-once", source);
        await Refused("never-public", source);
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "public-now" }));
        await app.Editor.CreateArticle(source.Slug, "Takes what was free", new { slug = "never-public" });
        await Refused("public-once", source);

        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "public-once" }));
        Assert.Equal("public-once", article.Slug);
        Assert.Equal(article.Id, (await app.Reader.GetJson("/api/v1/articles/public-once"))["id"]!.GetValue<Guid>());
        await Refused("public-now", source);
    }

    [Fact]
    public async Task A_slug_of_the_trash_is_taken_until_the_article_is_deleted_for_ever()
    {
        var source = await app.Editor.CreateSource("Source of trashed slugs");
        var article = await app.Editor.CreateArticle(source.Slug, "Trashed", new { slug = "trashed-slug" });
        var path = $"/api/v1/editorial/articles/{article.Id}";

        await app.Editor.Send(HttpMethod.Delete, path, ifMatch: "*");
        await Refused("trashed-slug", source);
        using var end = await app.Admin.Send(HttpMethod.Delete, path + "?permanent=true", ifMatch: "*");

        Assert.Equal(HttpStatusCode.NoContent, end.StatusCode);
        Assert.Equal("trashed-slug", (await app.Editor.CreateArticle(source.Slug, "Next", new { slug = "trashed-slug" })).Slug);
    }

    [Theory]
    [InlineData("018f3a5e-6c1b-7c55-9d0e-2f6f3c1a7b10")]
    [InlineData("018f3a5e6c1b7c559d0e2f6f3c1a7b10")]
    [InlineData("Upper-Case")]
    [InlineData("two--hyphens")]
    [InlineData("-before")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("کشتی\u200Cها")]
    [InlineData("cafe\u0301")]
    [InlineData("")]
    public async Task A_slug_that_is_none_is_refused(string slug)
    {
        var source = await app.Editor.CreateSource("Source of bad slugs");

        await Refused(slug, source, HttpStatusCode.UnprocessableEntity, "validation");
    }

    [Fact]
    public async Task A_headline_that_is_a_uuid_makes_a_slug_that_is_none()
    {
        var source = await app.Editor.CreateSource("Source of ids");
        var id = "018f3a5e-6c1b-7c55-9d0e-2f6f3c1a7b10";

        var article = await app.Editor.CreateArticle(source.Slug, id);

        Assert.Equal(id + "-1", article.Slug);
    }

    private async Task Refused(string slug, Saved source, HttpStatusCode status = HttpStatusCode.Conflict, string type = "slug-taken")
    {
        var before = (await app.Events()).Count;
        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles",
            new { slug, headline = "Wants a slug", language = "en", source = source.Slug, body = new { format = "markdown", content = "x" } });
        var problem = await response.Problem(status, type);
        Assert.Contains(problem["errors"]!.AsObject(), error => error.Key == "slug");
        Assert.Equal(before, (await app.Events()).Count);
    }
}
