using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Coverage;

public sealed class CoverageTests(Wires app) : IClassFixture<Wires>
{
    [Fact]
    public async Task Two_agencies_find_each_other_as_soon_as_the_second_has_reported()
    {
        var one = await app.Report(Wires.One, Wires.Dam);
        Assert.Empty(await Items(one));

        var other = await app.Report(Wires.Other, Wires.DamToo);

        await Newsroom.Eventually(async () => (await Items(one)).Count == 1, "the first report knows of the second");
        var item = Assert.Single(await Items(one));
        Assert.Equal(("sameStory", "automatic"), (Text(item, "kind"), Text(item, "chosenBy")));
        var cards = (await app.Reader.GetJson($"/api/v1/articles?source={Wires.Other}"))["items"]!.AsArray();
        Assert.Equal(cards.Single(card => card!["id"]!.GetValue<Guid>() == other.Id)!.ToJsonString(), item["article"]!.ToJsonString());
        Assert.Equal([one.Id], Ids(await Items(other)));
        Assert.DoesNotContain(other.Id, Ids(await Items(one, "related")));
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{one.Slug}/coverage", TestContext.Current.CancellationToken);
        var tags = response.Headers.GetValues("Cache-Tag").Single();
        Assert.All(new[] { $"article:{one.Id:N}", $"article:{other.Id:N}", $"coverage:{one.Id:N}" }, tag => Assert.Contains(tag, tags));
        // No event of either article: who follows articles hears nothing of it.
        Assert.Equal(["article.created", "article.published"], await app.Events(one.Id));
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Fact]
    public async Task The_same_sources_next_report_is_related_and_no_coverage()
    {
        var one = await app.Report(Wires.One, Wires.Tram);
        var next = await app.Report(Wires.One, Wires.TramToo);

        await Newsroom.Eventually(async () => Ids(await Items(one, "related")).Contains(next.Id), "it is related");
        Assert.Empty(await Items(one));
        Assert.Equal(("related", "automatic"), (await Items(one, "related")).Where(item => Id(item) == next.Id).Select(item => (Text(item, "kind"), Text(item, "chosenBy"))).Single());
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(next);
    }

    [Fact]
    public async Task What_is_withdrawn_is_gone_at_once_and_what_comes_back_is_found_again()
    {
        var (one, other) = await app.Pair(Wires.Tram, Wires.TramToo);
        var rows = "SELECT (SELECT count(*) FROM delivery.stories WHERE article_id = $1) + (SELECT count(*) FROM delivery.neighbours WHERE article_id = $1 OR $1 = ANY (coverage))";
        Assert.Equal(3, await app.Databases.Editorial.Ask<long>(rows, other.Id));

        other = await app.Editor.Withdraw(other);

        Assert.Empty(await Items(one));
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.stories WHERE article_id = $1", other.Id));
        await app.Databases.NeighboursAreFound();
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>(rows, other.Id));

