using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

/// <summary>What readers get of a front: the editors' order, and at every moment only what is live.</summary>
public sealed class FrontPageTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_front_is_its_lead_then_its_slots_pinned_and_filled_and_shows_no_article_twice()
    {
        var news = await Published.Of(app, "order", 6);
        var front = await app.Editor.CreateFront("Order", new
        {
            description = "In order.",
            lead = new { article = news[2].Slug, headline = "The lead", kicker = "Live" },
            slots = new object[]
            {
                new { title = "First", fill = new { tags = new[] { "order" }, limit = 2 } },
                new { article = news[0].Id },
                new { title = "Second", fill = new { tags = new[] { "order" }, limit = 2 } },
                new { title = "Rest", fill = new { tags = new[] { "order" } } },
            },
        });

        // Newest is order 5: what is pinned further down is not taken by a fill above it.
        Assert.Equal("The lead | First: order 5, order 4 | order 0 | Second: order 3, order 1", await app.Reader.Page(front));
        var page = await app.Reader.GetJson($"/api/v1/fronts/{front.Id}");
        Assert.Equal(("Order", "In order."), (page["name"]!.GetValue<string>(), page["description"]!.GetValue<string>()));
        Assert.Equal("Live", page["lead"]!["kicker"]!.GetValue<string>());
        var card = (await app.Reader.GetJson("/api/v1/articles?tag=order"))["items"]!.AsArray().Single(item => item!["id"]!.GetValue<Guid>() == news[2].Id);
        Assert.True(JsonNode.DeepEquals(card, page["lead"]!["article"]));
    }

    [Fact]
    public async Task An_article_stands_where_it_is_pinned_first()
    {
        var news = await Published.Of(app, "twice", 2);
        var front = await app.Editor.CreateFront("Twice", new
        {
            lead = new { article = news[0].Slug },
            slots = new object[] { new { article = news[0].Slug, title = "Again", fill = new { tags = new[] { "twice" } } }, new { article = news[1].Slug, headline = "Pinned" } },
        });

        Assert.Equal("twice 0 | Pinned", await app.Reader.Page(front));
    }

    [Fact]
    public async Task What_is_not_live_drops_out_without_its_headline_and_comes_back_and_its_fill_stands_in()
    {
        var news = await Published.Of(app, "dropping", 3);
        var draft = await app.Editor.CreateArticle("dropping-wire", "A draft");
        var front = await app.Editor.CreateFront("Dropping", new
        {
            lead = new { article = news[0].Slug, headline = "Pinned lead", fill = new { tags = new[] { "dropping" } } },
            slots = new object[]
            {
                new { title = "Alone", article = draft.Slug, headline = "Unseen" },
                new { title = "Filled", article = draft.Slug, headline = "Unseen too", fill = new { tags = new[] { "dropping" }, limit = 1 } },
            },
        });
        Assert.Equal("Pinned lead | Filled: dropping 2", await app.Reader.Page(front));

        var live = await app.Editor.Publish(draft);
        Assert.Equal("Pinned lead | Alone: Unseen | Filled: dropping 2", await app.Reader.Page(front));

        var withdrawn = await app.Editor.Withdraw(await app.Editor.Reload(news[0]), "Gone.");
        Assert.Equal("dropping 2 | Alone: Unseen | Filled: dropping 1", await app.Reader.Page(front));

        await app.Editor.Withdraw(live);
        await app.Editor.Publish(withdrawn);
        Assert.Equal("Pinned lead | Filled: dropping 2", await app.Reader.Page(front));
    }

    [Fact]
    public async Task Filters_of_a_fill_combine()
    {
        var section = await app.Editor.CreateTag("Combining section", new { kind = "section" });
        var below = await app.Editor.CreateTag("Combining below", new { parent = section.Slug });
        var author = await app.Editor.CreateAuthor("Combining author");
        var news = await Published.Of(app, "combining", 4, i => new
        {
            tags = i == 0 ? ["combining"] : new[] { "combining", below.Slug },
            authors = i == 1 ? [] : new[] { author.Slug },
            genre = i == 2 ? "opinion" : "article",
            language = "en-GB",
        });
        async Task<string> Shows(object fill) => await app.Reader.Page(await app.Editor.CreateFront("Combining", new { slots = new[] { new { fill } } }));

        Assert.Equal("combining 3, combining 2, combining 1", await Shows(new { section = section.Slug }));
        Assert.Equal("combining 3, combining 2", await Shows(new { section = section.Slug, author = author.Slug, source = "combining-wire" }));
        Assert.Equal("combining 2", await Shows(new { tags = new[] { "combining", below.Slug }, genre = "opinion", language = "en" }));
        Assert.Equal("", await Shows(new { tags = new[] { "combining" }, language = "fa" }));
        Assert.Equal("combining 3", await Shows(new { tags = new[] { "combining" }, limit = 1 }));
        Assert.Equal(4, news.Count);
    }

    [Fact]
    public async Task A_pin_begins_and_ends_by_itself_and_no_cache_shows_it_longer()
    {
        var news = await Published.Of(app, "timed", 3);
        var now = DateTimeOffset.UtcNow;
        var front = await app.Editor.CreateFront("Timed", new
        {
            slots = new object[]
            {
                new { article = news[0].Slug, headline = "Ending", until = now.AddSeconds(3) },
                new { article = news[1].Slug, headline = "Beginning", from = now.AddSeconds(3) },
                new { article = news[2].Slug, headline = "Over", until = now.AddSeconds(-1) },
            },
        });
        using var first = await app.Reader.GetAsync($"/api/v1/fronts/{front.Slug}");
        Assert.InRange(first.Headers.CacheControl!.SharedMaxAge!.Value.TotalSeconds, 0, 3);
        Assert.Equal("Ending", await app.Reader.Page(front));

        await Newsroom.Eventually(async () => await app.Reader.Page(front) == "Beginning", "the pins take turns");

        Assert.True(DateTimeOffset.UtcNow >= now.AddSeconds(3) - TimeSpan.FromMilliseconds(50));
        Assert.Equal(["front.changed"], await app.Events(front.Id));
    }

    [Fact]
    public async Task What_expires_leaves_at_its_moment_pinned_or_filled()
    {
        var news = await Published.Of(app, "expiring", 2, _ => new { tags = new[] { "expiring" }, expiresAt = DateTimeOffset.UtcNow.AddSeconds(4) });
        var front = await app.Editor.CreateFront("Expiring", new
        {
            slots = new object[] { new { article = news[0].Slug, headline = "Pinned" }, new { title = "Fill", fill = new { tags = new[] { "expiring" } } } },
        });
        Assert.Equal("Pinned | Fill: expiring 1", await app.Reader.Page(front));
        using var response = await app.Reader.GetAsync($"/api/v1/fronts/{front.Slug}");
        Assert.InRange(response.Headers.CacheControl!.SharedMaxAge!.Value.TotalSeconds, 0, 4);

        await Newsroom.Eventually(async () => await app.Reader.Page(front) == "", "both leave");
    }

    [Fact]
    public async Task A_front_is_cached_and_let_go_by_whatever_changes_it()
    {
        var news = await Published.Of(app, "cached", 2);
        var front = await app.Editor.CreateFront("Cached", new { lead = new { article = news[0].Slug }, slots = new[] { new { fill = new { tags = new[] { "cached" }, limit = 3 } } } });
        var etag = await ETag(front);
        Assert.Equal(etag, await ETag(front));
        using (var known = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/fronts/{front.Slug}"))
        {
            known.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(etag));
            using var same = await app.Reader.SendAsync(known);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        }
        using (var head = await app.Reader.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v1/fronts/{front.Slug}")))
        {
            Assert.Equal(etag, head.Headers.ETag!.ToString());
            var tags = head.Headers.GetValues("Cache-Tag").Single().Split(',');
            Assert.Contains($"front:{front.Id:N}", tags);
            Assert.Contains($"article:{news[0].Id:N}", tags);
            Assert.Contains(tags, tag => tag.StartsWith("tag:", StringComparison.Ordinal));
        }

        // Each shows at once: a new article in a fill, a pinned one published anew, the front itself.
        await app.Editor.PublishArticle("cached-wire", "cached new", new { tags = new[] { "cached" } });
        Assert.Equal("cached 0 | cached new, cached 1", await app.Reader.Page(front));
        await app.Editor.Publish(await app.Editor.Patch("articles", await app.Editor.Reload(news[0]), new { headline = "cached anew" }));
        Assert.Equal("cached anew | cached new, cached 1", await app.Reader.Page(front));
        await app.Editor.Patch("fronts", front, new { lead = (object?)null });
        Assert.Equal("cached new, cached 1, cached anew", await app.Reader.Page(front));
        Assert.NotEqual(etag, await ETag(front));
    }

    [Fact]
    public async Task A_former_slug_redirects_and_what_was_never_a_front_is_404()
    {
        var front = await app.Editor.CreateFront("Moved front");
        var moved = await app.Editor.Patch("fronts", front, new { slug = "moved-away" });

        using var former = await app.Reader.GetAsync("/api/v1/fronts/moved-front");
        Assert.Equal(HttpStatusCode.PermanentRedirect, former.StatusCode);
        Assert.Equal("/api/v1/fronts/moved-away", former.Headers.Location!.ToString());
        Assert.Equal("", await app.Reader.Page(moved));
        // And back: an address never redirects to itself.
        var back = await app.Editor.Patch("fronts", moved, new { slug = "moved-front" });
        using var now = await app.Reader.GetAsync("/api/v1/fronts/moved-away");
        Assert.Equal("/api/v1/fronts/moved-front", now.Headers.Location!.ToString());
        Assert.Equal("", await app.Reader.Page(back));
        foreach (var nothing in new[] { "never-a-front", $"{Guid.CreateVersion7()}" })
        {
            using var response = await app.Reader.GetAsync($"/api/v1/fronts/{nothing}");
            await response.Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task The_list_has_every_front_and_follows_each_change()
    {
        async Task<List<string>> Names() =>
            [.. (await app.Reader.GetJson("/api/v1/fronts?limit=100"))["items"]!.AsArray().Select(front => $"{front!["slug"]} {front["name"]}").Where(name => name.Contains("isted", StringComparison.Ordinal))];
        var first = await app.Editor.CreateFront("Listed one");
        var second = await app.Editor.CreateFront("Listed two");
        Assert.Equal(["listed-one Listed one", "listed-two Listed two"], await Names());

        await app.Editor.Patch("fronts", second, new { name = "Relisted" });
        Assert.Equal(["listed-one Listed one", "listed-two Relisted"], await Names());

        using var deleted = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/fronts/{first.Id}", ifMatch: first.ETag);
        Assert.Equal(["listed-two Relisted"], await Names());
    }

    private async Task<string> ETag(Saved front)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/fronts/{front.Slug}");
        return response.Headers.ETag!.ToString();
    }

    private static class Published
    {
        /// <summary>Articles of this tag, numbered from the oldest.</summary>
        public static async Task<List<Saved>> Of(NewsApp app, string name, int many, Func<int, object>? with = null)
        {
            var source = await app.Editor.CreateSource($"{name} wire");
            await app.Editor.CreateTag(name);
            var news = new List<Saved>();
            for (var i = 0; i < many; i++)
            {
                news.Add(await app.Editor.PublishArticle(source.Slug, $"{name} {i}", with?.Invoke(i) ?? new { tags = new[] { name } }));
            }
            return news;
        }
    }
}
