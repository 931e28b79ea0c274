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

    private async Task<bool> Finds(Guid id, string words) =>
        (await app.Query("SELECT words @@ to_tsquery('english', $2) FROM delivery.search WHERE article_id = $1", reader => reader.GetBoolean(0), id, words)).SingleOrDefault();
}
