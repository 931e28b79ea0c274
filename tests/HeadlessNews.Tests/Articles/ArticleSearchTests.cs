using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleSearchTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Text_is_found_in_headline_kicker_summary_and_slug_and_an_external_id_only_whole()
    {
        var source = await app.Editor.CreateSource("Source of finds");
        var headline = await app.Editor.CreateArticle(source.Slug, "Zeppelin over the Harbour");
        var kicker = await app.Editor.CreateArticle(source.Slug, "Plain one", new { kicker = "The ZEPPELIN" });
        var summary = await app.Editor.CreateArticle(source.Slug, "Plain two", new { summary = "Two lines.\nOne zeppelin." });
        var slug = await app.Editor.CreateArticle(source.Slug, "Plain three", new { slug = "zeppelin-three" });
        var external = await app.Editor.CreateArticle(source.Slug, "Plain four", new { externalId = "zeppelin" });
        await app.Editor.CreateArticle(source.Slug, "Plain five", new { externalId = "zeppelin-5", internalNote = "zeppelin", body = new { format = "markdown", content = "zeppelin" } });
        var accented = await app.Editor.CreateArticle(source.Slug, "Älvsborg får nytt luftskepp");
        var persian = await app.Editor.CreateArticle(source.Slug, "کشتی هوایی بر فراز بندر", new { language = "fa" });
        var odd = await app.Editor.CreateArticle(source.Slug, @"100%_of \ it", new { slug = "odd-letters" });

        foreach (var (q, expected) in new (string, Saved[])[]
        {
            ("zeppelin", [external, slug, summary, kicker, headline]),
            ("ZEPPELIN", [slug, summary, kicker, headline]),
            ("eppeli", [slug, summary, kicker, headline]),
            ("zeppelin over the harbour", [headline]),
            // A hasty paste.
            (" harbour\u00A0", [headline]),
            ("älvsborg", [accented]),
            ("فراز", [persian]),
            ("0%_o", [odd]),
            (@"\ it", [odd]),
            ("%", [odd]),
            ("_", [odd]),
            ("رب", []),
            ("بر", [persian]),
            ("no such text", []),
            // Not across two fields.
            ("harbour zeppelin", []),
        })
        {
            var found = await app.Contributor.Ids($"source={source.Slug}&q={Uri.EscapeDataString(q)}");
            Assert.True(expected.Select(article => article.Id).SequenceEqual(found), $"{q}: {found.Count} found");
        }
        await app.Editor.Patch("articles", headline, new { headline = "Airship over the harbour" });
        Assert.DoesNotContain(headline.Id, await app.Editor.Ids("q=zeppelin%20over"));
    }

    [Theory]
    [InlineData("needle", true)]
    [InlineData("ab", false)]
    [InlineData("a b-c d", false)]
    [InlineData("فار", true)]
    [InlineData("%%%%", false)]
    public async Task Text_is_looked_up_only_where_it_has_three_letters_in_a_row(string text, bool isLookedUp)
    {
        await using var scope = app.Services.CreateAsyncScope();

        var found = await ArticleSearch.FindFew(scope.ServiceProvider.GetRequiredService<NewsDbContext>(), text, 10, CancellationToken.None);

        Assert.Equal(isLookedUp, found is not null);
    }

    [Fact]
    public async Task What_too_many_have_is_not_counted_to_the_end()
    {
        var source = await app.Editor.CreateSource("Source of the common");
        for (var nth = 0; nth < 4; nth++)
        {
            await app.Editor.CreateArticle(source.Slug, $"Commonplace {nth}");
        }
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();

        Assert.Null(await ArticleSearch.FindFew(db, "commonplace", 3, CancellationToken.None));
        Assert.Equal(4, (await ArticleSearch.FindFew(db, "commonplace", 4, CancellationToken.None))!.Length);
    }
}

/// <summary>More articles than one page of a walk looks at.</summary>
public sealed class LongNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    public const int Many = ArticleSearch.MostProbes + 500;

    protected override Task Prepare() => ArticleRows.Insert(Databases.Editorial, Many);
}

public sealed class ArticleWalkTests(LongNewsroom app) : IClassFixture<LongNewsroom>
{
    [Theory]
    [InlineData("updated")]
    [InlineData("published")]
    public async Task What_is_too_short_to_look_up_is_walked_to_in_bounded_steps_and_found_once(string sort)
    {
        // The last of the list in both orders, past the first step.
        await app.Query("UPDATE editorial.articles SET kicker = 'Ω' WHERE slug = 'row-1' RETURNING id", row => row.GetGuid(0));

        var first = await app.Editor.GetJson($"{EditorCards.List}?q=%CF%89&sort={sort}");

        Assert.Empty(first["items"]!.AsArray());
        Assert.NotNull(first["nextCursor"]);
        Assert.Equal(["row-1"], (await app.Editor.Cards($"q=%CF%89&sort={sort}")).Select(card => card["slug"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_thousands_have_is_read_whole_and_once_page_by_page()
    {
        var whole = await app.Editor.Ids("sort=published");

        Assert.Equal(LongNewsroom.Many, whole.Count);
        Assert.Equal(whole, await app.Editor.Ids("sort=published&q=headline"));
        Assert.Equal(whole.Order(), (await app.Editor.Ids("q=he")).Order());
    }
}
