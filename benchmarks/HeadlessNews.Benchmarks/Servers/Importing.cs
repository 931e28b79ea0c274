using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>
/// <c>POST /import</c> by hand: the answer is read while the request is being sent, as the service asks for, which .NET's own client does not do in HTTP/1.1.
/// </summary>
internal static class Importing
{
    private const string Path = "/api/v1/editorial/import?publish=true";

    /// <summary>Until the answer is whole.</summary>
    public static async Task Send(ServerProcess server, byte[] lines, CancellationToken cancel)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, cancel);
        await using var stream = client.GetStream();
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST {Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {Server.Key}\r\nContent-Type: application/x-ndjson\r\nContent-Length: {lines.Length}\r\nConnection: close\r\n\r\n");
        var sending = Write();
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, cancel);
        await sending;
        var said = Encoding.UTF8.GetString(answer.ToArray());
        if (!said.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !said.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) || said.Contains("\"failed\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"The import went wrong: {said[..Math.Min(1_000, said.Length)]}");
        }

        async Task Write()
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancel);
            await stream.WriteAsync(lines, cancel);
        }
    }
}
