using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>A purge as the CDN got it, and what it answered.</summary>
internal sealed record PurgeRequest(string Method, string Path, Dictionary<string, string> Headers, string Body, int Answered)
{
    public bool IsTaken => Answered == 200;

    /// <summary>The tags in a JSON body, under whatever name.</summary>
    public IReadOnlyList<string> Tags => [.. JsonNode.Parse(Body)!.AsObject().Single().Value!.AsArray().Select(tag => tag!.GetValue<string>())];
}

/// <summary>A CDN's purge endpoint on loopback. It answers as it is told.</summary>
internal sealed class Cdn : IAsyncDisposable
{
    private readonly WebApplication app;

    private Cdn(WebApplication app) => this.app = app;

    public ConcurrentQueue<PurgeRequest> Got { get; } = [];

    /// <summary>The answer to come; 0 hangs up.</summary>
    public int Answer { get; set; } = 200;

    public string Text { get; set; } = """{ "success": true }""";

    public string Url => app.Urls.First() + "/purge";

    /// <summary>All tags of purges that were taken.</summary>
    public HashSet<string> Purged => [.. Got.Where(purge => purge.IsTaken).SelectMany(purge => purge.Tags)];

    public static async Task<Cdn> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var cdn = new Cdn(app);
        app.Run(cdn.Take);
        await app.StartAsync();
        return cdn;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var answer = Answer;
        Got.Enqueue(new PurgeRequest(
            http.Request.Method, http.Request.Path, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body, answer));
        if (answer == 0)
        {
            http.Abort();
            return;
        }
        http.Response.StatusCode = answer;
        if (answer == 302)
        {
            http.Response.Headers.Location = "/elsewhere";
        }
        await http.Response.WriteAsync(Text);
    }
}
