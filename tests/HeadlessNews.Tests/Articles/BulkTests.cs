using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Articles;

/// <summary>The same done to many articles: to each what the action on it alone would do, and none stops another.</summary>
public sealed class BulkTests(NewsApp app) : IClassFixture<NewsApp>, IAsyncLifetime
{
    private const string Bulk = "/api/v1/editorial/articles/bulk";

    private Saved source = null!;

    public async ValueTask InitializeAsync() => source = await app.Editor.CreateSource();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("publish")]
    [InlineData("withdraw")]
    [InlineData("trash")]
    [InlineData("tag")]
    [InlineData("untag")]
    public async Task Each_has_the_effects_and_leaves_the_events_of_the_action_on_it_alone(string action)
    {
        var tag = await app.Editor.CreateTag($"To {action}");
        var (alone, one, other) = (await Ready(action, tag), await Ready(action, tag), await Ready(action, tag));

        switch (action)
        {
            case "tag":
                await app.Editor.Patch("articles", alone, new { tags = new[] { tag.Slug } });
                break;
            case "untag":
                await app.Editor.Patch("articles", alone, new { tags = Array.Empty<string>() });
                break;
            default:
                await app.Editor.Act(alone, action, action == "withdraw" ? new { reason = "Recalled.", notice = "It was recalled." } : null);
                break;
        }
        var items = await Do(new JsonObject { ["action"] = action, ["items"] = Items(one, other) }, action switch
        {
            "withdraw" => new { reason = "Recalled.", notice = "It was recalled." },
            "tag" or "untag" => new { tags = new[] { tag.Slug } },
            _ => null,
        });

        Assert.Equal([one.Id, other.Id], items.Select(item => item["id"]!.GetValue<Guid>()));
        Assert.All(items, item => Assert.Equal(200, item["status"]!.GetValue<int>()));
        Assert.All(items, item => Assert.Null(item["problem"]));
        var expected = await Left(alone);
        Assert.Equal(expected, await Left(one));
        Assert.Equal(expected, await Left(other));
        Assert.Equal($"\"{items[0]["version"]}\"", await ETagOf(one));
    }

    [Fact]
    public async Task One_that_is_refused_says_why_and_does_not_stop_the_others()
    {
        var first = await app.Editor.CreateArticle(source.Slug, "Goes out");
        var empty = await app.Editor.CreateArticle(source.Slug, "Has nothing to say", new { body = new { format = "markdown", content = "" } });
        var read = await app.Editor.CreateArticle(source.Slug, "Saved since");
        await app.Editor.Patch("articles", read, new { kicker = "Since" });
        var trashed = await app.Editor.Trash(await app.Editor.CreateArticle(source.Slug, "Thrown away"));
        var missing = new Saved(Guid.CreateVersion7(), "", "\"1\"", []);
        var last = await app.Editor.CreateArticle(source.Slug, "Goes out too");

        var items = await Do(new JsonObject { ["action"] = "publish", ["items"] = Items(first, empty, read, trashed, missing, last) });

        Assert.Equal([200, 422, 412, 409, 404, 200], items.Select(item => item["status"]!.GetValue<int>()));
        Assert.Equal([2, 1, 2, 2, null, 2], items.Select(item => item["version"]?.GetValue<int>()));
        Assert.Equal(
            [null, "not-publishable", "stale-version", "action-not-allowed", "not-found", null],
            items.Select(item => item["problem"]?["type"]!.GetValue<string>().Split(':')[^1]));
        Assert.Equal($"/api/v1/editorial/articles/{empty.Id}", items[1]["problem"]!["instance"]!.GetValue<string>());
        Assert.Equal(2, items[2]["problem"]!["currentVersion"]!.GetValue<int>());
        foreach (var (article, isLive) in new[] { (first, true), (empty, false), (read, false), (trashed, false), (last, true) })
        {
            using var published = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
            Assert.Equal(isLive ? HttpStatusCode.OK : HttpStatusCode.NotFound, published.StatusCode);
            Assert.Equal(isLive, (await app.Events(article.Id)).Contains("article.published"));
        }
    }

    [Fact]
    public async Task Tags_of_a_live_article_change_in_its_working_copy_alone()
    {
        var (kept, added) = (await app.Editor.CreateTag("Kept"), await app.Editor.CreateTag("Added"));
        var live = await app.Editor.PublishArticle(source.Slug, "Live and tagged", new { tags = new[] { kept.Slug } });
        var draft = await app.Editor.CreateArticle(source.Slug, "Tagged already", new { tags = new[] { added.Slug } });

        // By id, and by slug.
        var items = await Do(new JsonObject { ["action"] = "tag", ["items"] = Items(live, draft) }, new { tags = new[] { $"{added.Id}" } });

        Assert.Equal([3, 1], items.Select(item => item["version"]!.GetValue<int>()));
        var working = await app.Editor.GetJson($"/api/v1/editorial/articles/{live.Id}");
        Assert.Equal(["kept", "added"], working["tags"]!.AsArray().Select(tag => tag!["slug"]!.GetValue<string>()));
        Assert.True(working["hasUnpublishedChanges"]!.GetValue<bool>());
        Assert.Equal(["kept"], (await app.Reader.GetJson($"/api/v1/articles/{live.Id}"))["tags"]!.AsArray().Select(tag => tag!["slug"]!.GetValue<string>()));
        Assert.Equal(["article.created"], await app.Events(draft.Id));
    }

    [Fact]
    public async Task Nothing_is_done_where_the_request_itself_breaks_a_rule()
    {
        var article = await app.Editor.CreateArticle(source.Slug, "Left alone");
        var before = await app.LogPosition();
        var item = new { id = article.Id, version = 1 };
        foreach (var (body, member) in new (object, string)[]
        {
            (new { action = "publish", items = Array.Empty<object>() }, "items"),
            (new { action = "publish", items = new[] { item, item } }, "items"),
            (new { action = "publish", items = Enumerable.Range(0, 1_001).Select(_ => new { id = Guid.CreateVersion7(), version = 1 }) }, "items"),
            (new { action = "publish", items = new object?[] { item, null } }, "items[1]"),
            (new { action = "publish", items = new[] { new { id = article.Id } } }, "items[0].version"),
            (new { action = "publish", items = new[] { new { version = 1 } } }, "items[0].id"),
            (new { action = "publish", items = new[] { item }, tags = new[] { "shipping" } }, "tags"),
            (new { action = "publish", items = new[] { item }, notice = "Why?" }, "notice"),
            (new { action = "trash", items = new[] { item }, reason = "Why?" }, "reason"),
            (new { action = "tag", items = new[] { item } }, "tags"),
            (new { action = "untag", items = new[] { item }, tags = Array.Empty<string>() }, "tags"),
            (new { action = "tag", items = new[] { item }, tags = new[] { "no-such-tag" } }, "tags[0]"),
        })
        {
            using var response = await app.Editor.Send(HttpMethod.Post, Bulk, body);
            var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Equal([member], problem["errors"]!.AsObject().Select(error => error.Key));
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task What_the_database_refuses_of_a_set_does_not_take_the_others_with_it()
    {
        var breaks = await app.Editor.CreateArticle(source.Slug, "Breaks in the database");
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(nth => app.Editor.CreateArticle(source.Slug, $"Beside it {nth}")));
        await using var owner = NpgsqlDataSource.Create(app.Services.GetRequiredService<IConfiguration>().GetConnectionString("News")!);
        await using var trigger = owner.CreateCommand(
            """
            CREATE FUNCTION editorial.break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'It breaks.'; END $$;
            CREATE TRIGGER break BEFORE UPDATE ON editorial.articles
            FOR EACH ROW WHEN (OLD.headline = 'Breaks in the database') EXECUTE FUNCTION editorial.break()
            """);
        await trigger.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var items = await Do(new JsonObject { ["action"] = "publish", ["items"] = Items([others[0], breaks, .. others[1..]]) });

        Assert.Equal([200, 500, 200, 200, 200, 200], items.Select(item => item["status"]!.GetValue<int>()));
        Assert.Equal(["article.created"], await app.Events(breaks.Id));
        foreach (var article in others)
        {
            Assert.Equal(["article.created", "article.published"], await app.Events(article.Id));
            Assert.Equal(article.Id, (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["id"]!.GetValue<Guid>());
        }
    }

    [Fact]
    public async Task More_than_one_set_is_done_in_the_requests_order()
    {
        var articles = new List<Saved>();
        foreach (var some in Enumerable.Range(0, 230).Chunk(10))
        {
            articles.AddRange(await Task.WhenAll(some.Select(nth => app.Editor.CreateArticle(source.Slug, $"Many {nth}"))));
        }
        articles.Reverse();
        var items = await Do(new JsonObject { ["action"] = "publish", ["items"] = Items([.. articles]) });

        Assert.Equal(articles.Select(article => (article.Id, 200, 2)), items.Select(item => (item["id"]!.GetValue<Guid>(), item["status"]!.GetValue<int>(), item["version"]!.GetValue<int>())));
        var ids = articles.Select(article => article.Id).ToArray();
        Assert.Equal(ids, await app.Query(
            "SELECT resource_id FROM log.events WHERE type = 'article.published' AND resource_id = ANY ($1) ORDER BY position", row => row.GetGuid(0), ids));
        Assert.Equal([230L], await app.Query(
            "SELECT count(*) FROM delivery.listing WHERE facet_kind = 'all' AND article_id = ANY ($1)", row => row.GetInt64(0), ids));
    }

    [Fact]
    public async Task Who_hangs_up_in_the_middle_has_done_nothing()
    {
        var first = await app.Editor.CreateArticle(source.Slug, "Before the one that is held");
        var held = await app.Editor.CreateArticle(source.Slug, "Held by somebody");
        await using (var row = await HeldRow.Of(app, held.Id))
        {
            using var patience = new CancellationTokenSource();
            var sending = app.Editor.PostAsync(Bulk, System.Net.Http.Json.JsonContent.Create(new JsonObject { ["action"] = "publish", ["items"] = Items(first, held) }), patience.Token);
            await Newsroom.Eventually(row.IsWaitedFor, "the request waits for the held article");
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            await Newsroom.Eventually(async () => !await row.IsWaitedFor(), "nobody waits any more");
        }

        Assert.Equal(["article.created"], await app.Events(first.Id));
        Assert.Equal(["article.created"], await app.Events(held.Id));
    }

    private async Task<Saved> Ready(string action, Saved tag) => action switch
    {
        "withdraw" => await app.Editor.PublishArticle(source.Slug, "To be one of many"),
        "untag" => await app.Editor.CreateArticle(source.Slug, "To be one of many", new { tags = new[] { tag.Slug } }),
        _ => await app.Editor.CreateArticle(source.Slug, "To be one of many"),
    };

    private static JsonArray Items(params Saved[] articles) =>
        [.. articles.Select(article => (JsonNode)new JsonObject { ["id"] = article.Id, ["version"] = int.Parse(article.ETag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture) })];

    private async Task<List<JsonObject>> Do(JsonObject request, object? with = null)
    {
        foreach (var (name, value) in with is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(with)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }
        using var response = await app.Editor.Send(HttpMethod.Post, Bulk, request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return [.. JsonNode.Parse(text)!["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <summary>All that an action leaves of an article but its names and times: the log's rows, the record, what readers get, who holds the slugs.</summary>
    private async Task<string> Left(Saved article)
    {
        var events = await app.Query(
            "SELECT concat_ws(' ', type, version, previous_version, actor, data, cardinality(tags)) FROM log.events WHERE resource_id = $1 ORDER BY position", row => row.GetString(0), article.Id);
        var slugs = await app.Query("SELECT was_public::text FROM editorial.slugs WHERE owner_id = $1 ORDER BY slug", row => row.GetString(0), article.Id);
        var record = await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}");
        using var published = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        var document = JsonNode.Parse(await published.Content.ReadAsStringAsync())!.AsObject();
        foreach (var json in new[] { record, document })
        {
            foreach (var own in new[] { "id", "slug", "createdAt", "updatedAt", "publishedAt", "firstPublishedAt", "withdrawnAt", "instance", "traceId", "links", "url" })
            {
                json.Remove(own);
            }
        }
        return string.Join('\n', [.. events, .. slugs, record.ToJsonString(), $"{published.StatusCode}", document.ToJsonString()]);
    }

    private async Task<string> ETagOf(Saved article)
    {
        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}");
        return response.Headers.ETag!.ToString();
    }
}
