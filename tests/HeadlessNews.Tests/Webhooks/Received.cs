using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>One request as a receiver got it.</summary>
public sealed record Received(string Id, string Timestamp, string Signature, byte[] Body, IReadOnlyDictionary<string, string> Headers, DateTimeOffset At)
{
    public JsonObject Json { get; } = JsonNode.Parse(Body)!.AsObject();

    public string Type => Json["type"]!.GetValue<string>();

    public Guid Resource => Json["id"]!.GetValue<Guid>();

    public int Version => Json["version"]!.GetValue<int>();

    /// <summary>Standard Webhooks' verification, written from the specification: any one of the signatures will do.</summary>
    public bool IsSignedWith(string secret) => Verify(secret, Id, Timestamp, Body, Signature);

    public static bool Verify(string secret, string id, string timestamp, byte[] body, string signatures)
    {
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var signed = Encoding.UTF8.GetBytes($"{id}.{long.Parse(timestamp, CultureInfo.InvariantCulture)}.").Concat(body).ToArray();
        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        return signatures.Split(' ').Select(signature => signature.Split(',', 2))
            .Any(parts => parts[0] == "v1" && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(parts[1]), expected));
    }
}

/// <summary>A receiver of webhooks: a real server on loopback. What it answers is the test's to say.</summary>
public sealed class ReceivingServer : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentQueue<Received> received = new();

    private ReceivingServer(WebApplication server) => this.server = server;

    /// <summary>The n-th request it got, and how to answer it.</summary>
    public delegate Task Answer(int nth, Received request, HttpContext http);

    public string Url => $"{server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/hook";

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<Received> Requests => [.. received];

    public IReadOnlyList<Received> Of(Guid resource) => [.. received.Where(request => request.Json.ContainsKey("id") && request.Resource == resource)];

    public static async Task<ReceivingServer> Start(Answer? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new ReceivingServer(builder.Build());
        var count = 0;
        receiver.server.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var request = new Received(
                http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(),
                body.ToArray(), http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), DateTimeOffset.UtcNow);
            receiver.received.Enqueue(request);
            var nth = Interlocked.Increment(ref count);
            if (answer is not null)
            {
                await answer(nth, request, http);
            }
        });
        await receiver.server.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await server.StopAsync(now.Token);
        await server.DisposeAsync();
    }
}
