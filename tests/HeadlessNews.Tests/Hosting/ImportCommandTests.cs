using System.Globalization;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Import;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Hosting;

/// <summary>The command that imports a file.</summary>
public sealed class ImportCommandTests : ServiceProcessTest
{
    private string Articles => Path.Combine(Home, "articles.ndjson");

    private string ErrorFile => Articles + ".errors.ndjson";

    [Fact]
    public async Task Bad_lines_are_written_beside_the_file_with_their_reasons_and_the_good_ones_are_there()
    {
        var source = new JsonObject { ["type"] = "source", ["data"] = new JsonObject { ["slug"] = "file-wire", ["name"] = "File Wire", ["kind"] = "agency" } };
        var bad = Imports.Line("file-wire", "F-2", new { urgency = 77 }).ToJsonString();
        await File.WriteAllLinesAsync(Articles, [source.ToJsonString(), Imports.Line("file-wire", "F-1").ToJsonString(), bad, "no JSON"], Cancel);

        var ended = await ServiceProcess.Run(Home, "import", Articles, "--publish");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("2 created", ended.Output, StringComparison.Ordinal);
        Assert.Contains(ErrorFile, ended.Errors, StringComparison.Ordinal);
        var refused = (await File.ReadAllLinesAsync(ErrorFile, Cancel)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([3, 4], refused.Select(line => line["line"]!.GetValue<int>()));
        Assert.Equal((bad, "no JSON"), (refused[0]["sent"]!.GetValue<string>(), refused[1]["sent"]!.GetValue<string>()));
        Assert.NotNull(refused[0]["problem"]!["errors"]!["urgency"]);
        Assert.Equal(1, await Inspect(Home, owner => owner.Ask<long>("SELECT count(*) FROM delivery.articles WHERE state = 'live'")));

        // Mended, the file is imported again whole.
        await File.WriteAllLinesAsync(Articles, [source.ToJsonString(), Imports.Line("file-wire", "F-1").ToJsonString(), Imports.Line("file-wire", "F-2").ToJsonString()], Cancel);
        var again = await ServiceProcess.Run(Home, "import", Articles, "--publish");
        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        Assert.Contains("1 created, 0 updated, 2 unchanged", again.Output, StringComparison.Ordinal);
        Assert.Equal([Articles], Directory.GetFiles(Home, "articles*"));
    }

    [Fact]
    public async Task A_run_that_is_killed_goes_on_where_it_was()
    {
        const int many = 6_000;
        await File.WriteAllLinesAsync(Articles, Enumerable.Range(0, many).Select(nth =>
            Imports.Line("killed-wire", string.Create(CultureInfo.InvariantCulture, $"K-{nth}"), new { headline = $"Killed {nth}" }).ToJsonString()), Cancel);
        string[] words = ["import", Articles, "--create", "sources", "--publish"];
        await using (var killed = ServiceProcess.Launch(Home, words))
        {
            await Newsroom.Eventually(() => Task.FromResult(File.Exists(ErrorFile + ".position")), "the first batch is there", seconds: 120);
            Assert.NotEqual(0, (await killed.Signal("KILL")).ExitCode);
        }
        var position = JsonNode.Parse(await File.ReadAllTextAsync(ErrorFile + ".position", Cancel))!["line"]!.GetValue<int>();
        Assert.InRange(position, 1, many - 1);

        var resumed = await ServiceProcess.Run(Home, [.. words, "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Errors));
        Assert.Contains($"{many - position} lines", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(many, await Inspect(Home, owner => owner.Ask<long>("SELECT count(*) FROM delivery.articles WHERE state = 'live'")));
        Assert.Equal([Articles], Directory.GetFiles(Home, "articles*"));
    }

    [Theory]
    [InlineData("import")]
    [InlineData("import", "nowhere.ndjson")]
    [InlineData("import", "here.ndjson", "--resume")]
    [InlineData("import", "here.ndjson", "--create", "everything")]
    [InlineData("import", "here.ndjson", "--format", "xml")]
    [InlineData("import", "here.ndjson", "--on-conflict", "overwrite")]
    public async Task What_cannot_run_says_so_and_imports_nothing(params string[] words)
    {
        await File.WriteAllTextAsync(Path.Combine(Home, "here.ndjson"), "{}", Cancel);

        var ended = await ServiceProcess.Run(Home, words);

        Assert.Equal(1, ended.ExitCode);
        Assert.NotEmpty(ended.Errors);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.Equal(["here.ndjson"], Directory.GetFiles(Home, "*ndjson*").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("import")]
    [InlineData("restore")]
    public async Task For_a_file_that_is_not_there_nothing_is_started(string command)
    {
        var ended = await ServiceProcess.Run(Home, command, "nowhere.ndjson");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("nowhere.ndjson cannot be read.", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ServiceProcess.DataIn(Home)));
    }
}
