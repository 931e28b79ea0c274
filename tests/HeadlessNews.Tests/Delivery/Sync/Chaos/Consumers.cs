using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HeadlessNews.Tests.Delivery.Sync.Chaos;

/// <summary>
/// What survives a consumer: items are kept as they are applied, one by one, and the cursor after them. So one that is killed between has
/// some of a page twice.
/// </summary>
internal sealed class Store
{
    private readonly ConcurrentDictionary<Guid, string> kept = new();

    public string? Cursor { get; set; }

    public int Applied { get; private set; }

    public int Kills { get; set; }

    public List<string> Lines => [.. kept.Values.Order(StringComparer.Ordinal)];

    public void Apply(JsonElement item, string kind)
    {
        var id = item.GetProperty("id").GetGuid();
        if (item.GetProperty("data") is { ValueKind: not JsonValueKind.Null } data)
        {
            kept[id] = $"{kind} {data.GetRawText()}";
        }
        else
        {
            kept.TryRemove(id, out _);
        }
        Applied++;
    }

    public void Apply(JsonElement item) => Apply(item, item.GetProperty("type").GetString()!.Split('.')[0]);
}

/// <summary>Consumers by sync and by stream, killed at random and begun again with what they had kept.</summary>
internal static class Consumers
{
    public static async Task Sync(Store store, Func<Uri> service, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Live(store, random, async killed =>
            {
                using var client = new HttpClient { BaseAddress = service() };
                while (true)
                {
                    using var page = JsonDocument.Parse(await client.GetStringAsync(
                        store.Cursor is null ? "/api/v1/sync?initial=true&limit=7" : $"/api/v1/sync?after={store.Cursor}&limit={random.Next(1, 200)}", killed));
                    foreach (var item in page.RootElement.GetProperty("items").EnumerateArray())
                    {
                        killed.ThrowIfCancellationRequested();
                        store.Apply(item);
                    }
                    store.Cursor = page.RootElement.GetProperty("nextCursor").GetString();
                    if (!page.RootElement.GetProperty("hasMore").GetBoolean())
                    {
                        await Task.Delay(50, killed);
                    }
                }
            }, end);
        }
    }

    public static async Task Stream(Store store, Func<Uri> service, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Live(store, random, async killed =>
            {
                await using var stream = await EventStream.Open(service(), lastEventId: store.Cursor, cancel: killed);
                while (await stream.Next(killed) is { } item)
                {
                    store.Apply(item);
                    killed.ThrowIfCancellationRequested();
                    store.Cursor = stream.LastEventId;
                }
            }, end);
        }
    }

    /// <summary>One life, to its random end, or the service's.</summary>
    private static async Task Live(Store store, Random random, Func<CancellationToken, Task> life, CancellationToken end)
    {
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(end);
        killed.CancelAfter(random.Next(200, 4_000));
        try
        {
            await life(killed.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or HttpRequestException { StatusCode: not HttpStatusCode.Gone } or IOException)
        {
            store.Kills++;
            await Task.Delay(random.Next(100), CancellationToken.None);
        }
    }
}

/// <summary>
/// A receiver of webhooks that fails half of the time, before or after it has kept what came, breaks connections and answers late. It
/// believes nothing that is not signed.
/// </summary>
internal sealed class Receiver(Store store, Random random) : IAsyncDisposable
{
    private readonly Lock keeping = new();
    private WebApplication? app;

    public string Secret { get; set; } = "";

    public string Url { get; private set; } = "";

    /// <summary>Good again: what is left comes soon.</summary>
    public bool IsWell { get; set; }

    public int Failed { get; private set; }

    public List<string> Faults { get; } = [];

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/", Receive);
        await app.StartAsync();
        Url = app.Urls.First() + "/";
    }

    private async Task Receive(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        int fate;
        lock (keeping)
        {
            fate = IsWell ? 100 : random.Next(100);
            Failed += fate < 50 ? 1 : 0;
            if (fate >= 25)
            {
                // Kept, whatever is answered.
                Keep(http.Request.Headers, body.ToArray());
            }
        }
        switch (fate)
        {
            case < 45:
                http.Response.StatusCode = 500;
                break;
            case < 50:
                http.Abort();
                break;
            case < 60:
                await Task.Delay(fate * 20);
                break;
        }
    }

    /// <summary>As the specification of Standard Webhooks has it, written from there.</summary>
    private void Keep(IHeaderDictionary headers, byte[] body)
    {
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.").Concat(body).ToArray();
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed))}";
        if (!headers["webhook-signature"].ToString().Split(' ').Contains(expected))
        {
            Faults.Add($"not signed: {headers["webhook-id"]}");
            return;
        }
        store.Apply(JsonDocument.Parse(body).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }
}
