using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Log;

/// <summary>What live articles name changes, and they follow: the live revision, never the working copy.</summary>
public sealed class RerenderTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("authors")]
    [InlineData("tags")]
    [InlineData("sources")]
    public async Task A_new_name_reaches_document_card_directory_and_log_and_leaves_the_working_copy_where_it_was(string collection)
    {
        var (source, author, tag) = await Cast();
        var article = await app.Editor.PublishArticle(source.Slug, "Published as this", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        var before = await app.Reader.GetJson($"/api/v1/articles/{article.Id}");
        article = await app.Editor.Patch("articles", article, new { headline = "Not yet published", authors = Array.Empty<string>(), tags = Array.Empty<string>() });
        var renamed = collection switch { "authors" => author, "tags" => tag, _ => source };
        var name = $"Renamed {Guid.NewGuid():N}";

        renamed = await app.Editor.Patch(collection, renamed, new { name });

        await Newsroom.Eventually(async () => Names(collection, await Document(article)).Contains(name), "the document has the name");
        var document = await Document(article);
        Assert.Equal("Published as this", document["headline"]!.GetValue<string>());
        Assert.Equal(before["version"]!.GetValue<int>(), document["version"]!.GetValue<int>());
        Assert.Equal(before["updatedAt"]!.GetValue<string>(), document["updatedAt"]!.GetValue<string>());
        Assert.Contains(name, (await Card(source, article)).ToJsonString(), StringComparison.Ordinal);
        var entry = await app.Reader.GetJson($"/api/v1/{collection}/{renamed.Id}");
        Assert.Equal((name, 1), (entry["name"]!.GetValue<string>(), entry["articleCount"]!.GetValue<int>()));
        Assert.Equal(article.ETag, (await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}", TestContext.Current.CancellationToken)).Headers.ETag!.ToString());
        Assert.Equal(["article.created", "article.published", "article.saved", "article.rerendered"], await app.Events(article.Id));
        Assert.Equal(collection == "authors" ? name : "Maren Tolliver", document["byline"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("authors")]
    [InlineData("tags")]
    [InlineData("sources")]
    public async Task A_former_slug_redirects_for_ever(string collection)
    {
        var (source, author, tag) = await Cast();
        await app.Editor.PublishArticle(source.Slug, with: new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        var record = collection switch { "authors" => author, "tags" => tag, _ => source };
        var slugs = new List<string> { record.Slug };

        for (var nth = 0; nth < 3; nth++)
        {
            slugs.Add($"moved-{Guid.NewGuid():N}");
            record = await app.Editor.Patch(collection, record, new { slug = slugs[^1] });
        }

        foreach (var former in slugs[..^1])
        {
            await Newsroom.Eventually(async () =>
            {
                using var answer = await app.Reader.GetAsync($"/api/v1/{collection}/{former}");
                // A client that follows ends at the present slug; one that does not is told it.
                return answer.StatusCode == HttpStatusCode.OK
                    ? answer.RequestMessage!.RequestUri!.AbsolutePath == $"/api/v1/{collection}/{slugs[^1]}"
                    : answer.StatusCode == HttpStatusCode.PermanentRedirect && answer.Headers.Location!.ToString() == $"/api/v1/{collection}/{slugs[^1]}";
            }, $"{former} leads to {slugs[^1]}");
        }
        // Back to the first: it is nobody's former slug any more.
        await app.Editor.Patch(collection, record, new { slug = slugs[0] });
        await Newsroom.Eventually(async () =>
        {
            using var answer = await app.Reader.GetAsync($"/api/v1/{collection}/{slugs[0]}");
            return answer.StatusCode == HttpStatusCode.OK && answer.RequestMessage!.RequestUri!.AbsolutePath.EndsWith(slugs[0], StringComparison.Ordinal);
        }, "the first slug is present again");
    }

    [Fact]
    public async Task A_tag_moved_below_another_takes_its_articles_along_and_back()
    {
        var (source, _, tag) = await Cast();
        var above = await app.Editor.CreateTag("Above");
        var top = await app.Editor.CreateTag("Top");
        above = await app.Editor.Patch("tags", above, new { parent = top.Slug });
        var articles = new List<Saved>();
        for (var nth = 0; nth < 3; nth++)
        {
            articles.Add(await app.Editor.PublishArticle(source.Slug, with: new { tags = new[] { tag.Slug } }));
        }
        Assert.Empty(await Found($"tag={above.Slug}"));

        tag = await app.Editor.Patch("tags", tag, new { parent = above.Slug });

        foreach (var list in new[] { above, top })
        {
            await Newsroom.Eventually(async () => (await Found($"tag={list.Slug}")).Order().SequenceEqual(articles.Select(article => article.Id).Order()), $"{list.Slug} lists them");
            Assert.Equal(3, (await app.Reader.GetJson($"/api/v1/tags/{list.Slug}"))["articleCount"]!.GetValue<int>());
        }
        Assert.Equal(above.Id, (await app.Reader.GetJson($"/api/v1/tags/{tag.Slug}"))["parent"]!["id"]!.GetValue<Guid>());

        await app.Editor.Patch("tags", tag, new { parent = (string?)null });

        await Newsroom.Eventually(async () => (await Found($"tag={top.Slug}")).Count == 0, "they are gone from above");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/tags/{above.Slug}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(3, (await Found($"tag={tag.Slug}")).Count);
        await CountsAgree();
    }

    [Fact]
    public async Task A_publish_racing_a_rename_never_ends_with_the_old_name()
    {
        var (source, author, tag) = await Cast();
        for (var round = 0; round < 40; round++)
        {
            var article = await app.Editor.CreateArticle(source.Slug, with: new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
            var name = $"Name {round}";

            var publishing = app.Editor.Publish(article);
            var renaming = Task.WhenAll(app.Editor.Patch("authors", author, new { name }), app.Editor.Patch("tags", tag, new { name }), app.Editor.Patch("sources", source, new { name }));
            await publishing;
            var renamed = await renaming;
            (author, tag, source) = (renamed[0], renamed[1], renamed[2]);

            await Newsroom.Eventually(async () =>
            {
                var document = await Document(article);
                return new[] { "authors", "tags", "sources" }.All(collection => Names(collection, document).SequenceEqual([name]));
            }, $"round {round}: the article has the new names");
        }
    }

    [Fact]
    public async Task A_new_renderer_renders_every_live_article_again_and_says_how_far_it_is()
    {
        var (source, _, _) = await Cast();
        var live = await app.Editor.PublishArticle(source.Slug);
        var withdrawn = await app.Editor.Withdraw(await app.Editor.PublishArticle(source.Slug));
        await app.Databases.Editorial.Do("UPDATE delivery.articles SET render_version = 0, document = CASE WHEN state = 'live' THEN '{}'::json END");

        await app.Databases.Editorial.Do("UPDATE log.readers SET render_version = 0 WHERE name = 'rerender'");

        await Newsroom.Eventually(
            () => app.Databases.Editorial.Ask<bool>("SELECT render_version = $1 AND working_on IS NULL AND NOT EXISTS (SELECT FROM delivery.articles WHERE state = 'live' AND render_version < $1) FROM log.readers WHERE name = 'rerender'", Renderer.Version),
            "the reader is up to date");
        Assert.Equal("Night ferry returns", (await Document(live))["headline"]!.GetValue<string>());
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.articles WHERE state = 'live' AND render_version < $1", Renderer.Version));
        Assert.Equal(HttpStatusCode.Gone, (await app.Reader.GetAsync($"/api/v1/articles/{withdrawn.Id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain("article.rerendered", await app.Events(withdrawn.Id));
    }

    [Fact]
    public async Task Progress_is_there_to_be_seen_while_it_works()
    {
        var (source, _, _) = await Cast();
        var held = await app.Editor.PublishArticle(source.Slug);
        await app.Editor.PublishArticle(source.Slug);
        await using (var holder = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            // Rendering stands still at this article's row.
            await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await holder.Do("SELECT FROM delivery.articles WHERE article_id = $1 FOR UPDATE", held.Id);
            await app.Editor.Patch("sources", source, new { name = "Seen at work" });
            await Newsroom.Eventually(
                () => app.Databases.Editorial.Ask<bool>(
                    "SELECT coalesce(working_on LIKE 'source.changed %' AND (done, of_total) = (0, 2), false) FROM log.readers WHERE name = 'rerender'"),
                "the reader says what it works on", seconds: 12);
        }

        await Newsroom.Eventually(
            () => app.Databases.Editorial.Ask<bool>("SELECT working_on IS NULL AND reader.position = head.position FROM log.readers AS reader, log.head AS head WHERE reader.name = 'rerender'"),
            "the reader is done");
    }

    [Fact]
    public async Task Whoever_follows_the_log_comes_to_its_end()
    {
        await app.Editor.CreateSource();

        await Newsroom.Eventually(
            () => app.Databases.Editorial.Ask<bool>("SELECT reader.position = head.position AND working_on IS NULL FROM log.readers AS reader, log.head AS head WHERE reader.name = 'rerender'"),
            "the reader is at the head");
    }

    [Fact]
    public async Task Counts_are_what_the_lists_hold_whatever_happens_at_once()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var (source, author, tag) = await Cast();
        var other = await Cast();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() => Work(new Random(seed + worker)))).Append(Task.Run(() => Rename(new Random(seed - 1)))));

        await Newsroom.Eventually(
            () => app.Databases.Editorial.Ask<bool>("SELECT reader.position = head.position FROM log.readers AS reader, log.head AS head WHERE reader.name = 'rerender'"), "all is followed");
        await CountsAgree();

        async Task Work(Random random)
        {
            var live = new List<Saved>();
            for (var step = 0; step < 25; step++)
            {
                var cast = random.Next(2) == 0 ? (source, author, tag) : other;
                var named = new { authors = new[] { $"{cast.Item2.Id}" }, tags = random.Next(3) == 0 ? [] : new[] { $"{cast.Item3.Id}" }, source = $"{cast.Item1.Id}", kicker = $"Step {step}" };
                if (live.Count == 0 || random.Next(2) == 0)
                {
                    live.Add(await app.Editor.PublishArticle($"{cast.Item1.Id}", with: named));
                    continue;
                }
                var nth = random.Next(live.Count);
                if (random.Next(2) == 0)
                {
                    live[nth] = await app.Editor.Publish(await app.Editor.Patch("articles", live[nth], named));
                }
                else
                {
                    await app.Editor.Withdraw(live[nth]);
                    live.RemoveAt(nth);
                }
            }
        }

        async Task Rename(Random random)
        {
            var moving = tag;
            for (var step = 0; step < 25; step++)
            {
                moving = await app.Editor.Patch("tags", moving, new { name = $"Tag {step}", parent = random.Next(2) == 0 ? $"{other.Tag.Id}" : null });
                author = await app.Editor.Patch("authors", author, new { slug = $"author-{seed}-{step}" });
            }
        }
    }

    private async Task CountsAgree() => Assert.Empty(await app.Databases.Editorial.Column(
        """
        SELECT format('%s %s says %s and lists %s', kind, slug, article_count, listed)
        FROM delivery.directory
        CROSS JOIN LATERAL (SELECT count(*) AS listed FROM delivery.listing WHERE facet_kind = kind AND facet_id = directory.id) AS list
        WHERE article_count <> listed
        """));

    private async Task<(Saved Source, Saved Author, Saved Tag)> Cast() =>
        (await app.Editor.CreateSource(), await app.Editor.CreateAuthor(), await app.Editor.CreateTag());

    private Task<JsonObject> Document(Saved article) => app.Reader.GetJson($"/api/v1/articles/{article.Id}");

    private async Task<JsonObject> Card(Saved source, Saved article) =>
        (await app.Reader.GetJson($"/api/v1/articles?source={source.Id}"))["items"]!.AsArray().Select(card => card!.AsObject()).Single(card => card["id"]!.GetValue<Guid>() == article.Id);

    private async Task<List<Guid>> Found(string filter) =>
        [.. (await app.Reader.GetJson($"/api/v1/articles?{filter}"))["items"]!.AsArray().Select(card => card!["id"]!.GetValue<Guid>())];

    private static List<string> Names(string collection, JsonObject document) => collection == "sources"
        ? [document["source"]!["name"]!.GetValue<string>()]
        : [.. document[collection]!.AsArray().Select(named => named!["name"]!.GetValue<string>())];
}
