using System.Net;
using HeadlessNews.Tests.Delivery.Coverage;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>A place in another history, or in one that is no longer told, is said to be so: nobody goes on from it with a hole in his copy.</summary>
public sealed class ExpiredCursorTests(NewsApp app) : IClassFixture<NewsApp>
{
    /// <summary>Both ways to go on, and an initial sync that was under way.</summary>
    private sealed record Places(string InLog, string InState);

    [Fact]
    public async Task After_a_restored_backup_that_does_not_reach_so_far()
    {
        var places = await TakePlaces();
        await AsOwner(
            """
            DELETE FROM log.events WHERE position > (SELECT position - 3 FROM log.head);
            UPDATE log.head SET position = position - 3
            """);

        await IsExpired(places);
    }

    [Fact]
    public async Task After_a_standby_was_promoted_that_had_not_all_of_it_and_has_gone_its_own_way()
    {
        var places = await TakePlaces();
        await AsOwner(
            """
            DELETE FROM log.events WHERE position > (SELECT position - 3 FROM log.head);
            UPDATE log.head SET position = position - 3
            """);
        // It has come as far again, and farther: with other rows.
        var source = await app.Editor.CreateSource($"Another history {Guid.NewGuid()}");
        for (var i = 0; i < 3; i++)
        {
            await app.Editor.PublishArticle(source.Slug, $"Another history {i}");
        }

        await IsExpired(places);
    }

    [Fact]
    public async Task When_what_came_after_it_is_older_than_is_told()
    {
        var places = await TakePlaces();
        await app.Editor.CreateSource($"Later {Guid.NewGuid()}");
        await AsOwner("UPDATE log.events SET at = at - interval '91 days'");

        await IsExpired(places);
    }

    [Fact]
    public async Task When_what_came_after_it_has_been_dropped()
    {
        var places = await TakePlaces();
        await app.Editor.CreateSource($"Dropped {Guid.NewGuid()}");
        await app.Editor.CreateSource($"Kept {Guid.NewGuid()}");
        await AsOwner("DELETE FROM log.events WHERE position < (SELECT position FROM log.head)");

        await IsExpired(places);
    }

    /// <summary>A quiet newsroom: the last that happened is long ago, and nothing is missing.</summary>
    [Fact]
    public async Task Not_when_nothing_has_come_after_it_however_long_ago_that_was()
    {
        var places = await TakePlaces();
        await AsOwner("UPDATE log.events SET at = at - interval '200 days'");

        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync($"/api/v1/sync?after={places.InLog}")).StatusCode);
        await using var stream = await EventStream.Open(app.Address, lastEventId: places.InLog);
        await app.Editor.CreateSource($"At last {Guid.NewGuid()}");
        Assert.Equal(HttpStatusCode.OK, (await app.Reader.GetAsync($"/api/v1/sync?after={places.InState}")).StatusCode);
    }

    [Fact]
    public async Task A_stream_that_is_open_ends_when_the_database_is_set_back()
    {
        var source = await app.Editor.CreateSource($"Set back {Guid.NewGuid()}");
        await using var stream = await EventStream.Open(app.Address);
        await app.Editor.PublishArticle(source.Slug, "Forgotten");
        Assert.NotNull(await stream.Next(Soon));
        await AsOwner(
            """
            DELETE FROM log.events WHERE position > (SELECT position - 3 FROM log.head);
            UPDATE log.head SET position = position - 3
            """);

        while (await stream.Next(Soon) is not null)
        {
        }
        var expired = await Assert.ThrowsAsync<HttpRequestException>(() => EventStream.Open(app.Address, lastEventId: stream.LastEventId));
        Assert.Equal(HttpStatusCode.Gone, expired.StatusCode);
    }

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private async Task<Places> TakePlaces()
    {
        var source = await app.Editor.CreateSource($"Source {Guid.NewGuid()}");
        await app.Editor.PublishArticle(source.Slug, $"Article {Guid.NewGuid()}");
        // What is found beside it is in the log as well, a moment later.
        await app.Databases.NeighboursAreFound();
        var inState = (await app.Reader.GetJson("/api/v1/sync?initial=true&limit=1"))["nextCursor"]!.GetValue<string>();
        var copy = new Copy();
        await copy.Follow(app.Reader);
        return new Places(copy.Cursor!, inState);
    }

    private async Task IsExpired(Places places)
    {
        foreach (var path in new[] { $"/api/v1/sync?after={places.InLog}", $"/api/v1/sync?after={places.InState}", $"/api/v1/stream?lastEventId={places.InLog}" })
        {
            using var response = await app.Reader.GetAsync(path);
            await response.Problem(HttpStatusCode.Gone, "cursor-expired");
        }
        // Begun anew, it is whole.
        var copy = new Copy();
        await copy.Follow(app.Reader);
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    private async Task AsOwner(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(app.Services.GetRequiredService<IConfiguration>().GetConnectionString("News")!);
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
