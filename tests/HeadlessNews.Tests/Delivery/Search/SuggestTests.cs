using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>Names that begin alike, some of them with nothing published.</summary>
public sealed class ManyNames(TestPostgres postgres) : NewsApp(postgres)
{
    protected override async Task Prepare()
    {
        var source = (await Editor.CreateSource("Marrow Bay Post")).Slug;
        await Editor.CreateSource("Marrow Silent");
        var maren = (await Editor.CreateAuthor("Maren Tolliver")).Slug;
        var zoe = (await Editor.CreateAuthor("Zoë Marr-O'Neill")).Slug;
        var persian = (await Editor.CreateAuthor("لیلا کریمی", new { slug = "leila-karimi" })).Slug;
        await Editor.CreateAuthor("Martha Unheard");
        var maritime = (await Editor.CreateTag("Maritime law", new { aliases = new[] { "Admiralty rules", "حقوق دریایی" } })).Slug;
        await Editor.PublishArticle(source, "Marrow Bay votes", new { authors = new[] { maren }, tags = new[] { maritime }, publishedAt = Finding.Minute(1) });
        await Editor.PublishArticle(source, "Market opens", new { authors = new[] { maren, zoe }, publishedAt = Finding.Minute(2) });
        await Editor.PublishArticle(source, "نیم‌فاصله در خبر", new { language = "fa", authors = new[] { persian }, slug = "half-space", publishedAt = Finding.Minute(3) });
        await Editor.CreateArticle(source, "Marsh in draft");
        await Editor.PublishArticle(source, "Harbour ferry late", new { publishedAt = Finding.Minute(4), body = new { format = "markdown", content = "Two capstans were lost." } });
        await Editor.PublishArticle(source, "Berry picking", new { publishedAt = Finding.Minute(5) });
        await Editor.PublishArticle(source, "Berry harvest", new { publishedAt = Finding.Minute(6) });
    }
}

public sealed class SuggestTests(ManyNames app) : IClassFixture<ManyNames>
{
    [Theory]
    [InlineData("mar", "Marrow Bay Post", "Maren Tolliver", "Maritime law", "Zoë Marr-O'Neill", "Market opens", "Marrow Bay votes")]
    [InlineData("MARROW b", "Marrow Bay Post", "Marrow Bay votes")]
    [InlineData("marrow-bay", "Marrow Bay Post", "Marrow Bay votes")]
    [InlineData("toll", "Maren Tolliver")]
    [InlineData("zoe", "Zoë Marr-O'Neill")]
    [InlineData("o'n", "Zoë Marr-O'Neill")]
    [InlineData("law", "Maritime law")]
    [InlineData("admir", "Maritime law")]
    [InlineData("RUL", "Maritime law")]
    [InlineData("درياي", "Maritime law")]
    [InlineData("votes")]
    [InlineData("لیلا", "لیلا کریمی")]
    [InlineData("ليلا كر", "لیلا کریمی")]
    [InlineData("کریم", "لیلا کریمی")]
    [InlineData("leila", "لیلا کریمی")]
    [InlineData("نیم فا", "نیم‌فاصله در خبر")]
    [InlineData("نيم‌فا", "نیم‌فاصله در خبر")]
    [InlineData("half", "نیم‌فاصله در خبر")]
    [InlineData("martha")]
    [InlineData("marsh")]
    [InlineData("ar")]
    public async Task What_begins_so_is_suggested(string typed, params string[] names) => Assert.Equal(names, await Suggest(typed));

    [Theory]
    [InlineData("&kinds=author", "Maren Tolliver", "Zoë Marr-O'Neill")]
    [InlineData("&kinds=tag,source", "Marrow Bay Post", "Maritime law")]
    [InlineData("&kinds=article", "Market opens", "Marrow Bay votes")]
    [InlineData("&kinds=article&limit=1", "Market opens")]
    [InlineData("&limit=2", "Marrow Bay Post", "Maren Tolliver")]
    public async Task Kinds_and_number_can_be_asked_for(string more, params string[] names) => Assert.Equal(names, await Suggest("mar", more));

