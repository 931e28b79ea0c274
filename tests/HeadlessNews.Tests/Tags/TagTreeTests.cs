using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Tags;

public sealed class TagTreeTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_parent_is_taken_by_slug_id_and_former_slug_and_an_unknown_one_is_refused()
    {
        var parent = await app.Editor.CreateTag("Parent", new { slug = "parent-of-old" });
        await app.Editor.Patch("tags", parent, new { slug = "parent-of-today" });

        foreach (var name in new[] { "parent-of-old", "parent-of-today", parent.Id.ToString() })
        {
            var child = await app.Editor.CreateTag("Child", new { parent = name });
            Assert.Equal("parent-of-today", child.Json["parent"]!["slug"]!.GetValue<string>());
        }
        using var unknown = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/tags", new { name = "Orphan", kind = "topic", parent = "nobody" });
        var problem = await unknown.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal("parent", Assert.Single(problem["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task No_tag_stands_below_itself_even_when_two_moves_close_the_ring_together()
    {
        var top = await app.Editor.CreateTag("Ring top");
        var middle = await app.Editor.CreateTag("Ring middle", new { parent = top.Slug });
        var bottom = await app.Editor.CreateTag("Ring bottom", new { parent = middle.Slug });
        foreach (var (tag, parent) in new[] { (top, top), (top, middle), (top, bottom), (middle, bottom) })
        {
            using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{tag.Id}", new { parent = parent.Slug }, tag.ETag);
            var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Equal("parent", Assert.Single(problem["errors"]!.AsObject()).Key);
        }

        for (var round = 0; round < 5; round++)
        {
            var (one, other) = (await app.Editor.CreateTag("Ring one"), await app.Editor.CreateTag("Ring other"));
            var answers = await Task.WhenAll(
                app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{one.Id}", new { parent = other.Slug }, one.ETag),
                app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{other.Id}", new { parent = one.Slug }, other.ETag));
            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity);
        }
    }

    [Fact]
    public async Task A_tag_with_tags_below_it_is_in_use()
    {
        var parent = await app.Editor.CreateTag("Kept parent");
        var child = await app.Editor.CreateTag("Only child", new { parent = parent.Slug });

        using var refused = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/tags/{parent.Id}", ifMatch: parent.ETag);
        Assert.Equal(1, (await refused.Problem(HttpStatusCode.Conflict, "in-use"))["usedBy"]!.GetValue<int>());

        foreach (var tag in new[] { child, parent })
        {
            using var delete = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/tags/{tag.Id}", ifMatch: tag.ETag);
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        }
    }

    [Fact]
    public async Task A_moved_tag_takes_its_articles_to_the_new_parents_list_and_counts()
    {
        var source = await app.Editor.CreateSource("Source of moves");
        var (from, to) = (await app.Editor.CreateTag("Moved from"), await app.Editor.CreateTag("Moved to"));
        var tag = await app.Editor.CreateTag("Moved tag", new { parent = from.Slug });
        var article = await app.Editor.PublishArticle(source.Slug, "Carries a moved tag", new { tags = new[] { tag.Slug } });
        Assert.Equal([article.Id], await Listed(from));
        Assert.Equal(1, (await app.Reader.GetJson($"/api/v1/tags/{from.Slug}"))["articleCount"]!.GetValue<int>());

        await app.Editor.Patch("tags", tag, new { parent = to.Slug });

        await Newsroom.Eventually(async () => (await Listed(to)).Count == 1, "the article stands in the new parent's list");
        Assert.Equal([article.Id], await Listed(to));
        Assert.Empty(await Listed(from));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/tags/{from.Slug}")).StatusCode);
        Assert.Equal("moved-to", (await app.Reader.GetJson($"/api/v1/tags/{tag.Slug}"))["parent"]!["slug"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_tag_is_found_by_its_alias_in_the_editors_list()
    {
        var tag = await app.Editor.CreateTag("Lighthouses", new { aliases = new[] { "Beacons", "فانوس" } });

        foreach (var text in new[] { "beac", Uri.EscapeDataString("فانوس") })
        {
            var page = await app.Editor.GetJson($"/api/v1/editorial/tags?q={text}");
            Assert.Equal([tag.Id], page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
        }
    }

    private async Task<List<Guid>> Listed(Saved tag) =>
        [.. (await app.Reader.GetJson($"/api/v1/articles?tag={tag.Slug}"))["items"]!.AsArray().Select((JsonNode? card) => card!["id"]!.GetValue<Guid>())];
}
