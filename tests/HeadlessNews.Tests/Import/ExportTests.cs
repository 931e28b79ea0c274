using System.Globalization;
using System.Net;
using HeadlessNews.Import;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Import;

/// <summary>The way out: all content, from one moment, line by line.</summary>
public sealed class ExportTests(LivedNewsroom app) : IClassFixture<LivedNewsroom>
{
    [Fact]
    public async Task The_same_content_makes_the_same_bytes_and_the_last_line_counts_the_others()
    {
        var export = await app.Export();

        Assert.Equal(export, await app.Export());
        var lines = Moving.Parsed(export);
        Assert.True(lines[0].IsOf("export"));
        Assert.Equal(1, lines[0]["version"]!.GetValue<int>());
        Assert.True(lines[^1].IsOf("end"));
        var counted = lines[1..^1].GroupBy(line => line["type"]!.GetValue<string>()).ToDictionary(type => type.Key, type => type.LongCount());
        Assert.Equal(counted.OrderBy(type => type.Key), lines[^1]["counts"]!.AsObject().Select(type => KeyValuePair.Create(type.Key, type.Value!.GetValue<long>())).OrderBy(type => type.Key));
        Assert.Equal(["article", "author", "deletedArticle", "front", "revision", "slug", "source", "tag"], counted.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((byte)'\n', export[^1]);
    }

    [Fact]
    public async Task What_one_line_names_stands_before_it_and_every_revision_after_its_article()
    {
        var known = new HashSet<string>();
        var article = "";
        foreach (var line in Moving.Parsed(await app.Export()))
        {
            if (line["content"]?["parent"]?.GetValue<string>() is { } parent)
            {
                Assert.Contains(parent, known);
            }
            if (line.IsOf("revision"))
            {
                Assert.Equal(article, line["article"]!.GetValue<string>());
                Assert.Contains(line["content"]!["source"]!.GetValue<string>(), known);
                Assert.All(line["content"]!["tags"]!.AsArray().Concat(line["content"]!["authors"]!.AsArray()), named => Assert.Contains(named!.GetValue<string>(), known));
            }
            article = line.IsOf("article") ? line["id"]!.GetValue<string>() : article;
            known.Add(line["id"]?.GetValue<string>() ?? "");
        }
    }

    [Fact]
    public async Task It_has_what_the_newsroom_keeps_to_itself_and_no_secret()
    {
        var export = string.Join('\n', Moving.Lines(await app.Export()));

        Assert.Contains("una@example.org", export, StringComparison.Ordinal);
        Assert.Contains("Ask first.", export, StringComparison.Ordinal);
        Assert.DoesNotContain(NewsApp.AdminKey, export, StringComparison.Ordinal);
        Assert.DoesNotContain("\"hash\"", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contributor_and_a_stranger_get_none()
    {
        using var stranger = await app.Reader.GetAsync("/api/v1/editorial/export");
        using var contributor = await app.Contributor.GetAsync("/api/v1/editorial/export");
        using var admin = await app.Admin.GetAsync("/api/v1/editorial/export");

        await stranger.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await contributor.Problem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        Assert.True(admin.Headers.CacheControl!.NoStore);
        Assert.Equal("application/x-ndjson", admin.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task It_writes_nothing()
    {
        var before = await app.LogPosition();

        await app.Export();

        Assert.Equal(before, await app.LogPosition());
    }
}

/// <summary>Exports while others are at work, and while nobody takes what was asked for.</summary>
public sealed class ExportUnderWayTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task An_export_is_of_one_moment_whatever_is_saved_meanwhile()
    {
        await app.Editor.CreateSource();
        var made = new List<Saved>();
        for (var number = 0; number < 30; number++)
        {
            made.Add(await app.Editor.PublishArticle("harbour-wire", $"Number {number}"));
        }
        using var stop = new CancellationTokenSource();
        // Of two articles saved one after the other, no export may know the second save and not the first.
        var writing = Task.Run(async () =>
        {
            for (var round = 1; !stop.IsCancellationRequested; round++)
            {
                foreach (var nth in new[] { 0, 29 })
                {
                    made[nth] = await app.Editor.Patch("articles", made[nth], new { kicker = $"Round {round}" });
                }
            }
        }, TestContext.Current.CancellationToken);

        for (var turn = 0; turn < 10; turn++)
        {
            var lines = Moving.Parsed(await app.Export());
            int Rounds(Guid id) => lines.Where(line => line.IsOf("revision") && line["article"]!.GetValue<Guid>() == id)
                .Max(line => line["content"]!["kicker"] is { } kicker ? int.Parse(kicker.GetValue<string>()[6..], CultureInfo.InvariantCulture) : 0);
            int Versions(Guid id) => lines.Single(line => line.IsOf("article") && line["id"]!.GetValue<Guid>() == id)["version"]!.GetValue<int>();

            Assert.InRange(Rounds(made[0].Id) - Rounds(made[29].Id), 0, 1);
            // Version 1 is the first save, 2 the publication.
            Assert.Equal(Rounds(made[0].Id), Versions(made[0].Id) - 2);
        }
        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Exports_that_nobody_takes_hold_no_snapshot_and_are_few()
    {
        await app.Editor.CreateSource("Long Wire");
        for (var number = 0; number < 40; number++)
        {
            await app.Editor.CreateArticle("long-wire", $"Long {number}", new { body = new { format = "markdown", content = string.Concat(Enumerable.Repeat("All work and no play. ", 20_000)) } });
        }
        using var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = app.Editor.DefaultRequestHeaders.Authorization;
        var untaken = new List<HttpResponseMessage>();
        for (var number = 0; number < 4; number++)
        {
            untaken.Add(await client.GetAsync("/api/v1/editorial/export", HttpCompletionOption.ResponseHeadersRead));
        }

        // Each is made to its end beside whoever is to take it.
        await Newsroom.Eventually(async () => (await app.Query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query ILIKE '%article_revisions%'",
            reader => reader.GetInt64(0))).Single() == 0, "No transaction is left open.");
        using (var fifth = await app.Editor.GetAsync("/api/v1/editorial/export"))
        {
            await fifth.Problem(HttpStatusCode.ServiceUnavailable, "exports-busy");
            Assert.NotNull(fifth.Headers.RetryAfter);
        }
        // None is made for it.
        using (var head = await app.Editor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/editorial/export")))
        {
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        }
        var whole = await untaken[0].Content.ReadAsByteArrayAsync();
        Assert.True(Moving.Parsed(whole)[^1].IsOf("end"));
        untaken.ForEach(response => response.Dispose());
        await Newsroom.Eventually(async () => (await client.GetAsync("/api/v1/editorial/export")).StatusCode == HttpStatusCode.OK, "Who has gone away makes room.");
    }

    [Fact]
    public async Task However_much_there_is_little_is_held_of_it()
    {
        await app.Editor.CreateSource("Wide Wire");
        for (var number = 0; number < 20; number++)
        {
            await app.Editor.CreateArticle("wide-wire", $"Wide {number}", new { body = new { format = "markdown", content = string.Concat(Enumerable.Repeat("Wide as the sea. ", 5_000)) } });
        }
        await using var scope = app.Services.CreateAsyncScope();
        var (largest, whole) = (0, 0L);

        await ExportText.Write(piece =>
        {
            largest = Math.Max(largest, piece.Length);
            whole += piece.Length;
            return Task.CompletedTask;
        }, scope.ServiceProvider.GetRequiredService<ExportContent>().Lines(TestContext.Current.CancellationToken), null, TestContext.Current.CancellationToken);

        Assert.True(whole > 1_700_000, $"{whole} bytes.");
        // A piece, and the longest line.
        Assert.InRange(largest, 1, 64 * 1024 + 600_000);
    }
}
