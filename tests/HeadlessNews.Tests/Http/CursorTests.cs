using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Delivery;
using HeadlessNews.Tests.Infrastructure;
using HeadlessNews.Tests.Webhooks;

namespace HeadlessNews.Tests.Http;

/// <summary>A service with enough of everything for each list to have a second page.</summary>
public sealed class TwoPages(TestPostgres postgres) : NewsApp(postgres)
{
    private Guid revised;

    /// <summary>The list's address; of a list below a record, on a record whose list has three.</summary>
    public string AddressOf(string path) => path.Replace("{id}", $"{revised}", StringComparison.Ordinal);

    protected override async Task Prepare()
    {
        foreach (var n in new[] { "one", "two", "three" })
        {
            var source = await Editor.CreateSource($"Wire {n}");
            var author = await Editor.CreateAuthor($"Author {n}");
            var tag = await Editor.CreateTag($"Tag {n}");
            await Editor.Create("fronts", new { name = $"Front {n}" });
            await Admin.CreateWebhook($"http://localhost:1/{n}");
            var article = await Editor.PublishArticle(source.Slug, $"Headline {n}", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug }, expiresAt = "2126-01-01T00:00:00Z" });
            article = await Editor.Patch("articles", article, new { kicker = "Second" });
            revised = (await Editor.Patch("articles", article, new { kicker = "Third" })).Id;
        }
        foreach (var collection in new[] { "authors", "sources", "tags" })
        {
            using var refused = await Contributor.Send(HttpMethod.Post, $"/api/v1/editorial/{collection}", new { });
            await refused.Problem(HttpStatusCode.Forbidden);
        }
        await Newsroom.Eventually(async () => (await Admin.GetJson("/api/v1/editorial/audit/refusals"))["items"]!.AsArray().Count == 3, "three refusals are there");
    }
}

public sealed class CursorTests(TwoPages app) : IClassFixture<TwoPages>
{
    /// <summary>What is found by words is no list without them, and what is kept in step has no end: SearchLifeTests and SyncTests read their pages.</summary>
    public static TheoryData<string> Lists =>
    [
        .. Operations.All.Where(operation => operation.Parameter("after") is not null && !operation.Path.Contains('{') && operation.Id is not ("SearchArticles" or "Sync"))
            .Select(operation => operation.Path),
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Following_next_reads_a_list_whole_and_once(string path)
    {
        path = app.AddressOf(path);
        var whole = await app.Admin.GetJson($"{path}?limit=100");
        var ids = new List<string>();
        var next = $"{path}?limit=1";
        while (true)
        {
            using var response = await app.Admin.GetAsync(next);
            var page = await app.Admin.GetJson(next);
            ids.AddRange(page["items"]!.AsArray().Select(Key));
            if (page["nextCursor"] is null)
            {
                Assert.Null(response.LinkTo("next"));
                break;
            }
            // The Link header and nextCursor are two words for one thing.
            next = response.LinkTo("next")!;
            Assert.Equal($"{path}?limit=1&after={page["nextCursor"]}", next);
        }

        Assert.True(ids.Count >= 3);
        Assert.Equal(whole["items"]!.AsArray().Select(Key), ids);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_cursor_is_refused_on_every_other_list(string path)
    {
        var cursor = await CursorOf(path);
        foreach (var other in Lists.Select(row => row.Data).Where(other => other != path))
        {
            using var response = await app.Admin.GetAsync($"{app.AddressOf(other)}?after={cursor}");

            await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
        }
    }

    [Theory]
    [InlineData("/api/v1/articles", "language=en")]
    [InlineData("/api/v1/articles", "source=wire-one")]
    [InlineData("/api/v1/editorial/articles", "q=Headline")]
    [InlineData("/api/v1/editorial/articles", "status=published")]
    [InlineData("/api/v1/editorial/authors", "kind=person")]
    [InlineData("/api/v1/editorial/sources", "kind=agency")]
    [InlineData("/api/v1/editorial/tags", "q=Tag")]
    [InlineData("/api/v1/editorial/audit", "type=article.*")]
    [InlineData("/api/v1/editorial/audit/refusals", "kind=forbidden")]
    public async Task A_cursor_is_refused_with_other_filters(string path, string filter)
    {
        var cursor = await CursorOf(path);

        using var response = await app.Admin.GetAsync($"{path}?{filter}&after={cursor}");

        await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_cursor_is_refused_when_a_character_is_changed_or_lost(string path)
    {
        var cursor = await CursorOf(path);
        for (var i = 0; i < cursor.Length; i += 3)
        {
            var changed = new StringBuilder(cursor) { [i] = cursor[i] == 'A' ? 'B' : 'A' }.ToString();
            foreach (var forged in new[] { changed, cursor.Remove(i, 1), cursor[..i] }.Where(text => text.Length > 0))
            {
                using var response = await app.Admin.GetAsync($"{app.AddressOf(path)}?after={forged}");

                await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
            }
        }
    }

    [Fact]
    public async Task The_next_link_keeps_the_filters()
    {
        using var response = await app.Reader.GetAsync("/api/v1/articles?language=en&limit=1");

        var link = response.Headers.GetValues("Link").Single();
        Assert.StartsWith("</api/v1/articles?language=en&limit=1&after=", link, StringComparison.Ordinal);
        using var next = await app.Reader.GetAsync(link.Split('>')[0][1..]);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static string Key(JsonNode? item) => (item!["id"] ?? item["revision"] ?? item["article"]!["id"])!.ToString();

    private async Task<string> CursorOf(string path) => (await app.Admin.GetJson($"{app.AddressOf(path)}?limit=1"))["nextCursor"]!.GetValue<string>();
}
