using System.Collections.Concurrent;
using System.Net;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Idempotency;

namespace HeadlessNews.Tests.Hosting;

/// <summary>The write and the answer to it are one transaction: whatever moment the plug is pulled, sending again is safe.</summary>
public sealed class IdempotencyKillTests : ServiceProcessTest
{
    private const string Tags = "/api/v1/editorial/tags";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_kill_everything_is_sent_again_and_was_done_once(bool serverToo)
    {
        // What was sent, and what came back before the end: null where nothing did.
        var sent = new ConcurrentDictionary<string, string?>();
        await using (var service = await ServiceProcess.Start(Home))
        {
            var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(() => WriteUntilItEnds(service.Client, writer, sent))).ToList();
            await Infrastructure.Newsroom.Eventually(() => Task.FromResult(sent.Count >= 200), "200 tags are made", seconds: 60);
            if (serverToo)
            {
                KillServer();
            }
            await service.Signal("KILL");
            await Task.WhenAll(writers);
        }

        await using (var next = await ServiceProcess.Start(Home))
        {
            foreach (var (key, answered) in sent)
            {
                using var again = await next.Client.Post(Tags, key, Tag(key));
                var body = await again.Content.ReadAsStringAsync(Cancel);
                Assert.True(again.StatusCode == HttpStatusCode.Created, body);
                if (answered is not null)
                {
                    Assert.Equal(answered, body);
                    Assert.True(again.Headers.Contains("Idempotency-Replayed"));
                }
            }
            await next.Signal("TERM");
        }

        Assert.Contains(sent.Values, answered => answered is not null);
        Assert.Equal(sent.Keys.Order(StringComparer.Ordinal), await Inspect(Home, owner => owner.Column(
            """SELECT tag.name FROM editorial.tags AS tag JOIN log.events AS event ON event.resource_id = tag.id ORDER BY tag.name COLLATE "C" """)));
    }

    private static object Tag(string name) => new { name, kind = "topic" };

    private static async Task WriteUntilItEnds(HttpClient client, int writer, ConcurrentDictionary<string, string?> sent)
    {
        try
        {
            for (var nth = 0; ; nth++)
            {
                var key = $"key-{writer}-{nth}";
                sent[key] = null;
                using var made = await client.Post(Tags, key, Tag(key));
                if (made.StatusCode != HttpStatusCode.Created)
                {
                    // Its server was killed.
                    return;
                }
                sent[key] = await made.Content.ReadAsStringAsync();
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }
}
