using System.Collections.Concurrent;
using System.Net;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Sync.Chaos;

/// <summary>
/// Editors who do what editors do, all at once, and go on when the service is gone for a while. What they were told is done is
/// remembered: it may not be lost.
/// </summary>
internal sealed class Writers(HttpClient client, Func<NpgsqlDataSource> database, string source)
{
    private readonly ConcurrentDictionary<Guid, int> told = new();
    private int published;
    private int withdrawn;
    private int deleted;

    /// <summary>The version that each article was last told to be at.</summary>
    public IReadOnlyDictionary<Guid, int> Told => told;

    public string Summary => $"{published} published, {withdrawn} withdrawn, {deleted} deleted";

    public bool DidEnough => published > 50 && withdrawn > 5 && deleted > 0;

    /// <summary>All of them until the time is over; some do nothing but stall and roll back.</summary>
    public Task Run(int many, CancellationToken time) => Task.WhenAll(Enumerable.Range(0, many).Select(number =>
        Task.Run(() => number % 16 == 0 ? Stall(new Random(number), time) : Write(new Random(number), time), CancellationToken.None)));

    private async Task Write(Random random, CancellationToken time)
    {
        var mine = new List<Saved>();
        for (var turn = 0; !time.IsCancellationRequested; turn++)
        {
            try
            {
                if (mine.Count == 0 || (mine.Count < 15 && random.Next(100) < 35))
                {
                    mine.Add(Remember(await client.Publish(Remember(await client.CreateArticle(source, $"Chaos {random.Next()} of turn {turn}")))));
                    Interlocked.Increment(ref published);
                    continue;
                }
                var at = random.Next(mine.Count);
                if (await Change(mine[at], random) is { } changed)
                {
                    mine[at] = Remember(changed);
                }
                else
                {
                    mine.RemoveAt(at);
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or TaskCanceledException or Xunit.Sdk.XunitException or System.Text.Json.JsonException)
            {
                // The service is away, or was when it should have answered: what came of it is not known.
                await Task.Delay(200, CancellationToken.None);
                mine.Clear();
            }
        }
    }

    /// <returns>As it is now; null when it is no more.</returns>
    private async Task<Saved?> Change(Saved article, Random random)
    {
        var state = article.Json["status"]!.GetValue<string>();
        if (state == "withdrawn")
        {
            if (random.Next(3) > 0)
            {
                Interlocked.Increment(ref published);
                return await client.Publish(article);
            }
            var trashed = Remember(await client.Act(article, "trash"));
            using var response = await client.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: trashed.ETag);
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                Interlocked.Increment(ref deleted);
                told.TryRemove(article.Id, out _);
            }
            return null;
        }
        switch (random.Next(4))
        {
            case 0:
                Interlocked.Increment(ref withdrawn);
                return await client.Withdraw(article, "Withdrawn in the chaos.");
            case 1:
                await client.Correct(article, $"It was {random.Next()}.");
                return article;
            default:
                Interlocked.Increment(ref published);
                return await client.Publish(Remember(await client.Patch("articles", article, new { kicker = $"Kicker {random.Next()}" })));
        }
    }

    /// <summary>
    /// A transaction of somebody's that has taken its place in the log, and stands; and comes to nothing, or to something after all. One
    /// that holds an article's record, too, for longer than editors like to wait.
    /// </summary>
    private async Task Stall(Random random, CancellationToken time)
    {
        while (!time.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database().OpenConnectionAsync(CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                var article = await Ask(connection, "SELECT article_id FROM delivery.articles WHERE state = 'live' ORDER BY random() LIMIT 1");
                if (article is Guid id)
                {
                    if (random.Next(2) == 0)
                    {
                        await Ask(connection, $"SELECT id FROM editorial.articles WHERE id = '{id}' FOR UPDATE");
                        await Task.Delay(random.Next(1_500), CancellationToken.None);
                    }
                    await Ask(connection, $"SELECT log.append(ARRAY['article.rerendered'], ARRAY['article'], ARRAY['{id}'::uuid], ARRAY[1], ARRAY[1], ARRAY[NULL::jsonb], ARRAY[NULL], 'a test', NULL)");
                    await Task.Delay(random.Next(250), CancellationToken.None);
                }
                await (random.Next(3) == 0 ? transaction.CommitAsync(CancellationToken.None) : transaction.RollbackAsync(CancellationToken.None));
            }
            catch (Exception gone) when (gone is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                // The database was away.
            }
            await Task.Delay(random.Next(500), CancellationToken.None);
        }
    }

    private static async Task<object?> Ask(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private Saved Remember(Saved article)
    {
        told[article.Id] = article.Json["version"]!.GetValue<int>();
        return article;
    }
}
