using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>A service that is stopped and started again, and two at once on one database.</summary>
public sealed class NodeTests(TestPostgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_when_the_service_stops_comes_from_the_next_that_starts()
    {
        var isUp = false;
        await using var receiver = await ReceivingServer.Start(async (_, _, http) =>
        {
            await Task.Delay(20, Cancel);
            http.Response.StatusCode = Volatile.Read(ref isUp) ? 200 : 500;
        });
        var database = await postgres.CreateDatabase();
        MadeWebhook webhook;
        List<Saved> articles = [];
        await using (var first = await Node.Start(postgres, database))
        {
            webhook = await first.Admin.CreateWebhook(receiver.Url, "article.*");
            var source = await first.Editor.CreateSource();
            for (var nth = 0; nth < 10; nth++)
            {
                articles.Add(await first.Editor.PublishArticle(source.Slug, $"Kept {nth}"));
            }
            await Newsroom.Eventually(() => Task.FromResult(receiver.Requests.Count > 0), "it was tried");
            articles[0] = await first.Editor.Withdraw(articles[0]);
        }
        var before = receiver.Requests.Count;
        Volatile.Write(ref isUp, true);

        await using var next = await Node.Start(postgres, database);

        await next.Admin.UntilDone(webhook, 11);
        Assert.All(articles, article => Assert.Contains(receiver.Requests.Skip(before), request => request.Resource == article.Id));
        var withdrawn = receiver.Requests.Skip(before).Where(request => request.Resource == articles[0].Id).ToList();
        Assert.Equal(2, withdrawn.Count);
        Assert.All(withdrawn, request => Assert.Null(request.Json["data"]));
        Assert.All(receiver.Requests, request => Assert.True(request.IsSignedWith(webhook.Secret)));
    }

    [Fact]
    public async Task Two_nodes_send_each_event_once_and_in_its_order()
    {
        await using var receiver = await ReceivingServer.Start((_, _, _) => Task.Delay(Random.Shared.Next(10), Cancel));
        await using var app = await Node.Start(postgres, await postgres.CreateDatabase());
        app.StartAnotherNode();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");
        var source = await app.Editor.CreateSource();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var article = await app.Editor.PublishArticle(source.Slug, $"By two nodes {n}");
            for (var nth = 0; nth < 4; nth++)
            {
                article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { kicker = $"Change {nth}" }));
            }
        }));

        await app.Admin.UntilDone(webhook, 8 * 5);
        Assert.Equal(8 * 5, receiver.Requests.Count);
        Assert.Distinct(receiver.Requests.Select(request => request.Id));
        Assert.All(receiver.Requests.GroupBy(request => request.Resource), its => Assert.Equal(its.Select(request => request.Version).Order(), its.Select(request => request.Version)));
    }

    private sealed class Node(TestPostgres postgres, IConfiguration database) : WebhookApp(postgres)
    {
        public static async Task<Node> Start(TestPostgres postgres, IConfiguration database)
        {
            var node = new Node(postgres, database);
            await node.InitializeAsync();
            return node;
        }

        protected override Task<IConfiguration> CreateDatabase() => Task.FromResult(database);

        protected override Task Prepare() => Task.CompletedTask;
    }
}
