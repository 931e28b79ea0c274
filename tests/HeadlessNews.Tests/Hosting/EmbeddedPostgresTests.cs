using HeadlessNews.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HeadlessNews.Tests.Hosting;

public sealed class EmbeddedPostgresTests : EmbeddedPostgresTest
{
    [Fact]
    public async Task A_first_start_makes_a_database_that_both_connection_strings_reach()
    {
        var postgres = await StartAsync(Data);

        Assert.Equal(1, await AskAsync<int>(postgres.ConnectionString, "SELECT 1"));
        Assert.Equal(1, await AskAsync<int>(postgres.DeliveryConnectionString, "SELECT 1"));
        Assert.Equal("UTF8", await AskAsync<string>(postgres.ConnectionString, "SHOW server_encoding"));
        Assert.Equal("on", await AskAsync<string>(postgres.ConnectionString, "SHOW data_checksums"));
        Assert.Equal("UTC", await AskAsync<string>(postgres.ConnectionString, "SHOW timezone"));
        Assert.Equal(Data, postgres.DataDirectory);
    }

    [Fact]
    public async Task The_owner_owns_its_database_may_clone_it_and_hand_on_both_roles_and_is_no_superuser()
    {
        var postgres = await StartAsync(Data);

        await DoAsync(postgres.ConnectionString, """
            CREATE SCHEMA delivery;
            CREATE TABLE delivery.documents (id int);
            GRANT USAGE ON SCHEMA delivery TO headlessnews_delivery;
            GRANT SELECT ON delivery.documents TO headlessnews_delivery;
            CREATE ROLE another LOGIN;
            GRANT headlessnews_editorial, headlessnews_delivery TO another;
            """);
        var maintenance = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "postgres" }.ConnectionString;
        await DoAsync(maintenance, "CREATE DATABASE a_clone TEMPLATE headlessnews");

        Assert.False(await AskAsync<bool>(postgres.ConnectionString, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
        var clone = new NpgsqlConnectionStringBuilder(postgres.DeliveryConnectionString) { Database = "a_clone" }.ConnectionString;
        Assert.Equal(0, await AskAsync<long>(clone, "SELECT count(*) FROM delivery.documents"));
    }

    [Fact]
    public async Task The_delivery_role_can_neither_write_nor_read_what_it_was_not_granted()
    {
        var postgres = await StartAsync(Data);
        await DoAsync(postgres.ConnectionString, "CREATE TABLE public.articles (id int)");

        foreach (var statement in new[]
        {
            "CREATE TABLE public.mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "INSERT INTO public.articles VALUES (1)",
            "SELECT * FROM public.articles",
            "SET ROLE headlessnews_editorial",
            "CREATE ROLE mine",
            "CREATE DATABASE mine",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => DoAsync(postgres.DeliveryConnectionString, statement));
            Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, statement), (refused.SqlState, statement));
        }
    }

    [Fact]
    public async Task A_second_start_finds_the_data_of_the_first()
    {
        var first = await StartAsync(Data);
        await RememberAsync(first);
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.False(File.Exists(PidFileIn(Data)));

        var second = await StartAsync(Data);

        Assert.Equal(first.ConnectionString, second.ConnectionString);
        await AssertRemembersAsync(second);
    }

    [Fact]
    public async Task A_role_that_was_dropped_is_back_at_the_next_start()
    {
        var first = await StartAsync(Data);
        await DoAsync(first.ConnectionString, "DROP OWNED BY headlessnews_delivery; DROP ROLE headlessnews_reader");
        await first.DisposeAsync();

        var second = await StartAsync(Data);

        Assert.Equal(1, await AskAsync<int>(second.DeliveryConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Two_services_on_two_directories_run_side_by_side()
    {
        var both = await Task.WhenAll(StartAsync(Data), StartAsync(Path.Combine(Home, "other")));

        await RememberAsync(both[0]);
        Assert.False(await AskAsync<bool>(both[1].ConnectionString, "SELECT to_regclass('public.memory') IS NOT NULL"));
    }

    [Fact]
    public async Task A_second_service_on_the_same_directory_is_told_who_has_it()
    {
        var first = await StartAsync(Data);

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(Data));

        Assert.Contains($"already used by process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync<int>(first.ConnectionString, "SELECT 1"));
    }

    [Theory]
    [InlineData("a path with 'quotes', $HOME, \"more\" and späces")]
    [InlineData("a-long-path-0123456789/0123456789012345678901234567890123456789/0123456789012345678901234567890123456789")]
    public async Task Any_path_will_do(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && path.Contains('"', StringComparison.Ordinal), "Windows has no such paths.");
        var data = Path.Combine(Home, path);

        await using var postgres = await StartAsync(data);
        Assert.Equal(1, await AskAsync<int>(postgres.ConnectionString, "SELECT 1"));
        Assert.Equal(data, postgres.DataDirectory);

        await postgres.DisposeAsync();
        var host = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        Assert.True(host.StartsWith(data, StringComparison.Ordinal) || !Directory.Exists(host));
    }

    [Fact]
    public async Task Without_binaries_the_message_names_the_three_ways_out()
    {
        var failure = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(Data, [Home], NullLogger.Instance, Deadline));

        Assert.Contains("apt-get install postgresql", failure.Message, StringComparison.Ordinal);
        Assert.Contains("docker compose up", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__News", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Passwords_are_readable_by_us_alone_and_in_no_log()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are a Unix matter.");
        var postgres = await StartAsync(Data);
        var password = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password!;

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "passwords.json")));
        }
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(Data, "server.log"), Deadline), StringComparison.Ordinal);
    }
}
