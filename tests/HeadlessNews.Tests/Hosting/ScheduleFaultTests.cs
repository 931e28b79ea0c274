using System.Globalization;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Tests.Hosting;

/// <summary>What is due is published once, whoever is killed in the middle of it.</summary>
public sealed class ScheduleFaultTests : ServiceProcessTest
{
    [Fact]
    public async Task A_kill_between_the_claim_and_the_publication_leaves_it_to_the_next_start()
    {
        await using var postgres = await StartServer();
        await using var owner = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var gate = await owner.OpenConnectionAsync(Cancel);
        Saved article;
        await using (var service = await Serve(postgres))
        {
            article = await service.Client.CreateArticle((await service.Client.CreateSource()).Slug);
            // Writers of delivery go one after another; this one stays inside, so the publication waits behind it with its claim.
            await gate.Do("SELECT pg_advisory_lock(hashtext('delivery'))");
            await service.Client.Schedule(article, DateTimeOffset.UtcNow.AddSeconds(2));
            await Newsroom.Eventually(
                async () => await owner.Ask<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1, "the publication waits");
            Assert.Equal(0, await owner.Ask<long>("SELECT count(*) FROM (SELECT FROM editorial.scheduled_publications FOR UPDATE SKIP LOCKED) AS unclaimed"));

            await service.Signal("KILL");
        }
        await gate.Do("SELECT pg_advisory_unlock(hashtext('delivery'))");
        Assert.Equal(["article.created", "article.scheduled"], await EventsOf(owner, article.Id));

        await using var next = await Serve(postgres);

        await Newsroom.Eventually(async () => (await next.Client.Reload(article)).Status() == "published", "it is published after all");
        Assert.Equal(["article.created", "article.scheduled", "article.published"], await EventsOf(owner, article.Id));
        Assert.Single((await next.Client.GetJson("/api/v1/articles"))["items"]!.AsArray());
        await next.Signal("TERM");
    }

    [Fact]
    public async Task What_fell_due_during_an_outage_is_published_at_the_start_the_oldest_first()
    {
        await using var postgres = await StartServer();
        await using var owner = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using (var service = await Serve(postgres))
        {
            var article = await service.Client.CreateArticle((await service.Client.CreateSource()).Slug);
            await service.Client.Schedule(article, DateTimeOffset.UtcNow.AddDays(1));
            await service.Signal("TERM");
            // More than a batch, and the later made the earlier due.
            await ScheduledInBulk.Make(owner, article, 249, "now() - nth * interval '1 second'");
        }
        var due = await owner.Column("SELECT article_id::text FROM editorial.scheduled_publications ORDER BY due_at");

        await using var next = await Serve(postgres);

        await AllArePublished(owner);
        Assert.Equal(250, due.Count);
        Assert.Equal(due, await owner.Column("SELECT resource_id::text FROM log.events WHERE type = 'article.published' ORDER BY position"));
        await next.Signal("TERM");
    }

    [Theory]
    [InlineData("the database server")]
    [InlineData("one of two services")]
    public async Task A_kill_amid_a_run_of_publications_loses_none_and_doubles_none(string victim)
    {
        const int Many = 1_500;
        var postgres = await StartServer();
        try
        {
            await using var one = await Serve(postgres);
            await using var other = await Serve(postgres);
            await using (var owner = NpgsqlDataSource.Create(postgres.ConnectionString))
            {
                var article = await one.Client.CreateArticle((await one.Client.CreateSource()).Slug);
                article = await one.Client.Schedule(article, DateTimeOffset.UtcNow.AddDays(1));
                await ScheduledInBulk.Make(owner, article, Many - 1, "now()");
                await Newsroom.Eventually(async () => await Waiting(owner) is > 0 and < Many, "the run has begun", seconds: 60);
                if (victim == "the database server")
                {
                    KillServer();
                }
                else
                {
                    await one.Signal("KILL");
                }
            }
            if (victim == "the database server")
            {
                await postgres.DisposeAsync();
                postgres = await StartServer();
            }

            await using var door = NpgsqlDataSource.Create(postgres.ConnectionString);
            Assert.InRange(await Waiting(door), 1, Many);
            await AllArePublished(door);
            foreach (var (count, what) in new[]
            {
                (Many, "count(*) FROM log.events WHERE type = 'article.published'"),
                (Many, "count(DISTINCT resource_id) FROM log.events WHERE type = 'article.published'"),
                (Many, "count(*) FROM delivery.articles AS document JOIN editorial.articles AS article ON article.id = document.article_id "
                    + "WHERE document.state = 'live' AND article.public_state = 'live' AND document.version = 3 AND article.version = 3"),
                (Many, "count(*) FROM delivery.listing WHERE facet_kind = 'all'"),
                (0, "count(*) FROM log.events WHERE type IN ('article.updated', 'article.scheduleFailed')"),
                (1, "count(*) FROM log.head WHERE position = (SELECT count(*) FROM log.events)"),
            })
            {
                Assert.Equal((what, count), (what, await door.Ask<long>($"SELECT {what}")));
            }
            await other.UntilReady();
            await other.Signal("TERM");
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    private Task<EmbeddedPostgres> StartServer() => EmbeddedPostgres.StartAsync(ServiceProcess.DataIn(Home), NullLogger.Instance, Cancel);

    /// <summary>A service on a server that is not its own, and so outlives it.</summary>
    private Task<ServiceProcess> Serve(EmbeddedPostgres postgres) => ServiceProcess.Start(
        Home, "--ConnectionStrings:News", postgres.ConnectionString, "--ConnectionStrings:NewsDelivery", postgres.DeliveryConnectionString);

    private static Task<long> Waiting(NpgsqlDataSource owner) => owner.Ask<long>("SELECT count(*) FROM editorial.scheduled_publications");

    private static Task AllArePublished(NpgsqlDataSource owner) =>
        Newsroom.Eventually(async () => await Waiting(owner) == 0, "nothing waits any more", seconds: 180);

    private static Task<List<string>> EventsOf(NpgsqlDataSource owner, Guid id) =>
        owner.Column(string.Create(CultureInfo.InvariantCulture, $"SELECT type FROM log.events WHERE resource_id = '{id}' ORDER BY position"));
}
