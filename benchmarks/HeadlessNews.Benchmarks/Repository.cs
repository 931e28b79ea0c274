using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Benchmarks;

/// <summary>The working copy that is measured.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(() =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "HeadlessNews.sln")))
            {
                return folder.FullName;
            }
        }
        throw new BenchmarkException($"There is no HeadlessNews.sln above {AppContext.BaseDirectory}: run this with `dotnet run` in the repository.");
    });

    public static string File(params string[] names) => Path.Combine([Root.Value, .. names]);

    /// <summary>What is checked out; with a plus where the service's own files were changed since.</summary>
    public static async Task<string> Commit(CancellationToken cancel)
    {
        var head = await Tool.Run("git", ["-C", Root.Value, "rev-parse", "--short", "HEAD"], cancel);
        var changes = await Tool.Run("git", ["-C", Root.Value, "status", "--porcelain", "--", "src", "benchmarks/HeadlessNews.Benchmarks"], cancel);
        return head.ExitCode != 0 ? "unknown" : changes.Output.Trim().Length > 0 ? $"{head.Output.Trim()}+" : head.Output.Trim();
    }
}
