using System.Net;
using System.Text.Json;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>One connection to a stream of server-sent events, read as a browser reads it (WHATWG HTML, section 9.2.6).</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpClient client;
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private EventStream(HttpClient client, HttpResponseMessage response, StreamReader lines)
    {
        this.client = client;
        this.response = response;
        this.lines = lines;
    }

    public HttpResponseMessage Response => response;

    /// <summary>As the reader would send it when he comes again.</summary>
    public string? LastEventId { get; private set; }

    public int Comments { get; private set; }

    public static async Task<EventStream> Open(Uri service, string query = "", string? lastEventId = null, CancellationToken cancel = default)
    {
        var client = new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan };
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/stream{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancel), null, response.StatusCode);
        }
        return new EventStream(client, response, new StreamReader(await response.Content.ReadAsStreamAsync(cancel))) { LastEventId = lastEventId };
    }

    /// <summary>The next event that has data; null when the stream has ended.</summary>
    public async Task<JsonElement?> Next(CancellationToken cancel)
    {
        var (type, data, id) = ("", "", LastEventId);
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var (field, value) = line.Split(": ", 2) is [var name, var rest] ? (name, rest) : (line, "");
            switch (field)
            {
                case "event": type = value; break;
                case "data": data += value; break;
                case "id": id = value; break;
                case ":": Comments++; break;
                case "":
                    LastEventId = id;
                    if (data.Length > 0)
                    {
                        var item = JsonDocument.Parse(data).RootElement;
                        Assert.Equal(type, item.GetProperty("type").GetString());
                        return item;
                    }
                    break;
            }
        }
        return null;
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        lines.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
