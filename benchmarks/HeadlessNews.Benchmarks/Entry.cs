using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Report;
using HeadlessNews.Benchmarks.Servers;
using HeadlessNews.Hosting;

namespace HeadlessNews.Benchmarks;

/// <summary>One program: it measures, and it is also what it compares the service with, as processes of their own.</summary>
internal static class Entry
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [BareKestrel.Mode, .. var rest]:
                return await BareKestrel.Serve(rest);
            case [HandWritten.Mode, .. var rest]:
                return await HandWritten.Serve(rest);
            case [AllocationHost.Mode, .. var rest]:
                return AllocationHost.Serve(rest);
        }
        if (!Settings.TryParse(args, out var settings, out var exitCode))
        {
            return exitCode;
        }
        using var interruption = new Interruption();
        try
        {
            if (!settings.ReportOnly)
            {
                await Run.All(settings, interruption.Token);
            }
            PerformancePage.Write();
            return 0;
        }
        catch (Exception reason) when (reason is BenchmarkException || Interruption.Understands(reason))
        {
            return await interruption.Explain(reason);
        }
    }
}
