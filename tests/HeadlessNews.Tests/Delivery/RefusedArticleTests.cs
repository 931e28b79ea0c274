using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Delivery.Coverage;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

/// <summary>What the database refuses holds up nothing else, and is done when the database takes it.</summary>
public sealed class RefusedArticleTests(Wires app) : IClassFixture<Wires>
{
    [Theory]
    [InlineData("search", true)]
    [InlineData("articles", false)]
    public async Task An_article_that_cannot_be_rendered_again_holds_up_neither_others_nor_later_renames(string table, bool canBeMarked)
    {
        var (source, author, later) = (await app.Editor.CreateSource(), await app.Editor.CreateAuthor(), await app.Editor.CreateTag());
        var with = new { authors = new[] { author.Slug }, tags = new[] { later.Slug } };
        var articles = new List<Saved>();
        for (var nth = 0; nth < 3; nth++)
        {
            articles.Add(await app.Editor.PublishArticle(source.Slug, with: with));
        }
        var refused = articles[1];
        await Refuse(table, "article_id", refused.Id);

        await app.Editor.Patch("authors", author, new { name = "Renamed author" });
        await app.Editor.Patch("tags", later, new { name = "Renamed later" });

        foreach (var article in articles.Where(one => one != refused))
        {
            await Newsroom.Eventually(async () => await Shows(article, "Renamed author") && await Shows(article, "Renamed later"), "the others are rendered");
        }
        await Newsroom.Eventually(ReaderIsAtTheHead, "the reader is done");
        Assert.False(await Shows(refused, "Renamed author"));
        Assert.Equal(canBeMarked ? 0 : Renderer.Version, await app.Databases.Editorial.Ask<int>("SELECT render_version FROM delivery.articles WHERE article_id = $1", refused.Id));

        await Admit(table);

        await Newsroom.Eventually(async () => await Shows(refused, "Renamed author") && await Shows(refused, "Renamed later"), "the one is rendered", seconds: 90);
        Assert.Equal(Renderer.Version, await app.Databases.Editorial.Ask<int>("SELECT render_version FROM delivery.articles WHERE article_id = $1", refused.Id));
    }

    [Fact]
    public async Task A_directory_entry_that_cannot_be_written_holds_up_no_other_rename()
    {
        var (source, refused, other) = (await app.Editor.CreateSource(), await app.Editor.CreateTag(), await app.Editor.CreateTag());
        var one = await app.Editor.PublishArticle(source.Slug, with: new { tags = new[] { refused.Slug } });
        var two = await app.Editor.PublishArticle(source.Slug, with: new { tags = new[] { other.Slug } });
        await Refuse("directory", "id", refused.Id);

        await app.Editor.Patch("tags", refused, new { name = "Renamed refused" });
        await app.Editor.Patch("tags", other, new { name = "Renamed other" });

        await Newsroom.Eventually(async () => await Shows(two, "Renamed other") && await IsCalled(other, "Renamed other"), "the other rename is followed");
        Assert.False(await IsCalled(refused, "Renamed refused"));

        await Admit("directory");

        await Newsroom.Eventually(async () => await Shows(one, "Renamed refused") && await IsCalled(refused, "Renamed refused"), "the rename is followed", seconds: 90);
    }

    [Fact]
    public async Task An_article_whose_neighbours_cannot_be_found_holds_up_no_other()
    {
        const string stories = "SELECT count(*) FROM delivery.stories WHERE article_id = $1";
        const string due = "SELECT count(*) FROM delivery.neighbours_due WHERE article_id = $1";
        var source = await app.Editor.CreateSource();
        var refused = await app.Editor.CreateArticle(source.Slug);
        await Refuse("stories", "article_id", refused.Id);

        await app.Editor.Publish(refused);
        var other = await app.Editor.PublishArticle(source.Slug);

        await Newsroom.Eventually(() => app.Databases.Editorial.Ask<bool>($"SELECT ({stories}) = 1", other.Id), "the other is looked at");
        // Those that came together are followed together, and what failed is noted after the others.
        await Newsroom.Eventually(() => app.Databases.Editorial.Ask<bool>($"SELECT ({stories}) = 0 AND ({due}) = 1", refused.Id), "the one waits to be tried again");

        await Admit("stories");

        await Newsroom.Eventually(() => app.Databases.Editorial.Ask<bool>($"SELECT ({stories}) = 1 AND ({due}) = 0", refused.Id), "the one is looked at", seconds: 90);
    }

    private async Task Refuse(string table, string key, Guid id)
    {
        await using var owner = await app.OpenAsOwner();
        await owner.Do(
            $"""
            CREATE OR REPLACE FUNCTION delivery.refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'string is too long for tsvector' USING ERRCODE = '54000'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON delivery.{table} FOR EACH ROW WHEN (NEW.{key} = '{id}') EXECUTE FUNCTION delivery.refuse()
            """);
    }

    private async Task Admit(string table)
    {
        await using var owner = await app.OpenAsOwner();
        await owner.Do($"DROP TRIGGER refuse ON delivery.{table}");
    }

    private Task<bool> ReaderIsAtTheHead() => app.Databases.Editorial.Ask<bool>(
        "SELECT reader.position = head.position AND working_on IS NULL FROM log.readers AS reader, log.head AS head WHERE reader.name = 'rerender'");

    private async Task<bool> Shows(Saved article, string name) =>
        (await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString().Contains(name, StringComparison.Ordinal);

    private async Task<bool> IsCalled(Saved tag, string name)
    {
        JsonObject entry = await app.Reader.GetJson($"/api/v1/tags/{tag.Id}");
        return entry["name"]!.GetValue<string>() == name;
    }
}
