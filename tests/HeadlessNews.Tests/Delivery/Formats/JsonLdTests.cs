using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Formats;

public sealed class JsonLdTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_published_article_is_a_NewsArticle()
    {
        var source = await app.Editor.CreateSource("Source in JSON-LD");
        var person = await app.Editor.CreateAuthor("Maren Tolliver");
        var staff = await app.Editor.CreateAuthor("The staff", new { kind = "organization" });
        var section = await app.Editor.CreateTag("Section in JSON-LD", new { kind = "section" });
        var topic = await app.Editor.CreateTag("Topic in JSON-LD");
        var beside = await app.Editor.CreateArticle(source.Slug, "Beside JSON-LD");
        var request = Samples.FullArticle(source.Slug, [person.Slug, staff.Slug], [section.Slug, topic.Slug], beside.Slug);
        var article = await app.Editor.Publish(await app.Editor.Create("articles", request));
        await app.Editor.Correct(article, "It is 21:30.");

        var news = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}/jsonld");

        var document = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal(("https://schema.org", "NewsArticle"), (Text(news, "@context"), Text(news, "@type")));
        foreach (var (member, from) in new[]
        {
            ("headline", "headline"), ("description", "summary"), ("datePublished", "publishedAt"), ("dateModified", "updatedAt"), ("inLanguage", "language"), ("genre", "genre"),
        })
        {
            Assert.Equal(Text(document, from), Text(news, member));
        }
        Assert.Equal($"http://localhost:5080/articles/{article.Slug}", Text(news, "url"));
        Assert.Equal("https://harbour-wire.example/c", Text(news, "mainEntityOfPage"));
        Assert.Equal(Text(request["seo"]!, "title"), Text(news, "alternativeHeadline"));
        Assert.Equal(["Person Maren Tolliver", "Organization The staff"], news["author"]!.AsArray().Select(author => $"{author!["@type"]} {author["name"]}"));
        Assert.Equal(("Organization", "HeadlessNews", "http://localhost:5080/"), (Text(news["publisher"]!, "@type"), Text(news["publisher"]!, "name"), Text(news["publisher"]!, "url")));
        Assert.Equal("Source in JSON-LD", Text(news["sourceOrganization"]!, "name"));
        Assert.Equal("https://harbour-wire.example/2026/05/04/night-ferry?a=1&b=%D9%85#top", Text(news, "isBasedOn"));
        Assert.False(news["isAccessibleForFree"]!.GetValue<bool>());
        Assert.Equal(Text(request["rights"]!, "copyrightHolder"), Text(news["copyrightHolder"]!, "name"));
        Assert.Equal(Text(request["rights"]!, "copyrightNotice"), Text(news, "copyrightNotice"));
        Assert.Equal(2025, news["copyrightYear"]!.GetValue<int>());
        Assert.Equal(Text(request["rights"]!, "usageTerms"), Text(news["usageInfo"]!, "text"));
        Assert.Equal("https://media.example/a.jpg?w=1&h=2", Text(news["image"]!, "url"));
        Assert.Equal(["Section in JSON-LD"], news["articleSection"]!.AsArray().Select(name => $"{name}"));
        Assert.Equal(["Section in JSON-LD", "Topic in JSON-LD"], news["keywords"]!.AsArray().Select(name => $"{name}"));
        Assert.EndsWith(", 2026-05-04", Text(news, "dateline"), StringComparison.Ordinal);
        Assert.Equal(["CorrectionComment It is 21:30."], news["correction"]!.AsArray().Select(note => $"{note!["@type"]} {note["text"]}"));
        Assert.False(news.ContainsKey("articleBody"));
        Assert.DoesNotContain(Text(request, "internalNote"), news.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_it_can_close_the_element_that_a_page_puts_it_in()
    {
        var source = await app.Editor.CreateSource("Source of scripts");
        var article = await app.Editor.PublishArticle(source.Slug, "</script><script>alert('1')</script> & <!--", new { summary = Samples.Persian });

        var text = await app.Reader.GetStringAsync($"/api/v1/articles/{article.Id}/jsonld");

        Assert.DoesNotContain("<", text, StringComparison.Ordinal);
        Assert.Equal("</script><script>alert('1')</script> & <!--", Text(JsonNode.Parse(text)!, "headline"));
        Assert.Equal(Samples.Persian, Text(JsonNode.Parse(text)!, "description"));
    }

    [Fact]
    public async Task What_may_not_be_passed_on_has_it_too_since_it_goes_into_the_sites_own_page()
    {
        var source = await app.Editor.CreateSource("Source that prohibits it", new { rights = new { redistribution = "prohibited" } });
        var article = await app.Editor.CreateArticle(source.Slug, "On this site alone");
        await app.Editor.Clear(article);
        await app.Editor.Publish(article);

        Assert.Equal("On this site alone", Text(await app.Reader.GetJson($"/api/v1/articles/{article.Id}/jsonld"), "headline"));
    }

    [Fact]
    public async Task Addresses_answer_as_the_articles_own_do()
    {
        var source = await app.Editor.CreateSource("Source of addresses");
        var draft = await app.Editor.CreateArticle(source.Slug, "Never published");
        var article = await app.Editor.PublishArticle(source.Slug, "Under a new name", new { slug = "jsonld-former" });
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "jsonld-present" }));

        using var present = await app.Reader.GetAsync("/api/v1/articles/jsonld-present/jsonld");
        using var former = await app.Reader.GetAsync("/api/v1/articles/jsonld-former/jsonld");
        using var unpublished = await app.Reader.GetAsync($"/api/v1/articles/{draft.Slug}/jsonld");
        await app.Editor.Withdraw(article, "It was not so.");
        using var withdrawn = await app.Reader.GetAsync("/api/v1/articles/jsonld-present/jsonld");

        Assert.Equal("application/ld+json", present.Content.Headers.ContentType!.MediaType);
        Assert.Equal("/api/v1/articles/jsonld-present/jsonld", former.Headers.Location!.ToString());
        await unpublished.Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("It was not so.", Text(await withdrawn.Problem(HttpStatusCode.Gone, "withdrawn"), "notice"));
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();
}