        other = await app.Editor.Publish(other);
        await Newsroom.Eventually(async () => Ids(await Items(one)).Contains(other.Id), "it is back");
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Fact]
    public async Task What_expires_is_gone_and_no_cache_shows_it_longer()
    {
        var one = await app.Report(Wires.One, Wires.Tram);
        var ending = await app.Report(Wires.Other, Wires.TramToo, new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(6) });
        await Newsroom.Eventually(async () => Ids(await Items(one)).Contains(ending.Id), "it is there");

        using var response = await app.Reader.GetAsync($"/api/v1/articles/{one.Id}/coverage", TestContext.Current.CancellationToken);
        Assert.InRange(response.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 0, 6);

        await Newsroom.Eventually(async () => (await Items(one)).Count == 0, "it is gone");
        await app.Editor.Withdraw(one);
    }

    [Fact]
    public async Task A_report_that_becomes_another_story_changes_sides_with_all_lists()
    {
        var (dam, moving) = await app.Pair(Wires.Dam, Wires.DamToo);
        var tram = await app.Report(Wires.One, Wires.Tram);
        Assert.DoesNotContain(moving.Id, Ids(await Items(tram)));

        moving = await app.Editor.Patch("articles", moving, Wires.Content(Wires.TramToo));
        // Saved is not published.
        await app.Databases.NeighboursAreFound();
        Assert.Equal([moving.Id], Ids(await Items(dam)));
        await app.Editor.Publish(moving);

        await Newsroom.Eventually(async () => Ids(await Items(tram)).Contains(moving.Id), "it stands on the new side");
        Assert.Empty(await Items(dam));
        Assert.DoesNotContain(moving.Id, Ids(await Items(dam, "related")));
        Assert.Equal([tram.Id], Ids(await Items(moving)));
        foreach (var article in new[] { dam, tram })
        {
            await app.Editor.Withdraw(article);
        }
        await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{moving.Id}/withdraw", new { reason = "A test." }, $"\"{(await app.Editor.GetJson($"/api/v1/editorial/articles/{moving.Id}"))["version"]}\"");
    }

    [Fact]
    public async Task What_editors_chose_comes_first_and_is_not_found_a_second_time()
    {
        var (one, other) = await app.Pair(Wires.Dam, Wires.DamToo);
        var third = await app.Report(Wires.Third, Wires.Dam);
        var unlike = await app.Report(Wires.Third, new Report("Baker wins bread prize", "Rye, mostly.", "A jury of nine tasted two hundred loaves."));
        await Newsroom.Eventually(async () => (await Items(one)).Count == 2, "both others are found");

        one = await app.Editor.Publish(await app.Editor.Patch("articles", one, new
        {
            related = new[] { new { article = unlike.Slug, kind = "sameStory" }, new { article = other.Slug, kind = "sameStory" }, new { article = third.Slug, kind = "background" } },
        }));

        Assert.Equal(
            [$"sameStory editor {unlike.Id}", $"sameStory editor {other.Id}", $"sameStory automatic {third.Id}"], (await Items(one)).Select(Line));
        Assert.Equal(
            [$"sameStory editor {unlike.Id}", $"sameStory editor {other.Id}", $"background editor {third.Id}"], (await Items(one, "related")).Take(3).Select(Line));
        Assert.Equal([unlike.Id, other.Id], Ids(await Items(one, "coverage", "?limit=2")));
        Assert.Equal([unlike.Id], Ids(await Items(one, "related", "?limit=1")));
        // Lists show with an article what was chosen, and nothing else.
        var listed = (await app.Reader.GetJson($"/api/v1/articles?include=related&source={Wires.One}"))["items"]!.AsArray().Single(card => card!["id"]!.GetValue<Guid>() == one.Id)!;
        Assert.Equal(["editor", "editor", "editor"], listed["related"]!.AsArray().Select(item => Text(item!.AsObject(), "chosenBy")));
        foreach (var article in new[] { one, other, third, unlike })
        {
            await app.Editor.Withdraw(article);
        }
    }

    [Fact]
    public async Task What_is_not_published_is_nowhere()
    {
        var one = await app.Report(Wires.One, Wires.Dam);
        var draft = await app.Editor.CreateArticle(Wires.Other, Wires.DamToo.Headline, Wires.Content(Wires.DamToo));
        var edited = await app.Report(Wires.Third, new Report("Weather stays dry", "No rain.", "It does not rain."));
        edited = await app.Editor.Patch("articles", edited, Wires.Content(Wires.DamToo));
        await app.Databases.NeighboursAreFound();

        Assert.Empty(await Items(one));
        Assert.DoesNotContain(draft.Id, Ids(await Items(one, "related")));
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.stories WHERE article_id = $1", draft.Id));
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.neighbours_due"));
        foreach (var name in new[] { draft.Slug, $"{draft.Id}", "no-such-article" })
        {
            using var missing = await app.Reader.GetAsync($"/api/v1/articles/{name}/coverage", TestContext.Current.CancellationToken);
            await missing.Problem(HttpStatusCode.NotFound, "not-found");
        }
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(edited);
    }

    [Fact]
    public async Task A_tags_articles_are_related_under_its_new_name_too()
    {
        var tag = await app.Editor.CreateTag("Bridges");
        var (one, other) = (
            await app.Report(Wires.One, new Report("Bolts for the east span", "Ordered.", "Forty tonnes arrive."), new { tags = new[] { tag.Slug } }),
            await app.Report(Wires.Other, new Report("Painter retires", "After a long career.", "She liked green best."), new { tags = new[] { tag.Slug } }));
        await Newsroom.Eventually(async () => Ids(await Items(one, "related")).Contains(other.Id), "they are related");
        Assert.Empty(await Items(one));

        await app.Editor.Patch("tags", tag, new { name = "Crossings" });

        await Newsroom.Eventually(
            async () => (await Items(one, "related")).Exists(item => Id(item) == other.Id && Text(item["article"]!["tags"]![0]!.AsObject(), "name") == "Crossings"), "the card has the new name");

        await app.Editor.Publish(await app.Editor.Patch("articles", other, new { tags = Array.Empty<string>() }));
        await Newsroom.Eventually(async () => !Ids(await Items(one, "related")).Contains(other.Id), "without the tag they are strangers");
    }

    [Fact]
    public async Task Addresses_answer_as_the_articles_own_do_and_limits_are_checked()
    {
        var article = await app.Report(Wires.One, Wires.Tram);
        var former = article.Slug;
        article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = $"moved-{article.Id:N}" }));

        using var moved = await app.Reader.GetAsync($"/api/v1/articles/{former}/coverage", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
        Assert.Equal($"/api/v1/articles/{article.Slug}/coverage", moved.Headers.GetValues("Location").Single());
        foreach (var (beside, limit) in new[] { ("coverage", "0"), ("coverage", "101"), ("related", "0") })
        {
            using var refused = await app.Reader.GetAsync($"/api/v1/articles/{article.Slug}/{beside}?limit={limit}", TestContext.Current.CancellationToken);
            await refused.Problem(HttpStatusCode.UnprocessableEntity);
        }

        await app.Editor.Withdraw(article, "Taken back.");
        using var gone = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}/coverage", TestContext.Current.CancellationToken);
        Assert.Equal("Taken back.", (await gone.Problem(HttpStatusCode.Gone, "withdrawn"))["notice"]!.GetValue<string>());
    }

    private Task<List<JsonObject>> Items(Saved article, string beside = "coverage", string query = "") => app.Beside(article, beside, query);

    private static IEnumerable<Guid> Ids(List<JsonObject> items) => items.Select(Id);

    private static Guid Id(JsonObject item) => item["article"]!["id"]!.GetValue<Guid>();

    private static string Line(JsonObject item) => $"{item["kind"]} {item["chosenBy"]} {Id(item)}";

    private static string Text(JsonObject json, string member) => json[member]!.GetValue<string>();
}
