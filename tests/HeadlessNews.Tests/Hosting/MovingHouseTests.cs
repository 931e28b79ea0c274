using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Hosting;

/// <summary>Export and restore from the command line, from one data directory to another.</summary>
public sealed class MovingHouseTests : ServiceProcessTest
{
    private const int Articles = 400;

    [Fact]
    public async Task A_restore_that_was_killed_is_run_again_and_ends_with_the_same_content()
    {
        var (old, fresh, file) = (Folder("old"), Folder("fresh"), Path.Combine(Home, "all.ndjson"));
        Assert.Equal(0, (await ServiceProcess.Run(old, "demo", "--articles", $"{Articles}")).ExitCode);
        var exported = await ServiceProcess.Run(old, "export", file);
        Assert.Equal((0, ""), (exported.ExitCode, exported.Errors));
        Assert.False(File.Exists(file + ".partial"));
        Assert.Equal(0, (await ServiceProcess.Run(fresh, "migrate")).ExitCode);

        await using (var killed = ServiceProcess.Launch(fresh, "restore", file))
        {
            await Newsroom.Eventually(() => Task.FromResult(killed.Output.Contains("lines a second", StringComparison.Ordinal)), "Some lines are there.", 60);
            await killed.Signal("KILL");
        }
        Assert.InRange(await Inspect(fresh, owner => owner.Ask<long>("SELECT count(*) FROM editorial.articles")), 0, Articles - 1);
        var restored = await ServiceProcess.Run(fresh, "restore", file);

        Assert.True((0, "") == (restored.ExitCode, restored.Errors), restored.All);
        Assert.Contains(" 0 there and changed since, 0 refused.", restored.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".errors.ndjson"));
        var printed = await ServiceProcess.Run(fresh, "export", "-");
        Assert.Equal((0, await File.ReadAllTextAsync(file, Cancel)), (printed.ExitCode, printed.Output));
        var again = Path.Combine(Home, "again.ndjson");
        Assert.Equal(0, (await ServiceProcess.Run(fresh, "export", again)).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(file, Cancel), await File.ReadAllBytesAsync(again, Cancel));
        var content = await ServiceProcess.Run(fresh, "restore", file);
        Assert.Equal(1, content.ExitCode);
        Assert.Contains("There is content here already.", content.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_or_written_is_said_and_a_cut_off_file_is_not_taken_for_a_whole_one()
    {
        var nowhere = Path.Combine(Home, "no", "such", "folder", "all.ndjson");
        var file = Path.Combine(Home, "all.ndjson");

        var unwritable = await ServiceProcess.Run(Home, "export", nowhere);
        var unreadable = await ServiceProcess.Run(Home, "restore", nowhere);
        var empty = await ServiceProcess.Run(Home, "export", file);
        var lines = await File.ReadAllLinesAsync(file, Cancel);
        await File.WriteAllTextAsync(file, lines[0] + "\n", Cancel);
        var cut = await ServiceProcess.Run(Home, "restore", file);

        Assert.Equal((1, 1, 0), (unwritable.ExitCode, unreadable.ExitCode, empty.ExitCode));
        Assert.Contains("cannot be written", unwritable.Errors, StringComparison.Ordinal);
        Assert.Contains("cannot be read", unreadable.Errors, StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.Equal(2, cut.ExitCode);
        Assert.Contains("it was cut off", cut.Errors, StringComparison.Ordinal);
    }

    private string Folder(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Home, name));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        return folder.FullName;
    }
}
