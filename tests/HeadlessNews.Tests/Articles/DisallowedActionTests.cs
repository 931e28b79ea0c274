using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class DisallowedActionTests(NewsApp app) : IClassFixture<NewsApp>
{
    public static TheoryData<string, string, string> Cases => new()
    {
        { "draft", "submit publish schedule trash", "withdraw restore delete" },
        { "published", "withdraw", "publish trash restore delete" },
        { "changed", "submit publish schedule discardChanges withdraw", "trash restore delete" },
        { "withdrawn", "submit publish schedule trash", "withdraw restore delete" },
        { "trashed", "restore delete", "publish withdraw trash save replace" },
        { "trashedWithdrawn", "restore delete", "publish withdraw trash save replace" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_action_that_the_state_does_not_allow_is_refused_with_those_it_does_and_changes_nothing(string state, string allowed, string refused)
    {
        var source = await app.Editor.CreateSource("Source of states");
        var article = await Make(state, source);
        var path = $"/api/v1/editorial/articles/{article.Id}";
        var before = await app.Editor.GetJson(path);
        var events = await app.Events(article.Id);
        var delivered = await Delivered(article);
        var (headline, body) = ("Replaced", new { format = "markdown", content = "x" });

        foreach (var action in refused.Split(' '))
        {
            using var response = action switch
            {
                "trash" => await app.Admin.Send(HttpMethod.Delete, path, ifMatch: "*"),
                "delete" => await app.Admin.Send(HttpMethod.Delete, path + "?permanent=true", ifMatch: "*"),
                "save" => await app.Admin.Send(HttpMethod.Patch, path, new { headline }, article.ETag),
                "replace" => await app.Admin.Send(HttpMethod.Put, path, new { headline, language = "en", source = source.Slug, body }, article.ETag),
                "withdraw" => await app.Admin.Send(HttpMethod.Post, path + "/withdraw", new { }, "*"),
                _ => await app.Admin.Send(HttpMethod.Post, $"{path}/{action}", ifMatch: "*"),
            };

            var problem = await response.Problem(HttpStatusCode.Conflict, "action-not-allowed");
            Assert.Equal(allowed.Split(' '), problem["allowedActions"]!.AsArray().Select(name => name!.GetValue<string>()));
        }

        Assert.Equal(before.ToJsonString(), (await app.Editor.GetJson(path)).ToJsonString());
        Assert.Equal(events, await app.Events(article.Id));
        Assert.Equal(delivered, await Delivered(article));
    }

    private async Task<Saved> Make(string state, Saved source)
    {
        var draft = await app.Editor.CreateArticle(source.Slug, $"In the state {state}");
        return state switch
        {
            "draft" => draft,
            "published" => await app.Editor.Publish(draft),
            "changed" => await app.Editor.Patch("articles", await app.Editor.Publish(draft), new { kicker = "Changed" }),
            "withdrawn" => await app.Editor.Withdraw(await app.Editor.Publish(draft)),
            "trashed" => await Trash(draft),
            "trashedWithdrawn" => await Trash(await app.Editor.Withdraw(await app.Editor.Publish(draft))),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
    }

    private async Task<Saved> Trash(Saved article)
    {
        using var response = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        using var read = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}");
        return article with { ETag = read.Headers.ETag!.ToString() };
    }

    private async Task<string> Delivered(Saved article)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{article.Id}");
        // A problem's traceId is another at each request.
        return $"{response.StatusCode} {response.Headers.ETag}";
    }
}
