using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleSortTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Each_order_has_its_articles_in_its_order_on_pages_of_any_size()
    {
        var source = await app.Editor.CreateSource("Source of orders");
        var old = await app.Editor.PublishArticle(source.Slug, "Published long ago", new { publishedAt = "2001-01-01T00:00:00Z" });
        var draft = await app.Editor.CreateArticle(source.Slug, "Never published");
        var dated = await app.Editor.CreateArticle(source.Slug, "Dated, not published here", new { publishedAt = "2011-01-01T00:00:00Z" });
        var second = await Schedule(await app.Editor.CreateArticle(source.Slug, "Second to come"), TimeSpan.FromDays(2));
        var live = await app.Editor.PublishArticle(source.Slug, "Published now");
        var first = await Schedule(await app.Editor.Patch("articles", live, new { kicker = "Once more" }), TimeSpan.FromDays(1));
        old = await app.Editor.Patch("articles", old, new { kicker = "Saved last" });

        foreach (var limit in new[] { 100, 2, 1 })
        {
            Assert.Equal([old.Id, first.Id, second.Id, dated.Id, draft.Id], await app.Contributor.Ids($"source={source.Slug}", limit));
            Assert.Equal([old.Id, first.Id, second.Id, dated.Id, draft.Id], await app.Contributor.Ids($"source={source.Slug}&sort=updated", limit));
            Assert.Equal([live.Id, dated.Id, old.Id], await app.Contributor.Ids($"source={source.Slug}&sort=published", limit));
            Assert.Equal([first.Id, second.Id], await app.Contributor.Ids($"source={source.Slug}&sort=scheduled", limit));
        }
        Assert.Equal([dated.Id], await app.Contributor.Ids($"source={source.Slug}&sort=published&status=draft"));
        Assert.Equal([second.Id], await app.Contributor.Ids($"source={source.Slug}&sort=scheduled&q=second"));
    }

    [Fact]
    public async Task Articles_of_one_moment_are_each_on_one_page()
    {
        var source = await app.Editor.CreateSource("Source of one moment");
        var made = new List<Guid>();
        var at = EditorCards.In(TimeSpan.FromDays(3));
        for (var nth = 0; nth < 5; nth++)
        {
            var article = await app.Editor.CreateArticle(source.Slug, $"Of one moment {nth}", new { publishedAt = "2002-02-02T02:02:02Z" });
            made.Add((await app.Editor.Act(article, "schedule", new { at })).Id);
        }

        Assert.Equal(made.OrderDescending(), await app.Editor.Ids($"source={source.Slug}&sort=published", limit: 2));
        Assert.Equal(made.Order(), await app.Editor.Ids($"source={source.Slug}&sort=scheduled", limit: 2));
    }

    [Theory]
    [InlineData("sort=published")]
    [InlineData("sort=scheduled")]
    [InlineData("mine=true")]
    [InlineData("changedSince=2001-01-01T00:00:00Z")]
    public async Task A_cursor_belongs_to_its_order_and_filters(string query)
    {
        var source = await app.Editor.CreateSource("Source of cursors");
        for (var nth = 0; nth < 2; nth++)
        {
            await app.Editor.CreateArticle(source.Slug, "On a page");
        }
        var cursor = (await app.Editor.GetJson($"{EditorCards.List}?limit=1"))["nextCursor"]!.GetValue<string>();

        using var response = await app.Editor.GetAsync($"{EditorCards.List}?limit=1&{query}&after={cursor}");

        await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Fact]
    public async Task Mine_is_what_the_key_that_asks_has_made()
    {
        var source = await app.Editor.CreateSource("Source of mine");
        var theirs = await app.Editor.CreateArticle(source.Slug, "The editor's");
        var own = await app.Contributor.CreateArticle(source.Slug, "The contributor's");
        await app.Editor.Patch("articles", own, new { kicker = "Touched by an editor" });

        Assert.Equal([own.Id], await app.Contributor.Ids($"mine=true&source={source.Slug}"));
        Assert.Equal([theirs.Id], await app.Editor.Ids($"mine=true&source={source.Slug}"));
        Assert.Equal([own.Id, theirs.Id], await app.Contributor.Ids($"mine=false&source={source.Slug}"));
    }

    [Fact]
    public async Task Changed_since_takes_the_moment_itself_along_and_any_offset()
    {
        var source = await app.Editor.CreateSource("Source of changes");
        var before = await app.Editor.CreateArticle(source.Slug, "Before");
        var then = await app.Editor.CreateArticle(source.Slug, "Then");
        var after = await app.Editor.CreateArticle(source.Slug, "After");
        var time = then.Json["updatedAt"]!.GetValue<DateTimeOffset>();

        foreach (var text in new[] { then.Json["updatedAt"]!.GetValue<string>(), time.ToOffset(TimeSpan.FromHours(3.5)).ToString("O", System.Globalization.CultureInfo.InvariantCulture) })
        {
            Assert.Equal([after.Id, then.Id], await app.Editor.Ids($"source={source.Slug}&changedSince={Uri.EscapeDataString(text)}"));
        }
        Assert.DoesNotContain(before.Id, await app.Editor.Ids($"source={source.Slug}&changedSince={after.Json["updatedAt"]!.GetValue<string>()}"));
        Assert.Empty(await app.Editor.Ids($"source={source.Slug}&changedSince=2126-01-01T00:00:00Z"));
    }

    [Theory]
    [InlineData("changedSince=2026-05-04")]
    [InlineData("changedSince=2026-05-04T09:30:00")]
    [InlineData("changedSince=2026-13-04T09:30:00Z")]
    [InlineData("changedSince=2026-05-04T09:30:00+02:00")]
    [InlineData("changedSince=yesterday")]
    [InlineData("changedSince=")]
    [InlineData("mine=yes")]
    [InlineData("sort=Updated")]
    [InlineData("sort=headline")]
    public async Task What_cannot_be_read_is_refused_with_its_rule(string query)
    {
        using var response = await app.Editor.GetAsync($"{EditorCards.List}?{query}");

        var problem = await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
        Assert.Equal(query.Split('=')[0], problem["errors"]!.AsObject().Single().Key);
    }

    private Task<Saved> Schedule(Saved article, TimeSpan time) => app.Editor.Act(article, "schedule", new { at = EditorCards.In(time) });
}