    [Fact]
    public async Task A_suggestion_leads_to_its_record()
    {
        foreach (var item in (await app.Reader.GetJson("/api/v1/suggest?q=mar"))["items"]!.AsArray())
        {
            var record = await app.Reader.GetJson($"/api/v1/{item!["kind"]}s/{item["slug"]}");

            Assert.Equal(item["id"]!.ToString(), record["id"]!.ToString());
            Assert.Equal(item["name"]!.ToString(), (record["name"] ?? record["headline"])!.ToString());
        }
    }

    [Theory]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "validation", "q")]
    [InlineData("?q=%20-", HttpStatusCode.UnprocessableEntity, "validation", "q")]
    [InlineData("?q=LONG", HttpStatusCode.UnprocessableEntity, "validation", "q")]
    [InlineData("?q=a&kinds=front", HttpStatusCode.BadRequest, "malformed-parameter", "kinds")]
    [InlineData("?q=a&limit=0", HttpStatusCode.UnprocessableEntity, "validation", "limit")]
    [InlineData("?q=a&sort=newest", HttpStatusCode.BadRequest, "unknown-parameter", "sort")]
    public async Task What_cannot_be_suggested_from_is_refused_by_name(string query, HttpStatusCode status, string type, string name)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/suggest{query.Replace("LONG", new string('x', 101), StringComparison.Ordinal)}");

        Assert.Equal(name, (await response.Problem(status, type))["errors"]!.AsObject().Single().Key);
    }

    [Theory]
    [InlineData("maritme", "maritime")]
    [InlineData("Marekt opens", "Market opens")]
    [InlineData("MAREKT Opens", "MARKET Opens")]
    [InlineData("Tolivver", "Tolliver")]
    // The nearest to the second word is more frequent elsewhere, and one of them is nearest by its first letter.
    [InlineData("harbuor zerry", "harbour ferry")]
    [InlineData("Harbuor Zerry", "Harbour Ferry")]
    [InlineData("harbuor fery laet", "harbour ferry late")]
    // As it stands in a text, which mends nothing.
    [InlineData("harbuor capstans", "harbour capstans")]
    [InlineData("tolivver", "tolliver")]
    [InlineData("market opnes", "market opens")]
    [InlineData("maket opnes", "market opens")]
    [InlineData("\"marrow bey\"", "\"marrow bay\"")]
    [InlineData("کریمس", "کریمی")]
    // Nothing near; known, but not together; found.
    [InlineData("xylophone", null)]
    [InlineData("maritime opens", null)]
    [InlineData("market", null)]
    // A draft's, a withdrawn author's: nothing published has them.
    [InlineData("marshh", null)]
    [InlineData("marthe", null)]
    public async Task What_was_mistyped_is_mended_when_that_finds_something(string query, string? mended)
    {
        var page = await app.Reader.Search(query);

        Assert.Equal(mended, page["didYouMean"]?.GetValue<string>());
        if (mended is not null)
        {
            Assert.Empty(page["items"]!.AsArray());
            Assert.NotEmpty(await app.Reader.Find(mended));
        }
    }

    [Fact]
    public async Task What_is_offered_finds_something_with_the_same_filters()
    {
        Assert.Equal("market", (await app.Reader.Search("markett", "&language=en"))["didYouMean"]!.GetValue<string>());
        Assert.Null((await app.Reader.Search("markett", "&language=fa"))["didYouMean"]);
        Assert.Null((await app.Reader.Search("markett", "&author=nobody"))["didYouMean"]);
    }

    private async Task<string[]> Suggest(string typed, string more = "") =>
        [.. (await app.Reader.GetJson($"/api/v1/suggest?q={Uri.EscapeDataString(typed)}{more}"))["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>())];
}
