using System.Text.Json.Nodes;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class RenderedDocumentTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("markdown", "One **two** [three](https://a.example/?b=1&c=2 \"t\").",
        "<p>One <strong>two</strong> <a href=\"https://a.example/?b=1&amp;c=2\"", "One two three.", 3)]
    [InlineData("markdown", "a <script>alert(1)</script>b\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) c", "<p>a b</p>", "c", 4)]
    [InlineData("html", "<h2 onclick=\"x()\">Title</h2><p style=\"color:red\">Text &amp; more</p><iframe src=\"https://evil.example\"></iframe>",
        "<h2>Title</h2>", "Text & more", 3)]
    [InlineData("html", "<p>یک دو سه</p><p dir=\"rtl\">«چهار»</p>", "<p>یک دو سه</p>", "«چهار»", 4)]
    public async Task A_body_is_made_safe_and_measured(string format, string content, string html, string text, int words)
    {
        var source = await app.Editor.CreateSource("Source of bodies");
        var article = await app.Editor.PublishArticle(source.Slug, "Body", new { body = new { format, content } });

        var document = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");

        var rendered = document["body"]!["html"]!.GetValue<string>();
        Assert.Contains(html, rendered, StringComparison.Ordinal);
        Assert.Contains(text, document["body"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal((words, 1), (document["wordCount"]!.GetValue<int>(), document["readingMinutes"]!.GetValue<int>()));
        foreach (var unsafely in new[] { "script", "onerror", "onclick", "javascript:", "style=", "iframe", "alert(" })
        {
            Assert.DoesNotContain(unsafely, rendered, StringComparison.OrdinalIgnoreCase);
        }
        Assert.DoesNotContain("<", document["body"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(content, (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["body"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_document_carries_every_public_member_to_the_last_character()
    {
        var source = await app.Editor.CreateSource("Source of documents", new { rights = new { copyrightNotice = "© The source", copyrightYear = 1990 } });
        var author = await app.Editor.CreateAuthor("Author of documents", new { role = "Reporter", avatarUrl = "https://media.example/a.jpg", email = "x@example.org" });
        var tag = await app.Editor.CreateTag("Tag of documents");
        var related = await app.Editor.CreateArticle(source.Slug, "Beside the documents");
        var request = Samples.FullArticle(source.Slug, [author.Slug], [tag.Slug], related.Slug);
        request["rights"] = new JsonObject { ["usageTerms"] = Samples.Arabic, ["copyrightYear"] = 2026 };
        var article = await app.Editor.Publish(await app.Editor.Create("articles", request));

        var document = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}");

        foreach (var name in new[]
        {
            "slug", "headline", "kicker", "summary", "dateline", "language", "genre", "urgency", "sourceUrl", "leadMedia", "publishedAt", "expiresAt",
            "isAccessibleForFree", "seo",
        })
        {
            Assert.True(JsonNode.DeepEquals(request[name], document[name]), $"{name}: {document[name]?.ToJsonString()}");
        }
        Assert.Equal(request["bylineOverride"]!.GetValue<string>(), document["byline"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(
            new JsonObject
            {
                ["copyrightHolder"] = null,
                ["copyrightYear"] = 2026,
                ["copyrightNotice"] = "© The source",
                ["usageTerms"] = Samples.Arabic,
                ["redistribution"] = "allowed",
            }, document["rights"]), document["rights"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            new JsonArray(new JsonObject
            {
                ["id"] = author.Id,
                ["slug"] = author.Slug,
                ["name"] = "Author of documents",
                ["kind"] = "person",
                ["role"] = "Reporter",
                ["avatarUrl"] = "https://media.example/a.jpg",
            }), document["authors"]), document["authors"]!.ToJsonString());
        foreach (var secret in new[] { "internalNote", "externalId", "createdBy", "embargoUntil" })
        {
            Assert.False(document.ContainsKey(secret), secret);
        }
    }

    [Theory]
    [InlineData("en", 1, "Maren")]
    [InlineData("en", 2, "Maren and The Staff")]
    [InlineData("en-GB", 3, "Maren, The Staff and لیلا")]
    [InlineData("fa", 2, "Maren و The Staff")]
    [InlineData("fa-IR", 3, "Maren، The Staff و لیلا")]
    [InlineData("en", 0, null)]
    public async Task The_byline_joins_persons_and_organizations_as_the_language_does(string language, int many, string? byline)
    {
        var source = await app.Editor.CreateSource("Source of bylines");
        var authors = new[]
        {
            await app.Editor.CreateAuthor("Maren"), await app.Editor.CreateAuthor("The Staff", new { kind = "organization" }), await app.Editor.CreateAuthor("لیلا"),
        };

        var article = await app.Editor.PublishArticle(source.Slug, "Signed", new { language, authors = authors.Take(many).Select(author => author.Slug) });

        var document = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal(byline, document["byline"]?.GetValue<string>());
        Assert.Equal(authors.Take(many).Select(author => author.Id), document["authors"]!.AsArray().Select(author => author!["id"]!.GetValue<Guid>()));
    }
}
