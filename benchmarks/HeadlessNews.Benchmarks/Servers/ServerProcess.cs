using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>A server under test: a process of its own on a free port, its words in a file.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly string logFile;

    private ServerProcess(string name, Process process, Uri address, string logFile)
    {
        Name = name;
        Address = address;
        this.process = process;
        this.logFile = logFile;
        log = new StreamWriter(logFile) { AutoFlush = true };
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
    }

    public string Name { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public int Id => process.Id;

    /// <param name="name">For people.</param>
    /// <param name="scratch">Where its words go, and the note of its number.</param>
    /// <param name="assembly">The program.</param>
    /// <param name="arguments">Given its address.</param>
    /// <param name="environment">Its settings: secrets stand in no list of processes.</param>
    /// <param name="readyAt">The path that answers when it is ready.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<ServerProcess> Start(
        string name, string scratch, string assembly, Func<Uri, IEnumerable<string>> arguments, IReadOnlyDictionary<string, string> environment, string readyAt, CancellationToken cancel)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments(address)])
        {
            WorkingDirectory = scratch,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (setting, value) in environment)
        {
            start.Environment[setting] = value;
        }
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        var server = new ServerProcess(name, new Process { StartInfo = start }, address, Path.Combine(scratch, $"{name}.log"));
        server.process.OutputDataReceived += (_, line) => server.Write(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Write(line.Data);
        server.process.Start();
        Leftovers.Note(scratch, server.process);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        try
        {
            await server.UntilReady(readyAt, cancel);
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    public event Action<string>? Said;

    public Task Tell(string line) => process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }
            using var patience = new CancellationTokenSource(EndsWithin);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        process.Dispose();
        lock (log)
        {
            log.Dispose();
        }
    }

    private async Task UntilReady(string path, CancellationToken cancel)
    {
        var waited = Stopwatch.StartNew();
        while (!await Answers(path, cancel))
        {
            if (process.HasExited || waited.Elapsed > StartsWithin)
            {
                throw new BenchmarkException($"{Name} {(process.HasExited ? "ended before it was ready" : $"is not ready after {StartsWithin}")}. What it said is in {logFile}.");
            }
            await Task.Delay(100, cancel);
        }
    }

    private async Task<bool> Answers(string path, CancellationToken cancel)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Write(string? line)
    {
        // The end of the stream comes as null.
        if (line is null)
        {
            return;
        }
        lock (log)
        {
            if (log.BaseStream is { CanWrite: true })
            {
                log.WriteLine(line);
            }
        }
        Said?.Invoke(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
