using System.Collections.Concurrent;
using System.Net;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Hosting;

/// <summary>Revision, delivery document and log are one transaction: no moment to pull the plug leaves them at odds.</summary>
public sealed class ServiceKillTests : ServiceProcessTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kill_amid_publishing_loses_nothing_acknowledged_and_leaves_nothing_at_odds(bool serverToo)
    {
        var acknowledged = new ConcurrentDictionary<Guid, (int Version, bool Live)>();
        await using (var service = await ServiceProcess.Start(Home))
        {
            var source = await service.Client.CreateSource();
            var writers = Enumerable.Range(0, 6).Select(_ => Task.Run(() => WriteUntilItEnds(service.Client, source.Slug, acknowledged))).ToList();
            await Newsroom.Eventually(() => Task.FromResult(acknowledged.Count >= 60), "60 articles are published", seconds: 60);
            if (serverToo)
            {
                KillServer();
            }
            await service.Signal("KILL");
            await Task.WhenAll(writers);
        }

        await using var next = await ServiceProcess.Start(Home);

        foreach (var (id, (version, live)) in acknowledged)
        {
            var article = await next.Client.GetJson($"/api/v1/editorial/articles/{id}");
            // The one at hand may have gone on without its answer.
            Assert.True(article["version"]!.GetValue<int>() >= version, $"{id} is at {article["version"]}, and {version} was acknowledged.");
            using var published = await next.Client.GetAsync($"/api/v1/articles/{id}", Cancel);
            Assert.Equal(article["status"]!.GetValue<string>() == "published" ? HttpStatusCode.OK : HttpStatusCode.Gone, published.StatusCode);
            Assert.True(article["version"]!.GetValue<int>() > version || live == published.IsSuccessStatusCode, $"{id} at {version} is not as acknowledged.");
        }
        await next.Signal("TERM");
        Assert.Empty(await Inspect(Home, owner => owner.Column(
            """
            SELECT format('article %s version %s %s, delivered %s, logged %s %s', article.id, article.version, article.public_state,
                          document.state, last.version, last.type)
            FROM editorial.articles AS article
            LEFT JOIN delivery.articles AS document ON document.article_id = article.id
            LEFT JOIN LATERAL (
                SELECT version, type FROM log.events AS event WHERE event.resource_id = article.id ORDER BY position DESC LIMIT 1
            ) AS last ON true
            WHERE last.version IS DISTINCT FROM article.version
               OR document.version <> article.version
               OR coalesce(document.state, 'never') <> article.public_state
               OR (article.public_state = 'live') <> coalesce(last.type IN ('article.published', 'article.updated'), false)
               OR (article.public_state = 'live') <> EXISTS (SELECT FROM delivery.listing WHERE article_id = article.id)
               OR (article.public_state = 'live' AND document.revision <> article.live_revision)
            """)));
        Assert.Equal(1, await Inspect(Home, owner => owner.Ask<long>(
            "SELECT count(*) FROM log.head WHERE position = (SELECT count(*) FROM log.events) AND position = (SELECT max(position) FROM log.events)")));
    }

    /// <summary>Publish, sometimes take back, and write down what the service said; until it says no more.</summary>
    private static async Task WriteUntilItEnds(HttpClient client, string source, ConcurrentDictionary<Guid, (int, bool)> acknowledged)
    {
        try
        {
            for (var nth = 0; ; nth++)
            {
                var article = await client.PublishArticle(source);
                acknowledged[article.Id] = (article.Json["version"]!.GetValue<int>(), true);
                if (nth % 3 == 0)
                {
                    article = await client.Withdraw(article);
                    acknowledged[article.Id] = (article.Json["version"]!.GetValue<int>(), false);
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
        catch (Exception refused) when (refused.Message.Contains("503", StringComparison.Ordinal))
        {
            // Its server was.
        }
    }
}
