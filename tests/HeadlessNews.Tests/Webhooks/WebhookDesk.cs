using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>A service that may send to loopback, and does not wait long before it tries again.</summary>
public class WebhookApp(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Webhooks:AllowedAddresses:0", "127.0.0.1"),
        new("Webhooks:TimeoutSeconds", "2"),
        new("Webhooks:MaxProbeSeconds", "0.2"),
        .. new[] { "0.1", "0.1", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "30" }
            .Select((wait, i) => new KeyValuePair<string, string?>($"Webhooks:RetrySeconds:{i}", wait)),
    ];

    public Saved Source { get; private set; } = null!;

    protected override async Task Prepare() => Source = await Editor.CreateSource("Harbour Wire");
}

/// <summary>A webhook as it was made, with what its secret is.</summary>
public sealed record MadeWebhook(Guid Id, string Secret, string ETag)
{
    public string Path => $"/api/v1/editorial/webhooks/{Id}";
}

internal static class Webhooks
{
    public static async Task<MadeWebhook> CreateWebhook(this HttpClient client, string url, params string[] events)
    {
        using var response = await client.PostAsJsonAsync("/api/v1/editorial/webhooks", new { url, events = events is [] ? ["*"] : events });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        var made = JsonNode.Parse(text)!;
        return new MadeWebhook(made["webhook"]!["id"]!.GetValue<Guid>(), made["secret"]!.GetValue<string>(), $"\"{made["webhook"]!["version"]}\"");
    }

    public static async Task<JsonObject> Deliveries(this HttpClient client, MadeWebhook webhook, string query = "") =>
        await client.GetJson($"{webhook.Path}/deliveries?limit=100{query}");

    /// <summary>Until nothing waits any more.</summary>
    public static Task UntilDone(this HttpClient client, MadeWebhook webhook, int least) => Newsroom.Eventually(async () =>
    {
        var items = (await client.Deliveries(webhook))["items"]!.AsArray();
        return items.Count >= least && items.All(item => item!["state"]!.GetValue<string>() != "waiting");
    }, $"{least} deliveries have ended");
}
