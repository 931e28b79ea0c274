using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>A small newsroom in several languages, each article with a text of its own.</summary>
public sealed class ManyTongues(TestPostgres postgres) : NewsApp(postgres)
{
    protected override async Task Prepare()
    {
        var wire = (await Editor.CreateSource("Harbour Wire")).Slug;
        var gazette = (await Editor.CreateSource("Quay Gazette")).Slug;
        var maren = (await Editor.CreateAuthor("Maren Tolliver")).Slug;
        var zoe = (await Editor.CreateAuthor("Zoë Müller")).Slug;
        var section = (await Editor.CreateTag("Coast", new { kind = "section" })).Slug;
        var shipping = (await Editor.CreateTag("Shipping", new { parent = section })).Slug;
        var number = 0;
        async Task Publish(string headline, string language, string text, string source, string[] authors, string[] tags, object? with = null)
        {
            var article = await Editor.CreateArticle(source, headline, new { language, authors, tags, body = Finding.Text(text), publishedAt = Finding.Minute(number++) });
            await Editor.Publish(with is null ? article : await Editor.Patch("articles", article, with));
        }
        await Publish("Ferries return at night", "en", "The night ferry left **on time**, said the captain.", wire, [maren], [shipping]);
        await Publish("A bridge for the island", "en-GB", "No ferry at night any more; the boats are sold.", gazette, [zoe], [section]);
        await Publish("Council votes", "en", "The budget of the harbours was passed.", wire, [zoe], [], new { summary = "A quiet evening with a café & <b>tea</b>." });
        await Publish("Neue Häuser am Hafen", "de", "Die Häuser der Fischer werden gebaut.", gazette, [zoe], [section]);
        await Publish("بازگشت کشتی‌ها", "fa", "او می‌رود به کتاب‌خانه در سال ۱۴۰۳.", wire, [], []);
        await Publish("المدرسة الجديدة", "ar", "كتب الطلاب في المدارس الكتاب.", wire, [], []);
        await Publish("Script <script>alert(1)</script> & <mark>ferryman</mark>", "en", "Plain.", wire, [], [], new { genre = "opinion" });
    }
}

public sealed class SearchTests(ManyTongues app) : IClassFixture<ManyTongues>
{
    private const string Ferries = "Ferries return at night";
    private const string Bridge = "A bridge for the island";
    private const string Council = "Council votes";
    private const string Haeuser = "Neue Häuser am Hafen";
    private const string Persian = "بازگشت کشتی‌ها";
    private const string Arabic = "المدرسة الجديدة";
    private const string Script = "Script <script>alert(1)</script> & <mark>ferryman</mark>";

    [Theory]
    // English: other forms of the word, in headline and text; case and accents.
    [InlineData("ferry", Bridge, Ferries)]
    [InlineData("FERRIES", Bridge, Ferries)]
    [InlineData("harbour", Council, Ferries, Arabic, Persian, Script)]
    [InlineData("voting council", Council)]
    [InlineData("cafe", Council)]
    [InlineData("zoe muller", Council, Bridge)]
    // German keeps its umlauts, and stems by its own rules.
    [InlineData("haus", Haeuser)]
    [InlineData("Fischers", Haeuser)]
    // Phrases, exclusion, either.
    [InlineData("\"night ferry\"", Ferries)]
    [InlineData("“night ferry”", Ferries)]
    [InlineData("\"ferry night\"")]
    [InlineData("ferry -captain", Bridge)]
    [InlineData("ferry -\"night ferry\"", Bridge)]
    [InlineData("captain or budget", Council, Ferries)]
    [InlineData("\"on time\" captain", Ferries)]
    // Names: byline, source, tags.
    [InlineData("tolliver", Ferries)]
    [InlineData("shipping ferry", Ferries)]
    // Persian: keyboards' spellings, with the joiner, in one and apart; digits.
    [InlineData("می‌رود", Persian)]
    [InlineData("میرود", Persian)]
    [InlineData("ميرود", Persian)]
    [InlineData("رود", Persian)]
    [InlineData("كشتي", Persian)]
    [InlineData("کشتی‌ها", Persian)]
    [InlineData("\"او می‌رود به\"", Persian)]
    [InlineData("1403", Persian)]
    [InlineData("١٤٠٣", Persian)]
    [InlineData("کتابخانه", Persian)]
    // Arabic: its stemmer, with and without vowel signs.
    [InlineData("مدرسة", Arabic)]
    [InlineData("كِتَاب", Arabic, Persian)]
    [InlineData("الكتب", Arabic)]
    // Nothing to look for, nothing found.
    [InlineData("the of and")]
    [InlineData("xylophone")]
    [InlineData("ferry & | ! ( ) : * ' \\ <->", Bridge, Ferries)]
    [InlineData("ferry:*", Bridge, Ferries)]
    [InlineData("fer:*")]
    [InlineData("#configuration:english")]
    public async Task Words_are_found(string query, params string[] headlines) =>
        Assert.Equal(headlines.Order(), (await app.Reader.Find(query)).Order());

