using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HeadlessNews.Hosting;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace HeadlessNews.Tests.Hosting;

/// <summary>How the service starts, stops, and comes back.</summary>
public sealed partial class ServiceStartTests : ServiceProcessTest
{
    [Fact]
    public async Task A_first_start_prints_a_key_that_works_and_keeps_it_for_its_owner_alone()
    {
        await using var service = await ServiceProcess.Start(Home);
        var key = PrintedKey().Match(service.Output).Value;

        Assert.Equal($"{key}\n", await File.ReadAllTextAsync(ServiceProcess.KeyFileIn(Home), Cancel));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ServiceProcess.KeyFileIn(Home)));
        }
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await service.Client.GetJson("/api/v1/editorial/keys");
        Assert.Contains($"{service.Url}/swagger", service.Output, StringComparison.Ordinal);
        await service.Signal("TERM");
    }

    [Fact]
    public async Task A_second_start_finds_what_the_first_saved_and_makes_no_second_key()
    {
        Saved article;
        await using (var first = await ServiceProcess.Start(Home))
        {
            article = await first.Client.PublishArticle((await first.Client.CreateSource()).Slug);
            Assert.Equal(0, (await first.Signal("TERM")).ExitCode);
        }

        await using var second = await ServiceProcess.Start(Home);

        await second.Client.GetJson($"/api/v1/articles/{article.Slug}");
        Assert.Single((await second.Client.GetJson("/api/v1/editorial/keys"))["items"]!.AsArray());
        Assert.DoesNotMatch(PrintedKey(), second.Output);
        await second.Signal("TERM");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_polite_signal_stops_service_and_server(string signal)
    {
        await using var service = await ServiceProcess.Start(Home);
        var server = ServerOf(Home);
        Assert.True(IsRunning(server));

        var ended = await service.Signal(signal);

        Assert.Equal(0, ended.ExitCode);
        Assert.False(File.Exists(PidFileIn(Home)));
        await IsGone(server);
    }

    [Theory]
    [InlineData("INT", "cluster/postmaster.pid")]
    [InlineData("TERM", "cluster/postmaster.pid")]
    [InlineData("INT", "../admin-key")]
    [InlineData("TERM", "../admin-key")]
    public async Task A_signal_while_it_starts_leaves_nothing_running_and_the_next_start_works(string signal, string whenThisIsThere)
    {
        await using (var service = ServiceProcess.Launch(Home))
        {
            await Newsroom.Eventually(
                () => Task.FromResult(File.Exists(Path.Combine(ServiceProcess.DataIn(Home), whenThisIsThere))), $"{whenThisIsThere} is there", seconds: 60);
            await service.Signal(signal);
        }
        Assert.False(File.Exists(PidFileIn(Home)));

        await using var next = await ServiceProcess.Start(Home);
        await next.Signal("TERM");
    }

    [Fact]
    public async Task After_a_kill_the_next_start_takes_the_server_over_with_all_that_was_acknowledged()
    {
        Saved article;
        int server;
        await using (var killed = await ServiceProcess.Start(Home))
        {
            article = await killed.Client.PublishArticle((await killed.Client.CreateSource()).Slug);
            server = ServerOf(Home);
            await killed.Signal("KILL");
        }
        Assert.True(IsRunning(server));

        await using var service = await ServiceProcess.Start(Home);

        Assert.Equal(server, ServerOf(Home));
        await service.Client.GetJson($"/api/v1/articles/{article.Id}");
        await service.Signal("TERM");
        await IsGone(server);
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_message_and_leaves_no_server()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var ended = await ServiceProcess.Run(Home, "--urls", $"http://127.0.0.1:{port}");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"{port}", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--urls", ended.Errors, StringComparison.Ordinal);
        Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Fact]
    public async Task Two_services_on_two_directories_know_nothing_of_each_other()
    {
        var homes = new[] { Path.Combine(Home, "one"), Path.Combine(Home, "other") };
        Array.ForEach(homes, home => Directory.CreateDirectory(home));
        var services = await Task.WhenAll(homes.Select(home => ServiceProcess.Start(home)));
        await using var one = services[0];
        await using var other = services[1];

        var article = await one.Client.PublishArticle((await one.Client.CreateSource()).Slug);

        await one.Client.GetJson($"/api/v1/articles/{article.Id}");
        Assert.Equal(HttpStatusCode.NotFound, (await other.Client.GetAsync($"/api/v1/articles/{article.Id}", Cancel)).StatusCode);
        await Task.WhenAll(services.Select(service => service.Signal("TERM")));
    }

    [Fact]
    public async Task A_second_service_on_the_same_directory_is_refused_in_one_message()
    {
        await using var service = await ServiceProcess.Start(Home);

        var ended = await ServiceProcess.Run(Home, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("already used by process", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        await service.UntilReady();
        await service.Signal("TERM");
    }

    [Theory]
    [InlineData("hn_too_short")]
    [InlineData("no_prefix_but_quite_long_enough_for_a_key_0123456789")]
    public async Task A_chosen_key_that_will_not_do_is_one_clear_message(string key)
    {
        var ended = await ServiceProcess.Run(Home, "--Bootstrap:AdminKey", key);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Bootstrap:AdminKey must start with hn_ and have 40", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.DoesNotContain(key, ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Fact]
    public async Task Times_for_a_route_that_is_not_there_or_out_of_range_are_one_clear_message()
    {
        var ended = await ServiceProcess.Run(Home, "--Delivery:Routes:GetArtikel:MaxAge", "300", "--Delivery:Routes:GetArticle:MaxAge", "-1");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Delivery:Routes:GetArtikel names no route of the delivery API", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("Delivery:Routes:GetArticle: The field MaxAge must be between 0 and 31536000", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Fact]
    public async Task A_site_whose_address_is_none_is_one_clear_message()
    {
        var ended = await ServiceProcess.Run(Home, "--Site:PublicUrl", "notaurl");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Site:PublicUrl must be an absolute http or https address.", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Theory]
    [InlineData("Webhooks:AllowedAddresses:0", "10.0.0.0/99", "Webhooks:AllowedAddresses: 10.0.0.0/99 is neither an IP address nor a network such as 10.0.0.0/8.")]
    [InlineData("Webhooks:AllowedAddresses:0", "intranet.example.org", "Webhooks:AllowedAddresses: intranet.example.org is neither an IP address nor a network such as 10.0.0.0/8.")]
    [InlineData("Webhooks:RetrySeconds:0", "-1", "Webhooks:RetrySeconds must be at most 100 waits of 0 to 604800 seconds.")]
    public async Task Settings_of_webhooks_that_cannot_be_are_one_clear_message(string setting, string value, string message)
    {
        var ended = await ServiceProcess.Run(Home, $"--{setting}={value}");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Theory]
    [InlineData(
        "Delivery:MaxAgee=20 Delivery:Routes:GetArticle:MaxAgee=300 Delivery:Routes:GetArticle:SharedMaxAge=300",
        "Delivery:MaxAgee is no setting: below Delivery there are CacheBytes, MaxAge, RequireKey, Routes, SharedMaxAge, StaleIfError, StaleWhileRevalidate.",
        "Delivery:Routes:GetArticle:MaxAgee is no setting: below Delivery:Routes:GetArticle there are MaxAge, SharedMaxAge, StaleIfError, StaleWhileRevalidate.")]
    [InlineData(
        "Limits:MaxBody=1 Bootstrap:AdminKeys:0=one Feeds:Contents=full feeds:content=full",
        "Limits:MaxBody is no setting: below Limits there are MaxRequestBodyBytes, RequestsPerMinutePerKey, RequestsPerMinuteWithoutKey.",
        "Bootstrap:AdminKeys is no setting: below Bootstrap there are AdminKey, DemoContent, KeyFile.",
        "Feeds:Contents is no setting: below Feeds there is Content.")]
    public async Task Settings_that_nobody_reads_are_clear_messages_that_say_which_there_are(string settings, params string[] messages)
    {
        var ended = await ServiceProcess.Run(Home, [.. settings.Split(' ').Select(setting => $"--{setting}")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.All(messages, message => Assert.Contains(message, ended.Errors, StringComparison.Ordinal));
        Assert.Equal(messages.Length, ended.Errors.Split("is no setting").Length - 1);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFileIn(Home)));
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_one_clear_message()
    {
        var ended = await ServiceProcess.Run(Home, "--ConnectionStrings:News", $"Host=127.0.0.1;Port={ServiceProcess.FreePort()};Username=a;Password=b;Database=c");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("ConnectionStrings:News", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_database_is_away_the_answer_is_503_and_afterwards_the_service_works_again()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(ServiceProcess.DataIn(Home), NullLogger.Instance, Cancel);
        await using var service = await ServiceProcess.Start(
            Home, "--ConnectionStrings:News", postgres.ConnectionString, "--ConnectionStrings:NewsDelivery", postgres.DeliveryConnectionString);
        var source = await service.Client.CreateSource();
        var article = await service.Client.PublishArticle(source.Slug);

        KillServer();
        // The server's children notice in a moment of their own.
        await Newsroom.Eventually(async () => (await service.Client.GetAsync("/health/ready", Cancel)).StatusCode == HttpStatusCode.ServiceUnavailable, "the server is gone");
        foreach (var path in new[] { $"/api/v1/articles/{article.Id}", "/api/v1/articles", $"/api/v1/editorial/articles/{article.Id}" })
        {
            using var answer = await service.Client.GetAsync(path, Cancel);
            await answer.Problem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
        }
        using (var refused = await service.Client.Send(HttpMethod.Post, "/api/v1/editorial/sources", new { name = "Nobody hears", kind = "own" }))
        {
            await refused.Problem(HttpStatusCode.ServiceUnavailable);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.GetAsync("/health/ready", Cancel)).StatusCode);
        using (var probe = new HttpClient())
        {
            Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync($"{service.Url}/health/live", Cancel)).StatusCode);
        }
        await postgres.DisposeAsync();
        await using var again = await EmbeddedPostgres.StartAsync(ServiceProcess.DataIn(Home), NullLogger.Instance, Cancel);
        await service.UntilReady();

        await service.Client.GetJson($"/api/v1/articles/{article.Id}");
        // Who follows the log is back too.
        await service.Client.Patch("sources", source, new { name = "Heard again" });
        await Newsroom.Eventually(
            async () => (await service.Client.GetJson($"/api/v1/articles/{article.Id}"))["source"]!["name"]!.GetValue<string>() == "Heard again",
            "the rename reaches the live article");
        await service.Signal("TERM");
    }

    [GeneratedRegex(@"hn_[0-9a-f_]{40,}")]
    private static partial Regex PrintedKey();
}
