using System.Net;
using System.Text;
using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Purge;

/// <summary>Why a purge was not taken, and when to ask again.</summary>
/// <param name="Why">For the log; has nothing of the request in it, which holds a secret.</param>
/// <param name="IsRefusal">The CDN understood, and says no: asking again alone will not help.</param>
/// <param name="RetryAfter">When it said to come back.</param>
internal sealed record NotPurged(string Why, bool IsRefusal = false, TimeSpan? RetryAfter = null);

/// <summary>Posts purges in the shape that the CDN takes.</summary>
internal sealed class CdnClient(CdnPurge settings, TimeProvider clock) : IDisposable
{
    private const int MostRead = 64 * 1024;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MostRead,
    };

    /// <returns>Null when the CDN has said yes.</returns>
    public async Task<NotPurged?> Purge(IReadOnlyCollection<string> tags, CancellationToken cancel)
    {
        using var request = Request(tags);
        try
        {
            // Only Cloudflare's is read: of another's answer the status says all, however long it goes on.
            var isRead = settings.Shape == PurgeShape.Cloudflare;
            using var response = await http.SendAsync(request, isRead ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead, cancel);
            return Judge(response, isRead ? await response.Content.ReadAsByteArrayAsync(cancel) : []);
        }
        catch (HttpRequestException failure)
        {
            return new NotPurged(failure.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new NotPurged("no answer within 10 s");
        }
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(IReadOnlyCollection<string> tags)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url)
        {
            Content = settings.Shape switch
            {
                // In the body rather than in a header, which not every proxy on the way lets be so long.
                PurgeShape.Fastly => Json(JsonSerializer.Serialize(new { surrogate_keys = tags })),
                PurgeShape.Cloudflare => Json(JsonSerializer.Serialize(new { tags })),
                _ => settings.IsJson ? Json(settings.Fill(tags)) : new StringContent(settings.Fill(tags), Encoding.UTF8, "text/plain"),
            },
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("HeadlessNews");
        if (settings.HeaderValue is { } secret)
        {
            request.Headers.TryAddWithoutValidation(settings.HeaderName, secret);
        }
        if (settings.Soft)
        {
            request.Headers.TryAddWithoutValidation("Fastly-Soft-Purge", "1");
        }
        return request;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private NotPurged? Judge(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return settings.Shape == PurgeShape.Cloudflare && !SaysSuccess(body) ? new NotPurged("an answer without `success`", IsRefusal: true) : null;
        }
        var after = response.Headers.RetryAfter;
        return new NotPurged(
            $"status {status}",
            IsRefusal: status is >= 300 and < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout),
            after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : null));
    }

    private static bool SaysSuccess(byte[] body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
