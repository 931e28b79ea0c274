using System.Net;
using HeadlessNews.Articles;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HeadlessNews.Tests.Articles;

/// <summary>A service that keeps three revisions of what was never public.</summary>
public sealed class KeepingThree(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Revisions:KeepLatest", "3")];
}

public sealed class RevisionRetentionTests(KeepingThree app) : IClassFixture<KeepingThree>
{
    [Fact]
    public async Task The_latest_that_were_never_public_are_kept_and_what_was_pruned_is_410()
    {
        var source = await app.Editor.CreateSource("Source of pruned revisions");
        var article = await Saves(await app.Editor.CreateArticle(source.Slug, "Saved often", new { kicker = "1" }), 2, 6);

        Assert.Equal([6, 5, 4], await Kept(article));
        foreach (var path in new[] { "revisions/3", "revisions/1", "revisions/diff?from=3", "revisions/diff?from=4&to=2" })
        {
            using var gone = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}/{path}");
            await gone.Problem(HttpStatusCode.Gone, "revision-pruned");
        }
        using var never = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}/revisions/7");
        await never.Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(4, (await app.Editor.GetJson($"/api/v1/editorial/articles/{article.Id}/revisions/diff?to=5"))["from"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_pruned_revision_cannot_come_back()
    {
        var source = await app.Editor.CreateSource("Source of lost revisions");
        var article = await Saves(await app.Editor.CreateArticle(source.Slug, "Lost revisions", new { kicker = "1" }), 2, 5);
        var position = await app.LogPosition();

        using var gone = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/revisions/1/restore", ifMatch: article.ETag);

        await gone.Problem(HttpStatusCode.Gone, "revision-pruned");
        Assert.Equal(position, await app.LogPosition());
        Assert.Equal([5, 4, 3], await Kept(article));
        var restored = await app.Editor.Act(article, "revisions/3/restore");
        Assert.Equal("3", restored.Json["kicker"]!.GetValue<string>());
        Assert.Equal([6, 5, 4], await Kept(article));
    }

    [Fact]
    public async Task What_was_ever_public_is_kept_besides()
    {
        var source = await app.Editor.CreateSource("Source of public revisions");
        var article = await app.Editor.PublishArticle(source.Slug, "Public once", new { kicker = "1" });
        article = await app.Editor.Publish(await Saves(article, 2, 3));
        article = await Saves(article, 4, 9);

        Assert.Equal([9, 8, 7, 3, 1], await Kept(article));
        article = await app.Editor.Withdraw(article);
        article = await Saves(article, 10, 14);

        Assert.Equal([14, 13, 12, 3, 1], await Kept(article));
        var restored = await app.Editor.Act(article, "revisions/1/restore");
        Assert.Equal("1", restored.Json["kicker"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_scheduled_revision_is_kept_until_it_is_not_scheduled_any_more()
    {
        var source = await app.Editor.CreateSource("Source of scheduled revisions");
        var article = await app.Editor.CreateArticle(source.Slug, "Scheduled early", new { kicker = "1" });
        article = await app.Editor.Act(article, "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) });
        article = await Saves(article, 2, 6);
        Assert.Equal([6, 5, 4, 1], await Kept(article));

        article = await app.Editor.Act(article, "unschedule");
        article = await Saves(article, 7, 7);

        Assert.Equal([7, 6, 5], await Kept(article));
    }

    [Fact]
    public async Task A_revision_that_a_preview_link_shows_is_kept_until_the_link_ends()
    {
        var source = await app.Editor.CreateSource("Source of previewed revisions");
        var article = await app.Editor.CreateArticle(source.Slug, "Previewed", new { kicker = "1" });
        var link = (await app.Query(
            """
            INSERT INTO editorial.preview_links (id, article_id, revision, made_by, made_at, expires_at)
            VALUES (gen_random_uuid(), $1, 1, 'a test', now(), now() + interval '1 hour') RETURNING id
            """, row => row.GetGuid(0), article.Id)).Single();
        article = await Saves(article, 2, 5);
        Assert.Equal([5, 4, 3, 1], await Kept(article));

        await app.Query("UPDATE editorial.preview_links SET revoked_at = now() WHERE id = $1 RETURNING id", row => row.GetGuid(0), link);
        article = await Saves(article, 6, 6);

        Assert.Equal([6, 5, 4], await Kept(article));
    }

    [Fact]
    public async Task One_articles_saves_prune_nothing_of_anothers()
    {
        var source = await app.Editor.CreateSource("Source of neighbours");
        var neighbour = await Saves(await app.Editor.CreateArticle(source.Slug, "Neighbour", new { kicker = "1" }), 2, 3);

        await Saves(await app.Editor.CreateArticle(source.Slug, "Busy one", new { kicker = "1" }), 2, 6);

        Assert.Equal([3, 2, 1], await Kept(neighbour));
    }

    [Fact]
    public async Task A_working_copy_that_went_back_is_kept_and_what_it_left_is_pruned_in_its_turn()
    {
        var source = await app.Editor.CreateSource("Source of kept discards");
        var article = await Saves(await app.Editor.PublishArticle(source.Slug, "Went back", new { kicker = "1" }), 2, 4);
        article = await app.Editor.Act(article, "discard-changes");
        Assert.Equal([4, 3, 2, 1], await Kept(article));

        article = await Saves(article, 5, 6);

        Assert.Equal([6, 5, 4, 1], await Kept(article));
    }

    [Fact]
    public async Task The_database_itself_keeps_the_working_copys_the_live_and_the_scheduled_revision()
    {
        var source = await app.Editor.CreateSource("Source of held revisions");
        var article = await app.Editor.PublishArticle(source.Slug, "Held by keys", new { kicker = "1" });
        article = await Saves(article, 2, 2);
        article = await app.Editor.Act(article, "schedule", new { at = DateTimeOffset.UtcNow.AddDays(1) });
        article = await Saves(article, 3, 4);

        foreach (var (revision, constraint) in new[] { (1, "articles_live_revision_fkey"), (2, "scheduled_publications_revision_fkey"), (4, "articles_revision_fkey") })
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => Delete(article, revision));
            Assert.Equal((PostgresErrorCodes.ForeignKeyViolation, constraint), (refusal.SqlState, refusal.ConstraintName));
        }
        await Delete(article, 3);
        Assert.Equal([4, 2, 1], await Kept(article));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("10001", false)]
    [InlineData("1", true)]
    [InlineData("10000", true)]
    public void A_number_out_of_range_is_refused_at_start(string value, bool isAllowed)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Revisions:KeepLatest", value)]).Build());
        RevisionRetention.Add(services);
        using var provider = services.BuildServiceProvider();

        var refusal = Record.Exception(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Equal(isAllowed, refusal is null);
        if (!isAllowed)
        {
            Assert.Contains("KeepLatest", Assert.IsType<OptionsValidationException>(refusal).Message, StringComparison.Ordinal);
        }
    }

    private async Task<Saved> Saves(Saved article, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            article = await app.Editor.Patch("articles", article, new { kicker = $"{number}" });
        }
        return article;
    }

    private async Task<List<int>> Kept(Saved article) => [.. (await app.Editor.Revisions(article)).Select(item => item["revision"]!.GetValue<int>())];

    private Task<List<int>> Delete(Saved article, int revision) => app.Query(
        "DELETE FROM editorial.article_revisions WHERE article_id = $1 AND revision = $2 RETURNING revision", row => row.GetInt32(0), article.Id, revision);
}
