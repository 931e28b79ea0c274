using System.Net.Sockets;
using System.Text;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>Requests byte for byte, which an HTTP client would mend or refuse to send.</summary>
internal static class RawHttp
{
    /// <summary>The answer's status and its whole text, read until the service closes the connection.</summary>
    public static async Task<(int Status, string Text)> Send(Uri service, string head, byte[]? body = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(service.Host, service.Port, deadline.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{head}\r\nHost: {service.Authority}\r\nConnection: close\r\n\r\n"), deadline.Token);
        await stream.WriteAsync(body ?? [], deadline.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(deadline.Token);
        Assert.StartsWith("HTTP/1.1 ", text, StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), text);
    }
}
