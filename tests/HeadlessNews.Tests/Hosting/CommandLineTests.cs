using System.Net.Http.Headers;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Hosting;

/// <summary>One binary, several commands.</summary>
public sealed class CommandLineTests : ServiceProcessTest
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("demo", "--help")]
    [InlineData("keys", "create", "--help")]
    public async Task Help_is_printed_and_nothing_is_started(params string[] words)
    {
        var ended = await ServiceProcess.Run(Home, words);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Usage:", ended.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ServiceProcess.DataIn(Home)));
    }

    [Theory]
    [InlineData("serv")]
    [InlineData("serve", "quickly")]
    [InlineData("keys")]
    [InlineData("keys", "steal")]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "--name", "x", "--role", "king")]
    [InlineData("keys", "revoke", "not-an-id")]
    [InlineData("demo", "--articles", "many")]
    [InlineData("demo", "--articles", "0")]
    public async Task Words_that_make_no_sense_are_refused(params string[] words)
    {
        var ended = await ServiceProcess.Run(Home, words);

        Assert.Equal(1, ended.ExitCode);
        Assert.NotEmpty(ended.Errors);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Fact]
    public async Task Contracts_are_written_without_a_database()
    {
        var ended = await ServiceProcess.Run(Home, "openapi", "--output", Path.Combine(Home, "contracts"));

        Assert.Equal(0, ended.ExitCode);
        foreach (var contract in new[] { "delivery.v1.json", "editorial.v1.json" })
        {
            Assert.Equal(
                await File.ReadAllTextAsync(Repository.PathOf("openapi", contract), Cancel),
                await File.ReadAllTextAsync(Path.Combine(Home, "contracts", contract), Cancel));
        }
        Assert.False(Directory.Exists(ServiceProcess.DataIn(Home)));
    }

    [Fact]
    public async Task The_schema_is_migrated_and_the_server_stopped_again_however_often()
    {
        for (var time = 0; time < 2; time++)
        {
            var ended = await ServiceProcess.Run(Home, "migrate");

            Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
            Assert.Contains("The schema is up to date.", ended.Output, StringComparison.Ordinal);
            Assert.False(File.Exists(PidFileIn(Home)));
        }
        Assert.Equal(0, await Inspect(Home, owner => owner.Ask<long>("SELECT count(*) FROM editorial.articles")));
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked()
    {
        var made = await ServiceProcess.Run(Home, "keys", "create", "--name", "Import script", "--role", "editor");
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        var secret = Assert.Single(Lines(made), line => line.StartsWith("hn_", StringComparison.Ordinal));
        var id = Assert.Single(Lines(made), line => Guid.TryParse(line, out _));

        await using (var service = await ServiceProcess.Start(Home))
        {
            service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            await service.Client.CreateSource();
            await service.Signal("TERM");
        }
        Assert.Contains(Lines(await ServiceProcess.Run(Home, "keys", "list")), line => line.Contains(id, StringComparison.Ordinal) && line.Contains("valid", StringComparison.Ordinal));
        Assert.Equal(0, (await ServiceProcess.Run(Home, "keys", "revoke", id)).ExitCode);
        var listed = await ServiceProcess.Run(Home, "keys", "list");
        var unknown = await ServiceProcess.Run(Home, "keys", "revoke", $"{Guid.NewGuid()}");

        Assert.Contains(Lines(listed), line => line.Contains(id, StringComparison.Ordinal) && line.Contains("revoked", StringComparison.Ordinal));
        Assert.DoesNotContain(secret, listed.All, StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        // The second is the administrator's, whom the first start found missing.
        Assert.Equal(["key.created", "key.created", "key.revoked"], await Inspect(Home, owner =>
            owner.Column("SELECT type FROM log.events WHERE resource_kind = 'key' ORDER BY position")));
    }

    [Fact]
    public async Task Demo_articles_are_published_listed_and_the_same_at_every_run()
    {
        var other = Path.Combine(Home, "other");
        Directory.CreateDirectory(other);
        foreach (var (many, made) in new[] { (300, 300), (300, 0), (500, 200) })
        {
            var ended = await ServiceProcess.Run(Home, "demo", "--articles", $"{many}");
            Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
            Assert.Contains($"{made} articles published", ended.Output, StringComparison.Ordinal);
            Assert.Contains($"{many} in all", ended.Output, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await ServiceProcess.Run(other, "demo", "--articles", "500")).ExitCode);

        var one = await Inspect(Home, Published);
        Assert.Equal(500, one.Count);
        Assert.Equal(one, await Inspect(other, Published));
        Assert.Equal(500, await Inspect(Home, owner => owner.Ask<long>("SELECT count(*) FROM delivery.listing WHERE facet_kind = 'all'")));
        await using var service = await ServiceProcess.Start(Home);
        Assert.Equal(100, (await service.Client.GetJson("/api/v1/articles?limit=100"))["items"]!.AsArray().Count);
        Assert.Equal(500, (await service.Client.GetJson("/api/v1/sources/demo-wire"))["articleCount"]!.GetValue<int>());
        await service.Signal("TERM");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_long_load_that_is_interrupted_leaves_no_server_and_goes_on_at_the_next_run(string signal)
    {
        await using (var loading = ServiceProcess.Launch(Home, "demo", "--articles", "100000"))
        {
            await Newsroom.Eventually(() => Task.FromResult(File.Exists(PidFileIn(Home))), "the load has begun", seconds: 60);
            Assert.Equal(130, (await loading.Signal(signal)).ExitCode);
        }
        Assert.False(File.Exists(PidFileIn(Home)));

        Assert.Equal(0, (await ServiceProcess.Run(Home, "demo", "--articles", "1")).ExitCode);
    }

    private static string[] Lines(Ended ended) => ended.Output.Split('\n', StringSplitOptions.TrimEntries);

    /// <summary>All of what the public reads of an article but for its id, and the ids of what it names.</summary>
    private static Task<List<string>> Published(NpgsqlDataSource owner) => owner.Column(
        """
        SELECT concat_ws(' ', slug, document->>'headline', document->>'publishedAt', document->'body'->>'text', document->>'byline',
                         document->'source'->>'slug', document->>'language',
                         (SELECT string_agg(tag->>'slug', ',' ORDER BY nth) FROM json_array_elements(document->'tags') WITH ORDINALITY AS t (tag, nth)))
        FROM delivery.articles
        WHERE state = 'live'
        ORDER BY slug
        """);
}
