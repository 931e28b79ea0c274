using System.Net;
using System.Net.Sockets;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>A wire between the service and PostgreSQL that a test can cut and mend.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly Func<Task<Socket>> connect;
    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting;

    /// <param name="host">A name or address, or the folder of a Unix socket, as in a connection string.</param>
    public Relay(string host, int port)
    {
        connect = async () =>
        {
            var isFolder = Path.IsPathRooted(host);
            var socket = isFolder ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await (isFolder ? socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(host, $".s.PGSQL.{port}"))) : socket.ConnectAsync(host, port));
            return socket;
        };
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept();
    }

    public int Port { get; }

    /// <summary>Every connection breaks, and no new one is taken.</summary>
    public async Task Cut()
    {
        listener.Stop();
        await accepting;
        lock (gate)
        {
            foreach (var socket in open)
            {
                socket.Dispose();
            }
            open.Clear();
        }
    }

    public void Mend()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = Accept();
    }

    public async ValueTask DisposeAsync()
    {
        await Cut();
        listener.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                var near = await listener.AcceptSocketAsync();
                var far = await connect();
                lock (gate)
                {
                    open.UnionWith([near, far]);
                }
                _ = Pump(near, far);
                _ = Pump(far, near);
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private static async Task Pump(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The other end learns it below.
        }
        from.Dispose();
        to.Dispose();
    }
}
