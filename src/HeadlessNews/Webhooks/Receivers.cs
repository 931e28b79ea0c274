using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using HeadlessNews.Http;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Webhooks;

/// <summary>Where to, and signed with what: the newest secret first.</summary>
internal sealed record Receiver(string Url, IReadOnlyList<byte[]> Secrets);

/// <summary>What is sent: under an id of its own, the same every time.</summary>
internal sealed record Message(string Id, ReadOnlyMemory<byte> Body);

/// <summary>What became of one request.</summary>
/// <param name="Error">Null when it was taken.</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone, within bounds.</param>
internal sealed record Attempted(DateTimeOffset At, TimeSpan Took, int? Status, string Request, string? Response, string? Error, TimeSpan? RetryAfter)
{
    public bool IsTaken => Error is null;

    /// <summary>It wants no more, ever (Standard Webhooks).</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;

    /// <summary>It wants nothing at all for the while it named, not only this not.</summary>
    public TimeSpan? Pause => Status is (int)HttpStatusCode.TooManyRequests or (int)HttpStatusCode.ServiceUnavailable ? RetryAfter : null;
}

/// <summary>
/// Posts to receivers, who are strangers: no redirect is followed, no proxy, cookie or credential is used, nothing is unpacked, and neither
/// their time nor their answer's length is without bounds.
/// </summary>
internal sealed class Receivers : IDisposable
{
    private const int MostRead = 64 * 1024;
    private const int Excerpt = 1_000;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly AddressRules rules;
    private readonly TimeProvider clock;
    private readonly TimeSpan timeout;
    private readonly HttpClient client;

    public Receivers(AddressRules rules, IOptions<WebhookSettings> settings, TimeProvider clock)
    {
        this.rules = rules;
        this.clock = clock;
        timeout = settings.Value.Timeout;
        client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = Connect,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            // Two webhooks may have one host: neither waits for the other's connections. How many requests are under way is bounded elsewhere.
            MaxConnectionsPerServer = int.MaxValue,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = MostRead,
            // A name may come to mean another machine.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            // Each request has its own, which counts the answer's body too.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public void Dispose() => client.Dispose();

    /// <summary>One attempt. Whatever the receiver does is an outcome; only being told to stop is not.</summary>
    public async Task<Attempted> Post(Receiver receiver, Message message, CancellationToken cancel)
    {
        var (at, start) = (clock.Now(), clock.GetTimestamp());
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var (status, answer, retryAfter, error) = ((int?)null, (string?)null, (TimeSpan?)null, (string?)null);
        try
        {
            using var request = Sign(receiver, message, at);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)response.StatusCode;
            retryAfter = RetryAfter(response.Headers);
            error = ErrorOf(response.StatusCode);
            answer = await Read(response, either.Token);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // Whatever it was, it was the receiver's. Once it has said that it took the event, the rest of its answer does not matter.
            error = status is null ? Words(failure, deadline.IsCancellationRequested) : error;
        }
        return new Attempted(at, clock.GetElapsedTime(start), status, Cut(Encoding.UTF8.GetString(message.Body.Span[..Math.Min(message.Body.Length, Excerpt * 3)])), answer, error, retryAfter);
    }

    private static HttpRequestMessage Sign(Receiver receiver, Message message, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "HeadlessNews");
        request.Headers.TryAddWithoutValidation("webhook-id", message.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", Signature.Of(message.Id, timestamp, message.Body.Span, receiver.Secrets));
        return request;
    }

    /// <summary>Resolves, judges, and connects to what was judged.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel);
        var permitted = Array.FindAll(addresses, rules.Permit);
        if (permitted.Length == 0)
        {
            throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new AddressRefusedException(host);
        }
        for (var i = 0; ; i++)
        {
            var socket = new Socket(permitted[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(permitted[i], port), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure)
            {
                socket.Dispose();
                if (failure is not SocketException || i == permitted.Length - 1)
                {
                    throw;
                }
            }
        }
    }

    private static async Task<string> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        var buffer = new byte[MostRead];
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = 0;
        try
        {
            // The end is read too where it is near, so that the connection can be used again.
            for (int read; length < MostRead && (read = await body.ReadAsync(buffer.AsMemory(length), cancel)) > 0; length += read)
            {
            }
        }
        catch (Exception) when (length > 0)
        {
            // What came is worth showing, though the rest did not.
        }
        return Cut(Encoding.UTF8.GetString(buffer.AsSpan(..Math.Min(length, Excerpt * 3))));
    }

    /// <summary>PostgreSQL keeps no U+0000, and a surrogate without its other half is no text.</summary>
    private static string Cut(string text)
    {
        text = text.Replace('\0', '\uFFFD');
        var end = Math.Min(text.Length, Excerpt);
        return text[..(end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }

    private static string? ErrorOf(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => $"The receiver answered {(int)status}: redirects are not followed.",
        410 => "The receiver answered 410 Gone: it wants no more.",
        var other => $"The receiver answered {other}.",
    };

    private string Words(Exception failure, bool isLate) =>
        isLate ? string.Create(CultureInfo.InvariantCulture, $"The receiver did not answer within {timeout.TotalSeconds:0.###} s.")
        : failure.GetBaseException() is AddressRefusedException refused ? refused.Message
        : failure is HttpRequestException { HttpRequestError: var error } ? error switch
        {
            HttpRequestError.NameResolutionError => "The host's name could not be resolved.",
            HttpRequestError.ConnectionError => $"No connection: {Cut(failure.GetBaseException().Message)}",
            HttpRequestError.SecureConnectionError => $"No secure connection: {Cut(failure.GetBaseException().Message)}",
            _ => $"The connection broke, or what was answered is no HTTP: {Cut(failure.GetBaseException().Message)}",
        }
        : $"The request failed: {Cut(failure.GetBaseException().Message)}";

    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        if (headers.NonValidated.TryGetValues("Retry-After", out var sent) && sent.ToString() is { Length: > 9 } seconds && seconds.All(char.IsAsciiDigit))
        {
            // More than .NET reads as a number is longer than anything.
            return LongestRetryAfter;
        }
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - clock.GetUtcNow();
        return wait is not { } asked || asked <= TimeSpan.Zero ? null : asked < LongestRetryAfter ? asked : LongestRetryAfter;
    }
}