    [Theory]
    [InlineData("source=harbour-wire", Ferries)]
    [InlineData("source=quay-gazette&author=zoe-muller", Bridge)]
    [InlineData("tag=shipping", Ferries)]
    [InlineData("section=coast", Bridge, Ferries)]
    [InlineData("section=shipping")]
    [InlineData("tag=coast&tag=shipping", Ferries)]
    [InlineData("language=en", Bridge, Ferries)]
    [InlineData("language=en-GB", Bridge)]
    [InlineData("language=de")]
    [InlineData("genre=opinion")]
    [InlineData("author=nobody")]
    [InlineData("from=2025-03-01T00:01:00Z", Bridge)]
    [InlineData("to=2025-03-01T00:01:00Z", Ferries)]
    [InlineData("from=2025-03-01T00:00:30Z&to=2025-03-01T00:00:40Z")]
    public async Task Filters_narrow_what_is_found(string filter, params string[] headlines)
    {
        Assert.Equal(headlines, await app.Reader.Find("ferry", $"&sort=newest&{filter}"));
        Assert.Equal(headlines.Order(), (await app.Reader.Find("ferry", $"&{filter}")).Order());
    }

    [Theory]
    [InlineData("-ferry", Script, Arabic, Persian, Haeuser, Council)]
    [InlineData("budget or -captain", Script, Arabic, Persian, Haeuser, Council, Bridge)]
    public async Task What_is_only_excluded_leaves_the_rest(string query, params string[] headlines) =>
        Assert.Equal(headlines, await app.Reader.Find(query));

    [Theory]
    [InlineData("ferry", Ferries, "<mark>Ferries</mark> return at night", null, "The night <mark>ferry</mark> left on time, said the captain.")]
    [InlineData("cafes tea", Council, "Council votes", "A quiet evening with a <mark>café</mark> &amp; &lt;b&gt;<mark>tea</mark>&lt;/b&gt;.", null)]
    [InlineData("haus", Haeuser, "Neue <mark>Häuser</mark> am Hafen", null, "Die <mark>Häuser</mark> der Fischer werden gebaut.")]
    [InlineData("ميرود 1403", Persian, Persian, null, "او <mark>می‌رود</mark> به کتاب‌خانه در سال <mark>۱۴۰۳</mark>.")]
    [InlineData("كشتي", Persian, "بازگشت <mark>کشتی</mark>‌ها", null, null)]
    [InlineData("كِتَاب", Arabic, Arabic, null, "كتب الطلاب في المدارس <mark>الكتاب</mark>.")]
    [InlineData("ferryman", Script, "Script &lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;mark&gt;<mark>ferryman</mark>&lt;/mark&gt;", null, null)]
    [InlineData("script plain", Script, "<mark>Script</mark> &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; &lt;mark&gt;ferryman&lt;/mark&gt;", null, "<mark>Plain</mark>.")]
    [InlineData("tolliver", Ferries, Ferries, null, null)]
    [InlineData("ferry -captain", Bridge, Bridge, null, "No <mark>ferry</mark> at night any more; the boats are sold.")]
    public async Task What_is_found_is_marked_in_its_own_spelling_and_nothing_else_is_HTML(string query, string found, string headline, string? summary, string? body)
    {
        var item = (await app.Reader.Search(query))["items"]!.AsArray().Single(item => item!["article"]!["headline"]!.GetValue<string>() == found)!;

        Assert.Equal(headline, item["highlights"]!["headline"]!.GetValue<string>());
        Assert.Equal(summary, item["highlights"]!["summary"]?.GetValue<string>());
        Assert.Equal(body, item["highlights"]!["body"]?.GetValue<string>());
    }

