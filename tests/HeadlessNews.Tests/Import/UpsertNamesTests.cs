using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Authors and tags as a script names them.</summary>
public sealed class UpsertNamesTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Slugs_ids_and_names_in_any_case_are_found()
    {
        var source = await app.Editor.CreateSource("Naming Wire");
        var authors = new[] { await app.Editor.CreateAuthor("Inès Calloway"), await app.Editor.CreateAuthor("Callum Dray"), await app.Editor.CreateAuthor("Editorial staff") };
        var tag = await app.Editor.CreateTag("Night Trains");

        using var made = await app.Editor.Upsert(source.Slug, "N-1", new { authors = new[] { "INÈS CALLOWAY", authors[1].Id.ToString(), authors[2].Slug }, tags = new[] { "night trains" } });

        var article = await made.Article();
        Assert.Equal(authors.Select(author => author.Id), article.Json["authors"]!.AsArray().Select(author => author!["id"]!.GetValue<Guid>()));
        Assert.Equal(tag.Id, article.Json["tags"]!.AsArray().Single()!["id"]!.GetValue<Guid>());
        // Whatever it is called by, it is the same article.
        using var same = await app.Editor.Upsert(source.Slug, "N-1", new { authors = new[] { authors[0].Slug, "callum dray", "EDITORIAL STAFF" }, tags = new[] { tag.Slug } });
        Assert.True(same.IsUnchanged());
    }

    [Fact]
    public async Task A_name_that_two_have_is_refused_and_says_so()
    {
        var source = await app.Editor.CreateSource("Ambiguous Wire");
        await app.Editor.CreateAuthor("Jo Twin");
        await app.Editor.CreateAuthor("jo twin");

        using var refused = await app.Editor.Upsert(source.Slug, "A-1", new { authors = new[] { "Jo Twin" } }, "&create=authors");

        var (path, rules) = (await refused.Problem(HttpStatusCode.UnprocessableEntity, "validation"))["errors"]!.AsObject().Single();
        Assert.Equal("authors[0]", path);
        Assert.Contains("several authors", rules!.AsArray().Single()!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_under_two_names_is_refused()
    {
        var source = await app.Editor.CreateSource("Double Wire");
        var tag = await app.Editor.CreateTag("Twice Named");

        using var refused = await app.Editor.Upsert(source.Slug, "D-1", new { tags = new[] { "twice named", tag.Slug } });

        Assert.Equal("tags[1]", (await refused.Problem(HttpStatusCode.UnprocessableEntity))["errors"]!.AsObject().Single().Key);
    }

    [Fact]
    public async Task Unknown_names_are_made_when_that_is_asked_for_and_stand_in_the_log_and_in_front_of_readers()
    {
        var source = await app.Editor.CreateSource("Making Wire");

        using var made = await app.Editor.Upsert(source.Slug, "M-1", new { authors = new[] { "Made Author" }, tags = new[] { "Made Tag", "made tag 2" } }, "&create=authors,tags&publish=true");

        var article = await made.Article();
        var author = article.Json["authors"]!.AsArray().Single()!.AsObject();
        Assert.Equal(("made-author", "Made Author"), (author["slug"]!.GetValue<string>(), author["name"]!.GetValue<string>()));
        Assert.Equal(["author.changed", "author.listed"], await app.Events(author["id"]!.GetValue<Guid>()));
        Assert.Equal("Made Author", (await app.Reader.GetJson("/api/v1/authors/made-author"))["name"]!.GetValue<string>());
        Assert.Equal(1, (await app.Reader.GetJson("/api/v1/tags/made-tag-2"))["articleCount"]!.GetValue<int>());
        // One of the two is not asked for.
        using var refused = await app.Editor.Upsert(source.Slug, "M-2", new { authors = new[] { "Another Author" }, tags = new[] { "Another Tag" } }, "&create=tags");
        Assert.Equal(["authors[0]"], (await refused.Problem(HttpStatusCode.UnprocessableEntity))["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal(0L, (await app.Query("SELECT count(*) FROM editorial.tags WHERE slug = 'another-tag'", row => row.GetInt64(0))).Single());
    }

    [Fact]
    public async Task Related_articles_are_named_by_slug_id_or_external_id()
    {
        var source = await app.Editor.CreateSource("Related Wire");
        using var first = await app.Editor.Upsert(source.Slug, "https://related.example/1", new { headline = "First of three" });
        using var second = await app.Editor.Upsert(source.Slug, "REL-2", new { headline = "Second of three" });
        var named = new[] { await first.Article(), await second.Article() };

        using var made = await app.Editor.Upsert(source.Slug, "REL-3", new { related = new object[] { new { article = "https://related.example/1" }, new { article = named[1].Slug, kind = "background" } } });

        Assert.Equal(named.Select(other => other.Id), (await made.Article()).Json["related"]!.AsArray().Select(other => other!["article"]!["id"]!.GetValue<Guid>()));
    }
}
