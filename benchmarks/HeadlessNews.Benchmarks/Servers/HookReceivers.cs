using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using HeadlessNews.Benchmarks.Stages;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>Receivers of webhooks, each on a port of its own, that take everything at once; registered with the service until they are disposed.</summary>
internal sealed class HookReceivers : IAsyncDisposable
{
    private const string Webhooks = "/api/v1/editorial/webhooks";

    private static readonly string[] Events = ["article.published"];

    private readonly WebApplication app;
    private readonly HttpClient admin;
    private readonly List<string> ids = [];
    private readonly Burst burst = new();

    private HookReceivers(WebApplication app, HttpClient admin)
    {
        this.app = app;
        this.admin = admin;
    }

    public static async Task<HookReceivers> Start(ServerProcess server, int many, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var nth = 0; nth < many; nth++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        var admin = new HttpClient { BaseAddress = server.Address };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.Key);
        var receivers = new HookReceivers(builder.Build(), admin);
        try
        {
            await receivers.Register(cancel);
            return receivers;
        }
        catch (Exception)
        {
            await receivers.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on so many are expected.</summary>
    public Task<TimeSpan> Expect(int many) => burst.Begin(many);

    public int Received => burst.Received;

    public async ValueTask DisposeAsync()
    {
        foreach (var id in ids)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Webhooks}/{id}");
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
            using var answer = await admin.SendAsync(request);
        }
        admin.Dispose();
        await app.DisposeAsync();
    }

    private async Task Register(CancellationToken cancel)
    {
        app.Run(async context =>
        {
            // A receiver that answers before it has read is told no more than half.
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            burst.Count();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await app.StartAsync(cancel);
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses)
        {
            using var answer = await admin.PostAsJsonAsync(Webhooks, new { url = $"{address}/hook", description = Story.Prefix, events = Events }, cancel);
            answer.EnsureSuccessStatusCode();
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("webhook").GetProperty("id").GetString()!);
        }
    }

    /// <summary>Counts from the first to the last.</summary>
    private sealed class Burst
    {
        private readonly Lock gate = new();
        private TaskCompletionSource<TimeSpan> ended = new();
        private int expected;
        private DateTime first;

        public int Received { get; private set; }

        public Task<TimeSpan> Begin(int many)
        {
            lock (gate)
            {
                (expected, Received, ended) = (many, 0, new(TaskCreationOptions.RunContinuationsAsynchronously));
                return ended.Task;
            }
        }

        public void Count()
        {
            lock (gate)
            {
                Received++;
                if (Received == 1)
                {
                    first = DateTime.UtcNow;
                }
                if (Received == expected)
                {
                    ended.TrySetResult(DateTime.UtcNow - first);
                }
            }
        }
    }
}
