using System.Globalization;
using System.Reflection;
using HeadlessNews.Hosting;

namespace HeadlessNews.Benchmarks.Servers;

/// <summary>
/// The service in a process of ours, over a real port, which says on demand how many bytes it has allocated since it started: the runtime
/// tells nobody outside.
/// </summary>
internal static class AllocationHost
{
    public const string Mode = "host";
    public const string Question = "allocated?";
    public const string Answer = "allocated ";

    public static int Serve(string[] arguments)
    {
        new Thread(Listen) { IsBackground = true }.Start();
        return typeof(EmbeddedPostgres).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null) is int exitCode ? exitCode : 0;
    }

    private static void Listen()
    {
        while (Console.ReadLine() is { } line)
        {
            if (line == Question)
            {
                Console.WriteLine(Answer + GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
