using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class LongArticleTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string PersianParagraph =
        "«ما هر شب کشتی را دیدیم»، نگهبانِ بندر می‌گوید؛ «۱۱ سال است که چراغ را روشن نگه می‌داریم — و هیچ‌کس نپرسید چرا…»";

    /// <summary>Some nine hundred words as a reporter files them: quotes that curl, dashes, ellipses, a paragraph in another script.</summary>
    private static readonly string[] Paragraphs =
    [
        .. Enumerable.Range(1, 9).SelectMany(hour => new[]
        {
            string.Create(CultureInfo.InvariantCulture,
                $"At {hour} o’clock the night ferry – eleven years late, by the harbour master’s reckoning – left Marrow Bay with {hour * 17} passengers aboard, a crew of nine and the mayor, who had promised to stay awake until Tarrow and did not quite manage it… Nobody woke him."),
            string.Create(CultureInfo.InvariantCulture,
                $"“We sold out {hour} nights of fourteen,” said the harbour master. “That is not a timetable, that is a ‘queue’ — and a queue, as anyone on this quay will tell you, is the beginning of an argument.” The argument, as it turned out, began before the ropes were off: who pays for the café’s lights, Müller & Søn or the port?"),
        }),
        PersianParagraph,
        "The fare stays at £12.50; children, naïvely, travel free. “Until June,” the staff added, “or until somebody counts them.”",
    ];

    [Fact]
    public async Task Nine_hundred_words_survive_from_the_editor_to_the_public_to_the_last_character()
    {
        const string notice = "© 2026 Harbour Wire Ltd — “all rights reserved”";
        var source = await app.Editor.CreateSource("Harbour Wire", new { rights = new { copyrightNotice = notice, redistribution = "attribution" } });
        var person = await app.Editor.CreateAuthor("Inès Calloway");
        var staff = await app.Editor.CreateAuthor("Editorial staff", new { kind = "organization" });
        var tags = new List<Saved>();
        foreach (var name in new[] { "Shipping", "Marrow Bay", "Tarrow", "کشتیرانی", "Ferries" })
        {
            tags.Add(await app.Editor.CreateTag(name));
        }
        const string headline = "“Until somebody counts them” – the night ferry’s first season";
        var summary = $"{PersianParagraph} — in eleven words…";
        var content = string.Join("\r\n\r\n", Paragraphs) + "\r\n";

        using var create = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", new
        {
            headline,
            summary,
            language = "en-GB",
            source = source.Slug,
            authors = new[] { person.Slug, staff.Slug },
            tags = tags.Select(tag => tag.Slug),
            body = new { format = "markdown", content },
        });
        Assert.Equal(HttpStatusCode.Created, create.StatusCode);
        using var read = await app.Editor.GetAsync(create.Headers.Location);
        var draft = JsonNode.Parse(await read.Content.ReadAsStringAsync())!;
        Assert.Equal((headline, summary, content), (Text(draft, "headline"), Text(draft, "summary"), Text(draft["body"]!, "content")));
        Assert.Equal(await create.Content.ReadAsStringAsync(), await read.Content.ReadAsStringAsync());
        using var publish = await app.Editor.Send(HttpMethod.Post, $"{create.Headers.Location}/publish", ifMatch: read.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, publish.StatusCode);

        var document = await app.Reader.GetJson($"/api/v1/articles/{Text(draft, "slug")}");

        Assert.Equal((headline, summary), (Text(document, "headline"), Text(document, "summary")));
        var (html, text) = (Text(document["body"]!, "html"), Text(document["body"]!, "text"));
        Assert.Equal(string.Concat(Paragraphs.Select(paragraph => $"<p>{paragraph.Replace("&", "&amp;", StringComparison.Ordinal)}</p>\n")), html);
        Assert.Equal(Paragraphs, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.InRange(document["wordCount"]!.GetValue<int>(), 900, 1000);
        Assert.InRange(document["readingMinutes"]!.GetValue<int>(), 4, 5);
        Assert.Equal("Inès Calloway and Editorial staff", Text(document, "byline"));
        Assert.Equal(["person", "organization"], document["authors"]!.AsArray().Select(author => Text(author!, "kind")));
        Assert.Equal((notice, "attribution"), (Text(document["rights"]!, "copyrightNotice"), Text(document["rights"]!, "redistribution")));
        Assert.Equal(tags.Select(tag => (tag.Id, Text(tag.Json, "name"))), document["tags"]!.AsArray().Select(tag => (tag!["id"]!.GetValue<Guid>(), Text(tag, "name"))));
        Assert.Equal(content, Text((await app.Editor.GetJson(create.Headers.Location!.ToString()))["body"]!, "content"));
    }

    private static string Text(JsonNode json, string member) => json[member]!.GetValue<string>();
}
