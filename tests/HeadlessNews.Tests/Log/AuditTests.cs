using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Log;

/// <summary>The log as administrators read it.</summary>
public sealed class AuditTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Audit = "/api/v1/editorial/audit";

    [Fact]
    public async Task An_event_says_who_did_what_to_what_when_and_from_where_with_the_versions_before_and_after()
    {
        var (secret, actor) = await Key();
        using var editor = app.Client(secret);
        var article = await editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        article = await editor.Withdraw(article, "It was a draft.");

        var page = await app.Admin.GetJson($"{Audit}?resource={article.Id}");

        var events = page["items"]!.AsArray();
        Assert.Equal(["article.withdrawn", "article.published", "article.created"], events.Select(each => each!["type"]!.GetValue<string>()));
        Assert.Equal(["3<2", "2<1", "1<"], events.Select(each => $"{each!["version"]}<{each["previousVersion"]}"));
        Assert.All(events, each =>
        {
            Assert.Equal(("article", article.Id), (each!["resource"]!["kind"]!.GetValue<string>(), each["resource"]!["id"]!.GetValue<Guid>()));
            Assert.Equal((actor, "127.0.0.1"), (each["actor"]!.GetValue<string>(), each["address"]!.GetValue<string>()));
            Assert.InRange(each["at"]!.GetValue<DateTimeOffset>(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        });
        Assert.Equal("A test.", events[0]!["data"]!["reason"]!.GetValue<string>());
        Assert.Null(events[2]!["data"]);
    }

    [Fact]
    public async Task Each_filter_finds_what_it_names_and_filters_combine()
    {
        var (secret, actor) = await Key();
        using var editor = app.Client(secret);
        var source = await editor.CreateSource("Filtered wire");
        var article = await editor.PublishArticle(source.Slug, "Filtered");

        Assert.Equal("article.published article.created source.changed", await Types($"actor={actor}"));
        Assert.Equal("article.published article.created", await Types($"actor={actor}&type=article.*"));
        Assert.Equal("article.created", await Types($"actor={actor}&type=article.created"));
        Assert.Equal("source.changed", await Types($"resource={source.Id}"));
        Assert.Equal("", await Types($"resource={source.Id}&type=article.*"));
        Assert.Equal("", await Types($"actor={actor}&type=article.creat"));
        Assert.Equal("article.published article.created", await Types($"resource={article.Id}&address=127.0.0.1"));
        Assert.Equal("article.published article.created", await Types($"resource={article.Id}&address=::ffff:127.0.0.1"));
        Assert.Equal("", await Types($"resource={article.Id}&address=203.0.113.7"));
        Assert.Equal("", await Types("actor=system&address=127.0.0.1"));
        Assert.Equal("key.created", await Types("actor=system"));
    }

    [Fact]
    public async Task From_is_inside_and_to_is_outside_to_the_microsecond()
    {
        var (secret, actor) = await Key();
        using var editor = app.Client(secret);
        var article = await editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        article = await editor.Withdraw(article);
        var times = (await app.Admin.GetJson($"{Audit}?actor={actor}"))["items"]!.AsArray().Select(each => each!["at"]!.GetValue<string>()).ToList();

        Assert.Equal("article.withdrawn article.published", await Types($"actor={actor}&from={times[1]}"));
        Assert.Equal("article.created", await Types($"actor={actor}&to={times[1]}"));
        Assert.Equal("article.published", await Types($"actor={actor}&from={times[1]}&to={times[0]}"));
        Assert.Equal("", await Types($"actor={actor}&from={times[1]}&to={times[1]}"));
        Assert.Equal("", await Types($"actor={actor}&from=2099-01-01T00:00:00Z"));
        Assert.Equal("", await Types($"actor={actor}&to=2001-01-01T00:00:00%2B02:00"));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended_whatever_happens_meanwhile()
    {
        var (secret, actor) = await Key();
        using var editor = app.Client(secret);
        var article = await editor.PublishArticle((await app.Editor.CreateSource()).Slug);
        await editor.Withdraw(article);

        var first = await app.Admin.GetJson($"{Audit}?actor={actor}&limit=2");
        await editor.CreateTag("In between");
        var second = await app.Admin.GetJson($"{Audit}?actor={actor}&limit=2&after={first["nextCursor"]}");

        Assert.Equal(["article.withdrawn", "article.published"], first["items"]!.AsArray().Select(each => each!["type"]!.GetValue<string>()));
        Assert.Equal(["article.created"], second["items"]!.AsArray().Select(each => each!["type"]!.GetValue<string>()));
        Assert.Null(second["nextCursor"]);
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_filters()
    {
        await app.Editor.CreateTag("One");
        await app.Editor.CreateTag("Two");
        var cursor = (await app.Admin.GetJson($"{Audit}?type=tag.*&limit=1"))["nextCursor"]!.GetValue<string>();

        foreach (var filter in new[] { "", "type=tag.changed&", "type=tag.*&from=2020-01-01T00:00:00Z&", "type=tag.*&actor=system&" })
        {
            using var response = await app.Admin.GetAsync($"{Audit}?{filter}after={cursor}");
            await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
        }
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-05-04T09:30:00", "from")]
    [InlineData("to=2026-05-04", "to")]
    [InlineData("resource=night-ferry", "resource")]
    [InlineData("resource=019a8f3e6c1b7c559d0e2f6f3c1a7b10", "resource")]
    [InlineData("address=somewhere", "address")]
    [InlineData("address=fe80::1%251", "address")]
    [InlineData("type=*", "type")]
    [InlineData("type=article", "type")]
    [InlineData("type=article.creat*", "type")]
    [InlineData("type=*.created", "type")]
    public async Task A_filter_that_cannot_be_read_is_refused_by_name(string query, string name)
    {
        using var response = await app.Admin.GetAsync($"{Audit}?{query}");

        Assert.NotNull((await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter"))["errors"]![name]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/refusals")]
    public async Task Only_administrators_read_it(string path)
    {
        using var contributor = await app.Contributor.GetAsync(Audit + path);
        using var editor = await app.Editor.GetAsync(Audit + path);
        using var anonymous = await app.Reader.GetAsync(Audit + path);

        await contributor.Problem(HttpStatusCode.Forbidden, "forbidden");
        await editor.Problem(HttpStatusCode.Forbidden, "forbidden");
        await anonymous.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private async Task<string> Types(string query) => string.Join(' ',
        (await app.Admin.GetJson($"{Audit}?{query}"))["items"]!.AsArray().Select(each => each!["type"]!.GetValue<string>()));

    private async Task<(string Secret, string Actor)> Key()
    {
        var secret = await app.MakeKey("editor");
        return (secret, $"key:{Guid.Parse(secret.Split('_')[1])}");
    }
}
