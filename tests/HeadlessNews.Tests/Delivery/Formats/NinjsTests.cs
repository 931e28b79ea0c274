using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>Every ninjs answer is held against IPTC's schema too, where that is at hand: by the contract's own check.</summary>
public sealed class NinjsTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Every_member_of_ours_that_ninjs_has_a_place_for_is_in_it()
    {
        var source = await app.Editor.CreateSource("Source in ninjs");
        var person = await app.Editor.CreateAuthor("Maren Tolliver");
        var staff = await app.Editor.CreateAuthor("The staff", new { kind = "organization" });
        var topic = await app.Editor.CreateTag("Topic in ninjs", new { mediaTopic = "medtop:04000000" });
        var series = await app.Editor.CreateTag("Series in ninjs", new { kind = "series" });
        var place = await app.Editor.CreateTag("Tarrow", new { kind = "place" });
        var minister = await app.Editor.CreateTag("The minister", new { kind = "person" });
        var company = await app.Editor.CreateTag("The company", new { kind = "organization" });
        var beside = await app.Editor.CreateArticle(source.Slug, "Beside ninjs");
        var request = Samples.FullArticle(source.Slug, [person.Slug, staff.Slug], [topic.Slug, series.Slug, place.Slug, minister.Slug, company.Slug], beside.Slug);
        request["leadMedia"]!["url"] = "https://media.example/قایق%20شب.jpg";
        var article = await app.Editor.Publish(await app.Editor.Create("articles", request));
        await app.Editor.Correct(article, "It is 21:30.", "clarification");

        var ninjs = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}/ninjs");

        var document = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal($"urn:uuid:{article.Id}", ninjs["uri"]!.GetValue<string>());
        Assert.Equal(
            ("text", "full", "usable", $"{document["version"]}", "fa-IR", 2),
            (Text(ninjs, "type"), Text(ninjs, "representationType"), Text(ninjs, "pubStatus"), Text(ninjs, "version"), Text(ninjs, "language"), ninjs["urgency"]!.GetValue<int>()));
        foreach (var (member, from) in new[]
        {
            ("firstCreated", "publishedAt"), ("versionCreated", "updatedAt"), ("contentCreated", "publishedAt"), ("expires", "expiresAt"), ("by", "byline"), ("slugline", "slug"),
        })
        {
            Assert.Equal(Text(document, from), Text(ninjs, member));
        }
        Assert.Equal(Text(request, "embargoUntil"), Text(ninjs, "embargoedUntil"));
        foreach (var member in new[] { "copyrightHolder", "copyrightNotice", "usageTerms" })
        {
            Assert.Equal(Text(request["rights"]!, member), Text(ninjs, member));
        }
        Assert.Equal("Source in ninjs must be named as the source.", Text(ninjs, "edNote"));
        Assert.Equal(Text(request["dateline"]!, "place"), Text(ninjs, "located"));
        Assert.Equal([("main", Text(request, "headline")), ("kicker", Text(request, "kicker"))], Pairs(ninjs, "headlines", "role", "value"));
        Assert.Equal([("summary", Text(document, "summary")), ("clarification", "It is 21:30.")], Pairs(ninjs, "descriptions", "role", "value"));
        Assert.Equal(
            [("text/html", Text(document["body"]!, "html")), ("text/plain", Text(document["body"]!, "text"))], Pairs(ninjs, "bodies", "contentType", "value"));
        Assert.All(ninjs["bodies"]!.AsArray(), body => Assert.Equal(document["wordCount"]!.GetValue<int>(), body!["wordCount"]!.GetValue<int>()));
        Assert.Equal([("Maren Tolliver", "author"), ("The minister", "about")], Pairs(ninjs, "people", "name", "rel"));
        Assert.Equal([("The staff", "author"), ("The company", "about")], Pairs(ninjs, "organisations", "name", "rel"));
        Assert.Equal([("Tarrow", $"urn:uuid:{place.Id}")], Pairs(ninjs, "places", "name", "uri"));
        Assert.Equal(
            [("Topic in ninjs", "http://cv.iptc.org/newscodes/mediatopic/04000000"), ("Series in ninjs", $"urn:uuid:{series.Id}")], Pairs(ninjs, "subjects", "name", "uri"));
        Assert.Equal([("Source in ninjs", source.Slug)], Pairs(ninjs, "infoSources", "name", "literal"));
        Assert.Equal([("interview", "interview")], Pairs(ninjs, "genres", "name", "literal"));
        Assert.Equal([("slug", article.Slug), ("sourceUrl", Text(request, "sourceUrl"))], Pairs(ninjs, "altIds", "role", "value"));
        Assert.Equal([("web", $"http://localhost:5080/articles/{article.Slug}")], Pairs(ninjs, "renditions", "name", "href"));
        Assert.Equal([("picture", "https://media.example/%D9%82%D8%A7%DB%8C%D9%82%20%D8%B4%D8%A8.jpg")], Pairs(ninjs, "associations", "type", "uri"));
        foreach (var secret in new[] { Text(request, "internalNote"), Text(request, "externalId") })
        {
            Assert.DoesNotContain(secret, ninjs.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_article_with_nothing_but_what_it_must_have_has_no_empty_members()
    {
        var source = await app.Editor.CreateSource("Sparse source");
        var article = await app.Editor.PublishArticle(source.Slug, "Sparse");

        var ninjs = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}/ninjs");

        Assert.All(ninjs, member => Assert.NotNull(member.Value));
        foreach (var absent in new[] { "descriptions", "people", "organisations", "places", "subjects", "associations", "by", "located", "expires", "embargoedUntil", "edNote" })
        {
            Assert.False(ninjs.ContainsKey(absent), absent);
        }
    }

    [Fact]
    public async Task A_withdrawn_article_is_canceled_with_its_notice_and_usable_when_it_is_back()
    {
        var source = await app.Editor.CreateSource("Source of the canceled");
        var article = await app.Editor.PublishArticle(source.Slug, "A headline to be forgotten", new { slug = "to-be-canceled" });
        var usable = await app.Reader.GetJson($"/api/v1/articles/{article.Id}/ninjs");

        article = await app.Editor.Withdraw(article, "It was not so.");

        var canceled = await app.Reader.GetJson($"/api/v1/articles/{article.Slug}/ninjs");
        Assert.Equal(("usable", "canceled", "partial"), (Text(usable, "pubStatus"), Text(canceled, "pubStatus"), Text(canceled, "representationType")));
        Assert.Equal("It was not so.", Text(canceled, "edNote"));
        Assert.Equal(Text(usable, "uri"), Text(canceled, "uri"));
        HoldsNoText(canceled);
        await app.Editor.Publish(article);
        Assert.Equal("usable", Text(await app.Reader.GetJson($"/api/v1/articles/{article.Id}/ninjs"), "pubStatus"));
    }

    [Fact]
    public async Task What_may_not_be_passed_on_is_withheld_until_it_is_cleared_and_again_after_that()
    {
        var source = await app.Editor.CreateSource("Source that prohibits", new { rights = new { redistribution = "prohibited" } });
        var article = await app.Editor.CreateArticle(source.Slug, "For this site alone");
        await app.Editor.Clear(article);
        article = await app.Editor.Publish(article);
        Assert.Equal("For this site alone", Text(await app.Reader.GetJson($"/api/v1/articles/{article.Id}"), "headline"));

        var withheld = await app.Reader.GetJson($"/api/v1/articles/{article.Id}/ninjs");

        Assert.Equal(("withheld", "partial"), (Text(withheld, "pubStatus"), Text(withheld, "representationType")));
        HoldsNoText(withheld);
        var clearance = await app.Editor.Clear(article, "syndication");
        var usable = await app.Reader.GetJson($"/api/v1/articles/{article.Id}/ninjs");
        Assert.Equal(("usable", "For this site alone"), (Text(usable, "pubStatus"), Text(usable["headlines"]![0]!, "value")));
        using var ended = await app.Editor.DeleteAsync($"/api/v1/editorial/articles/{article.Id}/rights-clearances/{clearance["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        HoldsNoText(await app.Reader.GetJson($"/api/v1/articles/{article.Id}/ninjs"));
    }

    [Fact]
    public async Task Addresses_answer_as_the_articles_own_do()
    {
        var source = await app.Editor.CreateSource("Source of addresses");
        var draft = await app.Editor.CreateArticle(source.Slug, "Never published");
        var article = await app.Editor.PublishArticle(source.Slug, "Under a new name", new { slug = "ninjs-former" });
        await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "ninjs-present" }));

        using var former = await app.Reader.GetAsync("/api/v1/articles/ninjs-former/ninjs");
        using var unpublished = await app.Reader.GetAsync($"/api/v1/articles/{draft.Slug}/ninjs");
        using var nobodys = await app.Reader.GetAsync($"/api/v1/articles/{Guid.CreateVersion7()}/ninjs");
        using var filtered = await app.Reader.GetAsync("/api/v1/articles/ninjs-present/ninjs?fields=headline");
        using var first = await app.Reader.GetAsync("/api/v1/articles/ninjs-present/ninjs");
        using var again = new HttpRequestMessage(HttpMethod.Head, "/api/v1/articles/ninjs-present/ninjs");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var known = await app.Reader.SendAsync(again);

        Assert.Equal(HttpStatusCode.PermanentRedirect, former.StatusCode);
        Assert.Equal("/api/v1/articles/ninjs-present/ninjs", former.Headers.Location!.ToString());
        await unpublished.Problem(HttpStatusCode.NotFound, "not-found");
        await nobodys.Problem(HttpStatusCode.NotFound, "not-found");
        await filtered.Problem(HttpStatusCode.BadRequest, "unknown-parameter");
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal($"article:{article.Id:N}", first.Headers.GetValues("Cache-Tag").Single());
    }

    private static void HoldsNoText(JsonObject ninjs)
    {
        foreach (var member in new[] { "headlines", "descriptions", "bodies", "by", "people", "organisations", "subjects", "associations", "renditions" })
        {
            Assert.False(ninjs.ContainsKey(member), member);
        }
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private static IEnumerable<(string, string)> Pairs(JsonNode node, string list, string one, string other) =>
        node[list]!.AsArray().Select(item => (Text(item!, one), Text(item!, other)));
}
