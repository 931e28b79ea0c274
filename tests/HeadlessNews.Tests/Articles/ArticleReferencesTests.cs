using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleReferencesTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task References_are_taken_by_slug_by_id_and_by_former_slug()
    {
        var source = await app.Editor.CreateSource("Renamed source");
        var author = await app.Editor.CreateAuthor("Renamed author");
        var tag = await app.Editor.CreateTag("برچسب کهنه");
        var related = await app.Editor.PublishArticle(source.Slug, "Renamed article");
        await app.Editor.Patch("sources", source, new { slug = "source-of-today" });
        await app.Editor.Patch("authors", author, new { slug = "author-of-today" });
        await app.Editor.Patch("tags", tag, new { slug = "برچسب-نو" });
        await app.Editor.Patch("articles", related, new { slug = "article-of-today" });

        foreach (var (sourceName, authorName, tagName, relatedName) in new[]
        {
            (source.Slug, author.Slug, tag.Slug, related.Slug),
            ("source-of-today", "author-of-today", "برچسب-نو", "article-of-today"),
            (source.Id.ToString(), author.Id.ToString(), tag.Id.ToString(), related.Id.ToString()),
        })
        {
            var article = await app.Editor.CreateArticle(sourceName, "Names others", new
            {
                authors = new[] { authorName },
                tags = new[] { tagName },
                related = new[] { new { article = relatedName } },
            });
            Assert.Equal((source.Id, "source-of-today", "Renamed source"), Reference(article.Json["source"]!));
            Assert.Equal((author.Id, "author-of-today", "Renamed author"), Reference(article.Json["authors"]![0]!));
            Assert.Equal((tag.Id, "برچسب-نو", "برچسب کهنه"), Reference(article.Json["tags"]![0]!));
            Assert.Equal((related.Id, "article-of-today", "Renamed article"), Reference(article.Json["related"]![0]!["article"]!));
            Assert.Equal("related", article.Json["related"]![0]!["kind"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Unknown_and_doubled_references_are_named_by_their_paths_and_nothing_is_saved()
    {
        var source = await app.Editor.CreateSource("Source of unknowns");
        var author = await app.Editor.CreateAuthor("Known author");
        var tag = await app.Editor.CreateTag("Known tag");
        var related = await app.Editor.CreateArticle(source.Slug, "Known article");
        var before = (await app.Events()).Count;

        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", new
        {
            headline = "Names nobody",
            language = "en",
            source = "no-such-source",
            body = new { format = "markdown", content = "x" },
            authors = new[] { author.Slug, "nobody", author.Id.ToString() },
            tags = new[] { Guid.NewGuid().ToString(), tag.Slug, tag.Slug },
            // An author's slug names no article.
            related = new[] { new { article = author.Slug }, new { article = related.Slug }, new { article = related.Id.ToString() } },
        });

        var errors = (await response.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]!.AsObject();
        Assert.Equal(
            ["authors[1]", "authors[2]", "related[0].article", "related[2].article", "source", "tags[0]", "tags[2]"],
            errors.Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.Contains("twice", errors["authors[2]"]![0]!.GetValue<string>());
        Assert.Contains("nobody", errors["authors[1]"]![0]!.GetValue<string>());
        Assert.Equal(before, (await app.Events()).Count);
        Assert.Empty(await app.Query("SELECT slug FROM editorial.slugs WHERE slug = 'names-nobody'", row => row.GetString(0)));
    }

    [Fact]
    public async Task An_article_never_stands_beside_itself()
    {
        var source = await app.Editor.CreateSource("Source of mirrors");
        var article = await app.Editor.CreateArticle(source.Slug, "Mirror");

        using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{article.Id}",
            new { related = new[] { new { article = article.Slug } } }, article.ETag);

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal("related", Assert.Single(problem["errors"]!.AsObject()).Key);
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Fact]
    public async Task An_article_whose_neighbour_was_deleted_for_ever_can_still_be_saved()
    {
        var source = await app.Editor.CreateSource("Source of neighbours");
        var neighbours = new List<Saved>();
        for (var number = 0; number < 4; number++)
        {
            neighbours.Add(await app.Editor.CreateArticle(source.Slug, $"Neighbour {number}"));
        }
        var article = await app.Editor.CreateArticle(source.Slug, "With neighbours", new { related = Beside(neighbours[..3]) });
        await Delete(neighbours[1]);

        var saved = await app.Editor.Patch("articles", article, new { related = Beside([neighbours[3], neighbours[2], neighbours[0]]) });

        Assert.Equal([neighbours[3].Slug, neighbours[2].Slug, neighbours[0].Slug],
            saved.Json["related"]!.AsArray().Select(other => other!["article"]!["slug"]!.GetValue<string>()));
    }

    private async Task Delete(Saved article)
    {
        foreach (var query in new[] { "", "?permanent=true" })
        {
            using var response = await app.Admin.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}{query}", ifMatch: "*");
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
    }

    private static IEnumerable<object> Beside(IEnumerable<Saved> articles) => articles.Select(article => new { article = article.Slug });

    private static (Guid Id, string Slug, string Name) Reference(JsonNode reference) =>
        (reference["id"]!.GetValue<Guid>(), reference["slug"]!.GetValue<string>(), reference["name"]!.GetValue<string>());
}
