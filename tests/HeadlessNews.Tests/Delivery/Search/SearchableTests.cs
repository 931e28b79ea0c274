using HeadlessNews.Delivery.Search;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>What stands in the search's table: exactly what is live, as it is live.</summary>
public sealed class SearchableTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Only_what_is_live_is_found_and_as_it_was_published()
    {
        var source = (await app.Editor.CreateSource("Quay Gazette")).Slug;
        var draft = await app.Editor.CreateArticle(source, "Lighthouses reopened");
        Assert.False(await Finds(draft.Id, "lighthouse"));

        var published = await app.Editor.Publish(draft);
        Assert.True(await Finds(published.Id, "lighthouse & reopened:A & gazette:C & ferries:D"));

        var edited = await app.Editor.Patch("articles", published, new { headline = "Windmills reopened" });
        Assert.False(await Finds(published.Id, "windmill"));
        var updated = await app.Editor.Publish(edited);
        Assert.True(await Finds(published.Id, "windmill & !lighthouse"));

        await app.Editor.Withdraw(updated);
        Assert.False(await Finds(published.Id, "windmill"));
    }

    [Fact]
    public async Task A_rename_is_found_when_the_article_is_rendered_again()
    {
        var source = (await app.Editor.CreateSource("Estuary Post")).Slug;
        var author = await app.Editor.CreateAuthor("Lina Farrow");
        var article = await app.Editor.PublishArticle(source, with: new { authors = new[] { author.Slug } });
        Assert.True(await Finds(article.Id, "farrow:C"));

        await app.Editor.Patch("authors", author, new { name = "Lina Hedge" });

        await Newsroom.Eventually(async () => await Finds(article.Id, "hedge:C & !farrow"), "the article is found by its author's new name");
    }

    [Fact]
    public async Task A_very_long_article_is_published_and_found_by_what_comes_first()
    {
        var source = (await app.Editor.CreateSource("Long Reads")).Slug;
        var words = string.Join(' ', Enumerable.Range(0, 60_000).Select(number => $"w{number:x}q"));

        var article = await app.Editor.PublishArticle(source, with: new { body = new { format = "markdown", content = words } });

        Assert.True(await Finds(article.Id, "w7q & w100q"));
    }

    [Theory]
    [InlineData("squares")]
    [InlineData("hyphens")]
    [InlineData("addresses")]
    [InlineData("growing capitals")]
    public async Task Whatever_letters_become_a_body_of_any_length_fits_its_vector(string what)
    {
        var source = (await app.Editor.CreateSource()).Slug;
        var words = Enumerable.Range(0, 45_000).Select(nth => what switch
        {
            // Folded, each square is a word of some four letters of three bytes.
            "squares" => string.Concat((char)(0x3300 + nth % 80), (char)(0x3300 + nth / 80 % 80), (char)(0x3300 + nth / 6400), '㌖', '㌖'),
            "hyphens" => $"{(char)(0x4E00 + nth % 20_000)}-{(char)(0xAC00 + nth % 11_000)}",
            "addresses" => $"{(char)('a' + nth % 26)}{nth / 26 % 36:x}.{(char)('a' + nth / 936 % 26)}b/{nth:x}",
            _ => $"{string.Concat(Enumerable.Range(0, 16).Select(bit => (nth >> bit & 1) == 0 ? 'Ⱥ' : 'Ⱦ'))}-{nth:x}",
        });
        // As much as is looked at.
        var body = string.Join(' ', words)[..SearchText.LongestBody];

        var article = await app.Editor.PublishArticle(source, "Harbour of all letters", new { body = new { format = "markdown", content = body } });

        Assert.True(await Finds(article.Id, "harbour:A"));
    }

    private async Task<bool> Finds(Guid id, string words) =>
        (await app.Query("SELECT words @@ to_tsquery('english', $2) FROM delivery.search WHERE article_id = $1", reader => reader.GetBoolean(0), id, words)).SingleOrDefault();
}
