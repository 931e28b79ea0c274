using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HeadlessNews.Hosting;

/// <summary>One PostgreSQL installed on this machine.</summary>
internal sealed partial record EmbeddedPostgresBinaries(int Major, string Folder)
{
    private const int OldestMajor = 15;

    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string Initdb => ProgramIn(Folder, "initdb");

    public string PgCtl => ProgramIn(Folder, "pg_ctl");

    /// <summary>Those among the folders that hold a PostgreSQL we can use, newest first; at least one.</summary>
    public static async Task<IReadOnlyList<EmbeddedPostgresBinaries>> FindAsync(IEnumerable<string> folders, CancellationToken cancel)
    {
        var found = new List<EmbeddedPostgresBinaries>();
        foreach (var folder in folders.Distinct().Where(IsComplete))
        {
            if (await MajorOfAsync(folder, cancel) is { } major && major >= OldestMajor)
            {
                found.Add(new EmbeddedPostgresBinaries(major, folder));
            }
        }
        if (found.Count == 0)
        {
            throw new EmbeddedPostgresException($"""
                No connection string is configured, and no PostgreSQL {OldestMajor} or newer was found on this machine to run a private one. Three ways out:
                  - install PostgreSQL {OldestMajor} or newer, e.g. `apt-get install postgresql`;
                  - run the service with its database in containers: `docker compose up`;
                  - use a PostgreSQL of your own: set `ConnectionStrings__News`.
                """);
        }
        // A stable sort: of two with the same version, the one found first.
        return [.. found.OrderByDescending(binaries => binaries.Major)];
    }

    /// <summary>A cluster runs with the major version that made it, and with no other; a new one with the newest.</summary>
    public static EmbeddedPostgresBinaries For(int? clusterMajor, IReadOnlyList<EmbeddedPostgresBinaries> installed, string dataDirectory) =>
        installed.FirstOrDefault(binaries => clusterMajor is null || binaries.Major == clusterMajor)
        ?? throw new EmbeddedPostgresException(
            $"The data in {dataDirectory} was made by PostgreSQL {clusterMajor}, which is not on this machine "
            + $"(found: {string.Join(", ", installed.Select(binaries => binaries.Major).Distinct())}). "
            + $"Install PostgreSQL {clusterMajor}, or move the directory away to begin with an empty database.");

    /// <summary>PATH first, then where the systems' packages put what they keep off it.</summary>
    public static async Task<IReadOnlyList<string>> UsualFoldersAsync(CancellationToken cancel)
    {
        var told = await AskAsync("pg_config", "--bindir", cancel);
        return
        [
            .. EmbeddedPostgresCommand.FoldersOnPath,
            .. told is null ? Array.Empty<string>() : [told],
            .. Beneath("/usr/lib/postgresql", "*", "bin"),
            .. Beneath("/usr", "pgsql-*", "bin"),
            .. Beneath("/usr/libexec", "postgresql*", ""),
            .. Beneath("/opt/homebrew/opt", "postgresql@*", "bin"),
            .. Beneath("/usr/local/opt", "postgresql@*", "bin"),
            .. Beneath(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"),
        ];
    }

    private static IEnumerable<string> Beneath(string parent, string pattern, string folder) =>
        Path.IsPathFullyQualified(parent) && Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).Select(match => Path.Combine(match, folder))
            : [];

    // Debian's client package has pg_config and pg_ctl's neighbours, but no server.
    private static bool IsComplete(string folder) =>
        Needed.All(name => File.Exists(ProgramIn(folder, name)));

    private static async Task<int?> MajorOfAsync(string folder, CancellationToken cancel)
    {
        var version = await AskAsync(ProgramIn(folder, "postgres"), "--version", cancel);
        var match = VersionPattern().Match(version ?? "");
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    private static async Task<string?> AskAsync(string program, string question, CancellationToken cancel)
    {
        try
        {
            var asked = await EmbeddedPostgresCommand.RunAsync(program, [question], null, Path.GetTempPath(), cancel);
            return asked.ExitCode == 0 && asked.Output.Length > 0 ? asked.Output : null;
        }
        catch (Exception failure) when (failure is Win32Exception or FileNotFoundException)
        {
            // Not there, or not made for this machine: in either case not one to use.
            return null;
        }
    }

    private static string ProgramIn(string folder, string name) => Path.Combine(folder, EmbeddedPostgresCommand.FileOf(name));

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
