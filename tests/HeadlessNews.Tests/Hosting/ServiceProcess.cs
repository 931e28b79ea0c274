using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using HeadlessNews.Hosting;

namespace HeadlessNews.Tests.Hosting;

/// <summary>What a command printed and how it ended.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;
}

/// <summary>The built binary as a process of its own, on a directory of its own.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private ServiceProcess(string home, string url, IEnumerable<string> arguments)
    {
        Url = url;
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [typeof(EmbeddedPostgres).Assembly.Location, .. arguments])
            {
                WorkingDirectory = home,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DOTNET_ENVIRONMENT"] = "Production" },
            },
        };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = Patience };
    }

    public string Url { get; }

    public HttpClient Client { get; }

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public static string DataIn(string home) => Path.Combine(home, "postgres");

    public static string KeyFileIn(string home) => Path.Combine(home, "admin-key");

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Ended> Run(string home, params string[] arguments)
    {
        await using var service = new ServiceProcess(home, "http://127.0.0.1:1", [.. arguments, .. Settings(home)]);
        return await service.End();
    }

    /// <summary>Serves on a free port; does not wait.</summary>
    public static ServiceProcess Launch(string home, params string[] arguments) => LaunchAt(FreePort(), home, arguments);

    /// <summary>On this port, where another was before.</summary>
    public static ServiceProcess LaunchAt(int port, string home, params string[] arguments)
    {
        var url = $"http://127.0.0.1:{port}";
        return new ServiceProcess(home, url, ["--urls", url, .. Settings(home), .. arguments]);
    }

    /// <summary>Serves on a free port, ready, with the administrator's key in its client.</summary>
    public static async Task<ServiceProcess> Start(string home, params string[] arguments)
    {
        var service = Launch(home, arguments);
        await service.UntilReady();
        if (File.Exists(KeyFileIn(home)))
        {
            var key = (await File.ReadAllTextAsync(KeyFileIn(home))).Trim();
            service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return service;
    }

    public async Task UntilReady()
    {
        var waited = Stopwatch.StartNew();
        while (!await IsReady())
        {
            Assert.False(process.HasExited, $"The service ended before it was ready: {Output}{errors}");
            Assert.True(waited.Elapsed < Patience, $"Not ready within {Patience}: {Output}{errors}");
            await Task.Delay(50);
        }
    }

    /// <summary>As <c>kill</c> does it: TERM, INT, KILL.</summary>
    public async Task<Ended> Signal(string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        return await End();
    }

    public async Task<Ended> End()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Still running after {Patience}: {Output}{errors}");
        }
        lock (errors) return new Ended(process.ExitCode, Output, errors.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
        Client.Dispose();
    }

    /// <summary>A port that nobody has at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string[] Settings(string home) =>
    [
        "--EmbeddedPostgres:DataDirectory", DataIn(home), "--Bootstrap:KeyFile", KeyFileIn(home),
        "--Limits:RequestsPerMinutePerKey", "1000000", "--Limits:RequestsPerMinuteWithoutKey", "1000000",
        "--Logging:LogLevel:Microsoft.EntityFrameworkCore", "Warning",
    ];

    private async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        // The end of the stream comes as null.
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }
}
