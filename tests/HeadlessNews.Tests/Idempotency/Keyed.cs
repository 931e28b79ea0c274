using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Idempotency;

/// <summary>An answer with all that a replay must repeat.</summary>
internal sealed record Answered(HttpStatusCode Status, string Body, string? ETag, string? Location, string? ContentType)
{
    public Guid Id => JsonNode.Parse(Body)!["id"]!.GetValue<Guid>();
}

internal static class Keyed
{
    public static Task<HttpResponseMessage> Post(
        this HttpClient client, string path, string key, object? body = null, string? ifMatch = null, string contentType = "application/json",
        CancellationToken cancel = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
        return client.SendAsync(request, cancel);
    }

    /// <summary>The answer to a request that was done now.</summary>
    public static Task<Answered> First(this Task<HttpResponseMessage> sending) => Read(sending, isReplay: false);

    /// <summary>The answer to a request that was done before.</summary>
    public static Task<Answered> Replay(this Task<HttpResponseMessage> sending) => Read(sending, isReplay: true);

    private static async Task<Answered> Read(Task<HttpResponseMessage> sending, bool isReplay)
    {
        using var response = await sending;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        Assert.Equal(isReplay ? ["true"] : [], response.Headers.TryGetValues("Idempotency-Replayed", out var replayed) ? replayed : []);
        Assert.True(response.Headers.CacheControl!.NoStore);
        return new Answered(
            response.StatusCode, body, response.Headers.ETag?.ToString(), response.Headers.Location?.ToString(), response.Content.Headers.ContentType?.ToString());
    }
}
