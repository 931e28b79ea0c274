namespace HeadlessNews.Benchmarks.Report;

internal static class PerformancePage
{
    public static void Write()
    {
    }
}
