using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Idempotency;

/// <summary>What an Idempotency-Key holds, against whom, and for how long.</summary>
public sealed class IdempotencyTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Tags = "/api/v1/editorial/tags";

    private static readonly object Harbour = new { name = "Harbour", kind = "topic" };

    private readonly string key = $"{Guid.NewGuid()}";

    [Fact]
    public async Task Another_body_or_another_address_under_the_same_key_is_refused()
    {
        await app.Editor.Post(Tags, key, Harbour).First();
        var before = await app.LogPosition();

        using var otherBody = await app.Editor.Post(Tags, key, new { name = "Harbours", kind = "topic" });
        using var otherAddress = await app.Editor.Post("/api/v1/editorial/authors", key, Harbour);

        await otherBody.Problem(HttpStatusCode.UnprocessableEntity, "idempotency-key-used");
        await otherAddress.Problem(HttpStatusCode.UnprocessableEntity, "idempotency-key-used");
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task Keys_are_each_callers_own()
    {
        var mine = await app.Editor.Post(Tags, key, Harbour).First();
        var theirs = await app.Admin.Post(Tags, key, Harbour).First();

        Assert.NotEqual(mine.Id, theirs.Id);
        Assert.Equal(mine, await app.Editor.Post(Tags, key, Harbour).Replay());
        Assert.Equal(theirs, await app.Admin.Post(Tags, key, Harbour).Replay());
    }

    [Fact]
    public async Task What_was_refused_was_not_done_and_may_be_asked_again()
    {
        var source = await app.Editor.CreateSource();
        var empty = await app.Editor.CreateArticle(source.Slug, "Nothing to say yet", new { body = new { format = "markdown", content = "" } });
        var publish = $"/api/v1/editorial/articles/{empty.Id}/publish";
        using (var refused = await app.Editor.Post(publish, key, ifMatch: empty.ETag))
        {
            await refused.Problem(HttpStatusCode.UnprocessableEntity, "not-publishable");
        }
        var written = await app.Editor.Patch("articles", empty, new { body = new { format = "markdown", content = "The ferry left." } });
        using (var stale = await app.Editor.Post(publish, key, ifMatch: empty.ETag))
        {
            await stale.Problem(HttpStatusCode.PreconditionFailed);
        }

        var published = await app.Editor.Post(publish, key, ifMatch: written.ETag).First();

        Assert.Equal("\"3\"", published.ETag);
        Assert.Equal(published, await app.Editor.Post(publish, key, ifMatch: empty.ETag).Replay());
        Assert.Equal(["article.created", "article.saved", "article.published"], await app.Events(empty.Id));
    }

    [Fact]
    public async Task What_changed_nothing_is_answered_alike_too_when_it_would_change_something_by_now()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.CreateArticle(source.Slug, "As it was");
        var restore = $"/api/v1/editorial/articles/{article.Id}/revisions/1/restore";
        var first = await app.Editor.Post(restore, key, ifMatch: article.ETag).First();
        await app.Editor.Patch("articles", article, new { headline = "As it is" });

        Assert.Equal(first, await app.Editor.Post(restore, key, ifMatch: article.ETag).Replay());

        Assert.Equal("As it is", (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}"))["headline"]!.GetValue<string>());
        Assert.Equal(["article.created", "article.saved"], await app.Events(article.Id));
    }

    [Fact]
    public async Task What_is_published_under_a_key_can_be_read_when_that_has_answered()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.CreateArticle(source.Slug, "Read at once");
        using (var before = await app.Reader.GetAsync("/api/v1/articles?limit=1"))
        {
            before.EnsureSuccessStatusCode();
        }

        await app.Editor.Post($"/api/v1/editorial/articles/{article.Id}/publish", key, ifMatch: article.ETag).First();

        Assert.Equal(article.Id, (await app.Reader.GetJson("/api/v1/articles?limit=1"))["items"]![0]!["id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task While_the_first_runs_a_second_is_409_on_any_node_and_later_has_its_answer()
    {
        app.StartAnotherNode();
        var secret = await app.MakeKey("editor");
        using var here = app.Client(secret);
        using var there = app.ClientOfAnotherNode(secret);
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.CreateArticle(source.Slug, "Sent twice at once");
        var submit = $"/api/v1/editorial/articles/{article.Id}/submit";
        Task<Answered> first;
        await using (var row = await HeldRow.Of(app, article.Id))
        {
            first = here.Post(submit, key, ifMatch: article.ETag).First();
            await Newsroom.Eventually(row.IsWaitedFor, "the first waits for the article");

            foreach (var client in new[] { here, there })
            {
                using var second = await client.Post(submit, key, ifMatch: article.ETag);
                await second.Problem(HttpStatusCode.Conflict, "idempotency-key-busy");
            }
        }

        var answer = await first;

        Assert.Equal(answer, await here.Post(submit, key, ifMatch: article.ETag).Replay());
        // The other node has never seen it: what is kept is in the database, and so survives any restart.
        Assert.Equal(answer, await there.Post(submit, key, ifMatch: article.ETag).Replay());
        Assert.Equal(["article.created", "article.submitted"], await app.Events(article.Id));
    }

    [Fact]
    public async Task However_many_come_at_once_it_is_done_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var response = await app.Editor.Post(Tags, key, new { name = "Sent forty times", kind = "topic" });
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync());
        }));

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        Assert.Single(answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).Select(answer => answer.Body).Distinct());
        Assert.Single((await app.Editor.GetJson($"{Tags}?q=Sent+forty"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Who_hangs_up_in_the_middle_leaves_nothing_behind_and_may_ask_again()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.CreateArticle(source.Slug, "Hung up on");
        var submit = $"/api/v1/editorial/articles/{article.Id}/submit";
        await using (var row = await HeldRow.Of(app, article.Id))
        {
            using var patience = new CancellationTokenSource();
            var first = app.Editor.Post(submit, key, ifMatch: article.ETag, cancel: patience.Token);
            await Newsroom.Eventually(row.IsWaitedFor, "the first waits for the article");
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await Newsroom.Eventually(async () => !await row.IsWaitedFor(), "nobody waits any more");
        }
        Assert.Equal(["article.created"], await app.Events(article.Id));

        await Newsroom.Eventually(async () =>
        {
            using var again = await app.Editor.Post(submit, key, ifMatch: article.ETag);
            return again.StatusCode == HttpStatusCode.OK;
        }, "it is done");

        Assert.Equal(["article.created", "article.submitted"], await app.Events(article.Id));
    }

    [Fact]
    public async Task After_a_day_by_the_databases_clock_it_is_done_anew()
    {
        var first = await app.Editor.Post(Tags, key, Harbour).First();
        await app.Query("UPDATE editorial.kept_answers SET at = at - interval '23 hours 59 minutes' WHERE key = $1 RETURNING 1", row => row.GetInt32(0), key);
        Assert.Equal(first, await app.Editor.Post(Tags, key, Harbour).Replay());
        await app.Query("UPDATE editorial.kept_answers SET at = at - interval '1 minute' WHERE key = $1 RETURNING 1", row => row.GetInt32(0), key);

        // Another request by now: the day is over.
        var next = await app.Editor.Post(Tags, key, new { name = "Harbour of today", kind = "topic" }).First();

        Assert.NotEqual(first.Id, next.Id);
        Assert.Equal(next, await app.Editor.Post(Tags, key, new { name = "Harbour of today", kind = "topic" }).Replay());
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_pruned_and_nothing_younger()
    {
        var young = $"{Guid.NewGuid()}";
        await app.Editor.Post(Tags, key, Harbour).First();
        await app.Editor.Post(Tags, young, Harbour).First();
        await app.Query("UPDATE editorial.kept_answers SET at = at - interval '24 hours' WHERE key = $1 RETURNING 1", row => row.GetInt32(0), key);

        app.StartAnotherNode();

        await Newsroom.Eventually(async () => (await Kept(key)).Count == 0, "the old answer is gone");
        Assert.Single(await Kept(young));
    }

    private Task<List<int>> Kept(string named) => app.Query("SELECT status FROM editorial.kept_answers WHERE key = $1", row => row.GetInt32(0), named);
}
