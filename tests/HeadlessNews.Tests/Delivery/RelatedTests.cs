using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class RelatedTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Chosen_articles_stand_in_the_editors_order_as_cards_with_their_kind()
    {
        var (source, first, second) = await Cast();
        var article = await Naming(source, (second, "background"), (first, "translation"));

        var items = await Items(article);

        Assert.Equal([$"background {second.Id}", $"translation {first.Id}"], items.Select(Line));
        var cards = (await app.Reader.GetJson($"/api/v1/articles?source={source.Slug}"))["items"]!.AsArray();
        Assert.Equal(cards.Single(card => card!["id"]!.GetValue<Guid>() == second.Id)!.ToJsonString(), items[0]["article"]!.ToJsonString());
        Assert.Equal(items.Select(Line), (await Read($"/api/v1/articles/{article.Slug}/related")).Select(Line));
        Assert.Empty(await Items(first));
    }

    [Fact]
    public async Task The_live_revisions_choice_counts_until_the_next_is_published()
    {
        var (source, first, second) = await Cast();
        var article = await Naming(source, (first, "related"));

        article = await app.Editor.Patch("articles", article, new { related = new[] { new { article = second.Slug, kind = "background" }, new { article = first.Slug, kind = "sameStory" } } });
        Assert.Equal([$"related {first.Id}"], (await Items(article)).Select(Line));

        article = await app.Editor.Publish(article);
        Assert.Equal([$"background {second.Id}", $"sameStory {first.Id}"], (await Items(article)).Select(Line));

        await app.Editor.Publish(await app.Editor.Patch("articles", article, new { related = Array.Empty<object>() }));
        Assert.Empty(await Items(article));
        Assert.Empty(await Rows(article));
    }

    [Fact]
    public async Task What_is_not_live_never_shows_and_shows_again_when_it_comes_back()
    {
        var (source, withdrawn, _) = await Cast();
        var draft = await app.Editor.CreateArticle(source.Slug, "Not yet published");
        var ending = await app.Editor.PublishArticle(source.Slug, "About to expire", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(3) });
        var article = await Naming(source, (draft, "related"), (withdrawn, "background"), (ending, "sameStory"));
        Assert.Equal([$"background {withdrawn.Id}", $"sameStory {ending.Id}"], (await Items(article)).Select(Line));

        var gone = await app.Editor.Withdraw(withdrawn);
        await Newsroom.Eventually(async () => !(await Items(article)).Exists(item => Line(item).EndsWith($"{ending.Id}", StringComparison.Ordinal)), "the expired one is gone");
        Assert.Empty(await Items(article));

        await app.Editor.Publish(gone);
        await app.Editor.Publish(draft);
        Assert.Equal([$"related {draft.Id}", $"background {withdrawn.Id}"], (await Items(article)).Select(Line));
        // The article itself was not published again.
        Assert.Equal(["article.created", "article.published"], await app.Events(article.Id));
    }

    [Fact]
    public async Task What_only_a_clearance_let_in_leaves_with_it()
    {
        var (source, _, _) = await Cast();
        var wire = await app.Editor.CreateSource("Prohibiting", new { rights = new { redistribution = "prohibited" } });
        var cleared = await app.Editor.CreateArticle(wire.Slug, "Cleared");
        using var given = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{cleared.Id}/rights-clearances", new { scope = "site", reason = "By telephone." });
        var clearance = (await given.Problem(HttpStatusCode.Created))["id"]!.GetValue<Guid>();
        await app.Editor.Publish(cleared);
        var article = await Naming(source, (cleared, "related"));
        Assert.Single(await Items(article));

        await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{cleared.Id}/rights-clearances/{clearance}");

        Assert.Empty(await Items(article));
    }

    [Fact]
    public async Task Addresses_answer_as_the_articles_own_do()
    {
        var (source, first, _) = await Cast();
        var article = await Naming(source, (first, "related"));
        var former = article.Slug;
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = $"تازه-{article.Id:N}" }));

        using var moved = await app.Reader.GetAsync($"/api/v1/articles/{former}/related", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
        Assert.Equal($"/api/v1/articles/{Uri.EscapeDataString(article.Slug)}/related", moved.Headers.GetValues("Location").Single());
        Assert.Single(await Read(moved.Headers.GetValues("Location").Single()));

        await app.Editor.Withdraw(article, "Taken back.");
        using var gone = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}/related", TestContext.Current.CancellationToken);
        Assert.Equal("Taken back.", (await gone.Problem(HttpStatusCode.Gone, "withdrawn"))["notice"]!.GetValue<string>());
        Assert.Empty(await Rows(article));
        var draft = await app.Editor.CreateArticle(source.Slug, "Never public", new { related = new[] { new { article = first.Slug } } });
        foreach (var unknown in new[] { $"{draft.Id}", draft.Slug, "no-such-article", $"{Guid.CreateVersion7()}" })
        {
            using var missing = await app.Reader.GetAsync($"/api/v1/articles/{unknown}/related", TestContext.Current.CancellationToken);
            await missing.Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task Caches_keep_it_until_the_first_of_what_is_shown_ends_and_are_told_when_it_has_not_changed()
    {
        var (source, first, _) = await Cast();
        var ending = await app.Editor.PublishArticle(source.Slug, "Ends soon", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(8) });
        var (lasting, bounded) = (await Naming(source, (first, "related")), await Naming(source, (first, "related"), (ending, "related")));

        // One of them: without a limit, what is found and ends may be among the others.
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{lasting.Id}/related?limit=1", TestContext.Current.CancellationToken);
        Assert.Equal("public, max-age=10, s-maxage=30, stale-while-revalidate=60, stale-if-error=600", response.Headers.GetValues("Cache-Control").Single());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/articles/{lasting.Id}/related?limit=1");
        request.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var again = await app.Reader.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        using var soon = await app.Reader.GetAsync($"/api/v1/articles/{bounded.Id}/related", TestContext.Current.CancellationToken);
        Assert.InRange(soon.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 0, 8);
        Assert.InRange(soon.Headers.CacheControl.SharedMaxAge!.Value.TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task A_rendering_again_writes_the_same_and_what_was_live_before_there_were_any_has_them_from_the_migration()
    {
        var (source, first, second) = await Cast();
        var article = await Naming(source, (second, "background"), (first, "sameStory"));
        var rows = await Rows(article);
        Assert.Equal([$"0 {second.Id} background", $"1 {first.Id} sameStory"], rows);

        await app.Databases.Editorial.Do("DELETE FROM delivery.relations WHERE article_id = $1", article.Id);
        await app.Editor.Patch("sources", source, new { name = "A new name" });
        await Newsroom.Eventually(async () => (await Rows(article)).SequenceEqual(rows), "rendering again has written them");

        await app.Databases.Editorial.Do("DELETE FROM delivery.relations");
        await using var file = typeof(HeadlessNews.Data.Databases).Assembly.GetManifestResourceStream("0007_finding_and_relating.sql")!;
        var sql = await new StreamReader(file).ReadToEndAsync(TestContext.Current.CancellationToken);
        await app.Databases.Editorial.Do(sql[sql.IndexOf("INSERT INTO delivery.relations", StringComparison.Ordinal)..]);
        Assert.Equal(rows, await Rows(article));
    }

    private async Task<(Saved Source, Saved First, Saved Second)> Cast()
    {
        var source = await app.Editor.CreateSource("Source of the related");
        return (source, await app.Editor.PublishArticle(source.Slug, "First related"), await app.Editor.PublishArticle(source.Slug, "Second related"));
    }

    private Task<Saved> Naming(Saved source, params (Saved Article, string Kind)[] related) => app.Editor.PublishArticle(
        source.Slug, "Names others", new { related = related.Select(other => new { article = $"{other.Article.Id}", kind = other.Kind }) });

    private Task<List<JsonObject>> Items(Saved article) => Read($"/api/v1/articles/{article.Id}/related");

    private async Task<List<JsonObject>> Read(string path)
    {
        var page = await app.Reader.GetJson(path);
        Assert.Null(page["nextCursor"]);
        // What is found by itself comes after what was chosen, whenever it is found.
        return [.. page["items"]!.AsArray().Select(item => item!.AsObject()).TakeWhile(item => item["chosenBy"]!.GetValue<string>() == "editor")];
    }

    private static string Line(JsonObject item) => $"{item["kind"]} {item["article"]!["id"]}";

    private Task<List<string>> Rows(Saved article) => app.Query(
        "SELECT format('%s %s %s', position, related_id, kind) FROM delivery.relations WHERE article_id = $1 ORDER BY position", row => row.GetString(0), article.Id);
}
