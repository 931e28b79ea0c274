using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>Every action in every state: what the state allows happens, with one event; everything else is refused and changes nothing.</summary>
public sealed class WorkflowTests(NewsApp app) : IClassFixture<NewsApp>
{
    private static readonly string[] Actions =
        ["submit", "return", "publish", "schedule", "unschedule", "discardChanges", "withdraw", "trash", "restore", "delete"];

    /// <summary>What each state allows, in the order in which it is told.</summary>
    public static TheoryData<string, string> States => new()
    {
        { "draft", "submit publish schedule trash" },
        { "in review", "return publish schedule trash" },
        { "scheduled", "publish schedule unschedule trash" },
        { "published", "withdraw" },
        { "published, changed", "submit publish schedule discardChanges withdraw" },
        { "published, changed, in review", "return publish schedule discardChanges withdraw" },
        { "published, changed, scheduled", "publish schedule unschedule withdraw" },
        { "withdrawn", "submit publish schedule trash" },
        { "withdrawn, in review", "return publish schedule trash" },
        { "withdrawn, scheduled", "publish schedule unschedule trash" },
        { "trashed", "restore delete" },
        { "withdrawn, trashed", "restore delete" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task What_a_state_allows_is_done_and_announced_once(string state, string allowed)
    {
        var source = await app.Editor.CreateSource();
        foreach (var action in allowed.Split(' '))
        {
            var article = await Make(state, source);
            var events = await app.Events(article.Id);

            using var response = await Try(app.Editor, article, action, article.ETag);

            Assert.Equal(action == "delete" ? HttpStatusCode.NoContent : HttpStatusCode.OK, response.StatusCode);
            if (action != "delete")
            {
                var after = await app.Editor.Reload(article);
                Assert.Equal(after.ETag, response.Headers.ETag!.ToString());
                Assert.Equal(article.Json["version"]!.GetValue<int>() + 1, after.Json["version"]!.GetValue<int>());
            }
            Assert.Equal([.. events, EventOf(action, state)], await app.Events(article.Id));
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task What_a_state_does_not_allow_is_refused_with_what_it_does_and_changes_nothing(string state, string allowed)
    {
        var article = await Make(state, await app.Editor.CreateSource());
        var events = await app.Events(article.Id);
        var seen = await app.Reader.Seen(article);

        foreach (var action in Actions.Except(allowed.Split(' ')).Concat(state.EndsWith("trashed", StringComparison.Ordinal) ? ["save"] : []))
        {
            using var response = await Try(app.Admin, article, action, article.ETag);

            var problem = await response.Problem(HttpStatusCode.Conflict, "action-not-allowed");
            Assert.Equal(allowed.Split(' '), problem["allowedActions"]!.AsArray().Select(name => name!.GetValue<string>()));
        }

        Assert.Equal(article.Json.ToJsonString(), (await app.Editor.Reload(article)).Json.ToJsonString());
        Assert.Equal(events, await app.Events(article.Id));
        Assert.Equal(seen, await app.Reader.Seen(article));
    }

    [Theory]
    [InlineData("draft", "submit save trash")]
    [InlineData("in review", "return save trash")]
    [InlineData("trashed", "restore")]
    [InlineData("scheduled", "")]
    [InlineData("published", "")]
    [InlineData("published, changed", "")]
    [InlineData("withdrawn", "")]
    public async Task A_contributor_moves_its_own_article_only_where_no_reader_would_notice(string state, string allowed)
    {
        var source = await app.Editor.CreateSource();
        foreach (var action in Actions.Append("save"))
        {
            var article = await Make(state, source, app.Contributor);
            var events = await app.Events(article.Id);

            using var response = await Try(app.Contributor, article, action, article.ETag);

            if (allowed.Split(' ').Contains(action))
            {
                Assert.Equal((action, HttpStatusCode.OK), (action, response.StatusCode));
                Assert.Equal(events.Count + 1, (await app.Events(article.Id)).Count);
            }
            else if (response.StatusCode == HttpStatusCode.Conflict)
            {
                // May act on it, but nobody could do this now.
                Assert.NotEqual("", allowed);
                Assert.Equal(events, await app.Events(article.Id));
            }
            else
            {
                await response.Problem(HttpStatusCode.Forbidden, "forbidden");
                Assert.Equal(events, await app.Events(article.Id));
            }
        }
    }

    [Fact]
    public async Task Nobody_acts_on_anothers_article_below_an_editor_nor_at_all_without_a_key()
    {
        var article = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug);
        using var reader = app.Client(await app.MakeKey("reader"));
        foreach (var action in Actions)
        {
            await (await Try(app.Reader, article, action, article.ETag)).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
            await (await Try(reader, article, action, article.ETag)).Problem(HttpStatusCode.Forbidden, "forbidden");
            await (await Try(app.Contributor, article, action, article.ETag)).Problem(HttpStatusCode.Forbidden, "forbidden");
        }
        Assert.Equal(["article.created"], await app.Events(article.Id));
    }

    [Fact]
    public async Task What_an_editor_says_at_a_return_is_kept_in_the_log()
    {
        var article = await app.Contributor.CreateArticle((await app.Editor.CreateSource()).Slug);
        article = await app.Contributor.Submit(article);

        article = await app.Editor.Act(article, "return", new { note = "Who says so?" });

        Assert.Equal("draft", article.Status());
        Assert.Equal(["""{"note": "Who says so?"}"""], await app.Query(
            "SELECT data::text FROM log.events WHERE resource_id = $1 AND type = 'article.returned'", row => row.GetString(0), article.Id));
    }

    private static string EventOf(string action, string state) => action switch
    {
        "submit" => "article.submitted",
        "return" => "article.returned",
        "publish" => state.StartsWith("published", StringComparison.Ordinal) ? "article.updated" : "article.published",
        "schedule" => "article.scheduled",
        "unschedule" => "article.unscheduled",
        "discardChanges" => "article.changesDiscarded",
        "withdraw" => "article.withdrawn",
        "trash" => "article.trashed",
        "restore" => "article.restored",
        "delete" => state == "trashed" ? "article.discarded" : "article.deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private static Task<HttpResponseMessage> Try(HttpClient client, Saved article, string action, string ifMatch)
    {
        var path = $"/api/v1/editorial/articles/{article.Id}";
        return action switch
        {
            "delete" => client.Send(HttpMethod.Delete, path + "?permanent=true", ifMatch: ifMatch),
            "save" => client.Send(HttpMethod.Patch, path, new { kicker = "Saved" }, ifMatch),
            "discardChanges" => client.Send(HttpMethod.Post, path + "/discard-changes", ifMatch: ifMatch),
            "schedule" => client.Send(HttpMethod.Post, path + "/schedule", new { at = "2126-01-01T00:00:00Z" }, ifMatch),
            "return" or "withdraw" => client.Send(HttpMethod.Post, $"{path}/{action}", new { }, ifMatch),
            _ => client.Send(HttpMethod.Post, $"{path}/{action}", ifMatch: ifMatch),
        };
    }

    /// <summary>A state's words, one after the other, are its way there.</summary>
    private async Task<Saved> Make(string state, Saved source, HttpClient? writer = null)
    {
        var article = await (writer ?? app.Editor).CreateArticle(source.Slug, "On its way");
        foreach (var word in state.Split(", "))
        {
            article = word switch
            {
                "draft" => article,
                "in review" => await app.Editor.Submit(article),
                "scheduled" => await app.Editor.Schedule(article, DateTimeOffset.UtcNow.AddYears(1)),
                "published" => await app.Editor.Publish(article),
                "changed" => await app.Editor.Patch("articles", article, new { kicker = "Changed" }),
                "withdrawn" => await app.Editor.Withdraw(await app.Editor.Publish(article)),
                "trashed" => await app.Editor.Trash(article),
                _ => throw new ArgumentOutOfRangeException(nameof(state)),
            };
        }
        return article;
    }
}