    [Fact]
    public async Task An_item_is_the_card_of_the_lists()
    {
        var card = (await app.Reader.GetJson("/api/v1/articles?tag=shipping"))["items"]!.AsArray().Single()!;

        var page = await app.Reader.Search("captain");

        Assert.True(JsonNode.DeepEquals(card, page["items"]!.AsArray().Single()!["article"]));
        Assert.Equal("""{"considered":1,"isComplete":true}""", page["matches"]!.ToJsonString());
        Assert.False(page.ContainsKey("facets"));
        Assert.Null(page["nextCursor"]);
        Assert.Null(page["didYouMean"]);
    }

    [Fact]
    public async Task The_headline_comes_before_the_text_and_the_new_before_the_old()
    {
        Assert.Equal([Ferries, Bridge], await app.Reader.Find("ferry", ""));
        Assert.Equal([Ferries, Bridge], await app.Reader.Find("ferry", "&sort=relevance"));
        Assert.Equal([Bridge, Ferries], await app.Reader.Find("ferry", "&sort=newest"));
    }

    [Theory]
    [InlineData("", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=%20%20", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=-", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=%22%22%20%22", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=LONG", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=MANY", "q", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=", "q", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=a&q=b", "q", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=ferry&sort=oldest", "sort", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=ferry&facets=true", "facets", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=ferry&facets=tags,tags", "facets", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=ferry&genre=poem", "genre", "malformed-parameter", HttpStatusCode.BadRequest)]
    [InlineData("?q=ferry&from=2025-01-02T00:00:00Z&to=2025-01-01T00:00:00Z", "to", "validation", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?q=ferry&before=x", "before", "unknown-parameter", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_searched_is_refused_by_name(string query, string name, string type, HttpStatusCode status)
    {
        var asked = query.Replace("LONG", new string('x', 201), StringComparison.Ordinal).Replace("MANY", string.Join("%20or%20", Enumerable.Repeat("a", 21)), StringComparison.Ordinal);

        using var response = await app.Reader.GetAsync($"/api/v1/search{asked}");

        var problem = await response.Problem(status, type);
        Assert.Equal(name, problem["errors"]!.AsObject().Single().Key);
    }

    [Theory]
    [InlineData("-a -b -c -d -e -f -g -h -i -j")]
    [InlineData("-\"the of\" -\"night ferry\" or -(ferry)")]
    [InlineData("a-b-c-d-e-f-g-h-i-j-k-l-m-n")]
    [InlineData("\"the of and\" ferry")]
    [InlineData("\"ferry")]
    [InlineData("or or or")]
    [InlineData("https://example.com/a?b=c&d='e'#f user@example.com 3.14 -42 v1.2.3")]
    [InlineData("🍎 🍏")]
    [InlineData("\u202Eferry\u200F")]
    [InlineData("'; DROP TABLE delivery.search; --")]
    public async Task Whatever_is_asked_is_answered(string query)
    {
        foreach (var sort in new[] { "relevance", "newest" })
        {
            var page = await app.Reader.Search(query, $"&sort={sort}&facets=tags,sources,authors,months");
            Assert.True(page["items"]!.AsArray().Count <= 7);
        }
    }

    [Fact]
    public async Task Nobody_keeps_an_answer()
    {
        foreach (var path in new[] { "/api/v1/search?q=ferry", "/api/v1/suggest?q=fer" })
        {
            using var response = await app.Reader.GetAsync(path);

            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
            Assert.Null(response.Headers.ETag);
            Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        }
    }
}
