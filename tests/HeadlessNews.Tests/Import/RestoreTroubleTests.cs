using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>What a restore refuses, and what becomes of one that is broken off.</summary>
public sealed class RestoreTroubleTests(LivedNewsroom app, TestPostgres postgres) : IClassFixture<LivedNewsroom>
{
    [Fact]
    public async Task Content_that_is_there_is_not_written_over()
    {
        var before = await app.LogPosition();
        var export = await app.Export();

        using var response = await app.SendRestore(new ByteArrayContent(export));

        await response.Problem(HttpStatusCode.Conflict, "not-empty");
        Assert.Equal(before, await app.LogPosition());
        Assert.Equal(export, await app.Export());
    }

    [Fact]
    public async Task Only_an_admin_restores()
    {
        await using var other = await postgres.StartEmpty();
        var before = await other.LogPosition();
        var export = await app.Export();

        using var editor = await other.SendRestore(new ByteArrayContent(export), other.Editor.DefaultRequestHeaders.Authorization!.Parameter);
        using var stranger = await other.SendRestore(new ByteArrayContent(export), null);

        await editor.Problem(HttpStatusCode.Forbidden, "forbidden");
        await stranger.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal(before, await other.LogPosition());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"headline\":\"An article\"}\n")]
    [InlineData("{\"type\":\"export\",\"version\":2}\n{\"type\":\"end\",\"counts\":{}}\n")]
    [InlineData("\u001f\u008b")]
    public async Task What_is_no_export_is_refused_whole_and_leaves_no_mark(string text)
    {
        await using var other = await postgres.StartEmpty();

        using var response = await other.SendRestore(new StringContent(text));

        await response.Problem(HttpStatusCode.UnprocessableEntity, "not-an-export");
        // Else a restore would go into what has content by now.
        await other.Editor.CreateSource();
        using var second = await other.SendRestore(new ByteArrayContent(await app.Export()));
        await second.Problem(HttpStatusCode.Conflict, "not-empty");
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_known_and_the_whole_one_brings_the_rest()
    {
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();
        var lines = Moving.Lines(export);
        // In the middle of the last article's revisions, and of a line.
        var half = Moving.Joined(lines[..(lines.Length / 2)]).Concat(Encoding.UTF8.GetBytes(lines[lines.Length / 2][..40])).ToArray();

        var first = await other.Restore(half);

        Assert.Equal("incomplete", first[^1].Status());
        Assert.EndsWith(":cut-off", first[^1]["problem"]!["type"]!.GetValue<string>(), StringComparison.Ordinal);
        var restored = first[^1]["counts"]!["restored"]!.GetValue<int>();
        Assert.True(restored > 0);

        var second = await other.Restore(export);

        Assert.Equal("complete", second[^1].Status());
        Assert.Equal(restored, second[^1]["counts"]!["unchanged"]!.GetValue<int>());
        Assert.Equal(lines.Length - 2 - restored, second[^1]["counts"]!["restored"]!.GetValue<int>());
        Assert.Equal(lines, Moving.Lines(await other.Export()));
        Assert.Equal((await other.Events()).Count(type => type is "article.created" or "article.published" or "article.withdrawn"), Moving.Parsed(export).Count(line => line.IsOf("article")));
        // It has come to its end: from now on there is content.
        using var third = await other.SendRestore(new ByteArrayContent(export));
        await third.Problem(HttpStatusCode.Conflict, "not-empty");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.0001)]
    [InlineData(0.67)]
    public async Task A_client_that_goes_in_the_middle_leaves_whole_records_and_the_next_run_brings_the_rest(double share)
    {
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => other.SendRestore(new BrokenOff(export.AsMemory(0, (int)(export.Length * share)), () => Newsroom.Eventually(
            async () => (await other.Query(Turn, reader => reader.GetBoolean(0))).Single(), "The restore has its turn."))));

        await Newsroom.Eventually(async () =>
        {
            using var next = await other.SendRestore(new ByteArrayContent(export));
            return next.StatusCode == HttpStatusCode.OK && (await next.Content.ReadAsStringAsync()).Contains("\"complete\"", StringComparison.Ordinal);
        }, "The next run gets its turn when the first is over.");
        Assert.Equal(Moving.Lines(export), Moving.Lines(await other.Export()));
    }

    [Fact]
    public async Task What_was_changed_between_two_runs_is_kept()
    {
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();
        var lines = Moving.Lines(export);
        await other.Restore(Moving.Joined(lines[..^1]));
        var author = Moving.Parsed(export).First(line => line.IsOf("author"));
        using var response = await other.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/authors/{author["id"]}", new { role = "Of late" }, $"\"{author["version"]}\"");
        response.EnsureSuccessStatusCode();

        var results = await other.Restore(export);

        Assert.Equal("complete", results[^1].Status());
        var kept = Assert.Single(results, result => result.Status() == "kept");
        Assert.Equal(author["id"]!.GetValue<Guid>(), kept["id"]!.GetValue<Guid>());
        Assert.Equal(author["id"]!.GetValue<Guid>(), Moving.Parsed(export)[kept["line"]!.GetValue<int>() - 1]["id"]!.GetValue<Guid>());
        Assert.Equal("Of late", (await other.Editor.GetJson($"/api/v1/editorial/authors/{author["id"]}"))["role"]!.GetValue<string>());
    }

    private static readonly Dictionary<string, (Func<JsonObject[], int> Which, Action<JsonObject> Damage)> Damaged = new()
    {
        ["an unknown member"] = (lines => Of(lines, "tag"), line => line["colour"] = "red"),
        ["a missing member"] = (lines => Of(lines, "tag"), line => line.Remove("version")),
        ["a type that is none"] = (lines => Of(lines, "slug"), line => line["type"] = "poem"),
        ["a headline too long"] = (lines => Last(lines, "revision"), line => line["content"]!["headline"] = new string('x', 301)),
        ["a source by its name"] = (lines => Last(lines, "revision"), line => line["content"]!["source"] = "harbour-wire"),
        ["a tag that is not there"] = (lines => Last(lines, "revision"), line => line["content"]!["tags"] = new JsonArray(Guid.NewGuid().ToString())),
        ["a working copy that does not follow"] = (lines => Last(lines, "article"), line => line["revision"] = 99),
        ["a slug of another's"] = (lines => Last(lines, "article"), line => line["slugs"]!.AsArray().Add(new JsonObject { ["slug"] = "night-ferry-returns", ["wasPublic"] = true })),
        ["a slug twice"] = (lines => Of(lines, "tag"), line => line["slugs"]!.AsArray().Add(line["slugs"]![0]!.DeepClone())),
        ["a version that is none"] = (lines => Of(lines, "article"), line => line["version"] = "three"),
        ["no slug of its own"] = (lines => Of(lines, "front"), line => line["slugs"] = new JsonArray()),
        ["a front filled by what is not there"] = (lines => Of(lines, "front"), line => line["content"]!["slots"] = new JsonArray(new JsonObject { ["fill"] = new JsonObject { ["author"] = Guid.NewGuid().ToString(), ["limit"] = 1 } })),
    };

    public static TheoryData<string> Damages => [.. Damaged.Keys];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_bad_line_is_named_and_stops_no_other_and_once_mended_it_comes_too(string what)
    {
        var (which, damage) = Damaged[what];
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();
        var lines = Moving.Parsed(export);
        var nth = which(lines);
        damage(lines[nth]);

        var results = await other.Restore(Moving.Joined(lines.Select(line => line.Text())));

        Assert.Equal("incomplete", results[^1].Status());
        var refused = results.Where(result => result.Status() == "refused").ToList();
        Assert.Contains(refused, result => result["line"]!.GetValue<int>() == nth + 1);
        Assert.Equal(results[^1]["counts"]!["refused"]!.GetValue<int>(), refused.DistinctBy(result => result["line"]!.GetValue<int>()).Count());
        Assert.All(refused, result => Assert.NotEmpty(result["problem"]!["detail"]!.GetValue<string>()));
        Assert.True(results[^1]["counts"]!["restored"]!.GetValue<int>() >= lines.Length / 2);

        Assert.Equal("complete", (await other.Restore(export))[^1].Status());
        Assert.Equal(Moving.Lines(export), Moving.Lines(await other.Export()));
    }

    [Fact]
    public async Task A_line_that_is_missing_is_missed()
    {
        await using var other = await postgres.StartEmpty();
        var lines = Moving.Parsed(await app.Export()).ToList();
        lines.RemoveAt(Of([.. lines], "deletedArticle"));

        var results = await other.Restore(Moving.Joined(lines.Select(line => line.Text())));

        Assert.Equal("incomplete", results[^1].Status());
        Assert.Contains("deletedArticle", results[^1]["problem"]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_without_anything_in_them_are_passed_over_as_in_an_import()
    {
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();
        var lines = Moving.Lines(export);

        var results = await other.Restore([.. Moving.Joined([.. lines[..3], "", " \r", .. lines[3..]]), .. "\n\n"u8]);

        Assert.Equal("complete", results[^1].Status());
        Assert.Equal(lines.Length + 2, results[^1]["line"]!.GetValue<int>());
        Assert.Equal(lines, Moving.Lines(await other.Export()));
    }

    [Theory]
    [InlineData("a line of the export")]
    [InlineData("the last line again")]
    [InlineData("no line at all")]
    [InlineData("the export again")]
    public async Task What_stands_after_the_last_line_is_refused_and_what_stood_before_it_is_there(string what)
    {
        await using var other = await postgres.StartEmpty();
        var export = await app.Export();
        var lines = Moving.Lines(export);
        string[] after = what switch
        {
            "a line of the export" => [lines[1]],
            "the last line again" => [lines[^1]],
            "no line at all" => ["nonsense"],
            _ => lines,
        };

        var results = await other.Restore(Moving.Joined([.. lines, .. after]));

        Assert.Equal("incomplete", results[^1].Status());
        var refused = results.Where(result => result.Status() == "refused").ToList();
        Assert.Equal(Enumerable.Range(lines.Length + 1, after.Length), refused.Select(result => result["line"]!.GetValue<int>()));
        Assert.All(refused, result => Assert.Contains("after `end`", result["problem"]!["detail"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Equal(lines.Length - 2, results[^1]["counts"]!["restored"]!.GetValue<int>());
        Assert.Equal(lines, Moving.Lines(await other.Export()));
        var again = await other.Restore(export);
        Assert.Equal("complete", again[^1].Status());
        Assert.Equal(lines.Length - 2, again[^1]["counts"]!["unchanged"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_line_that_the_last_one_does_not_count_is_one_too_many()
    {
        await using var other = await postgres.StartEmpty();
        var lines = Moving.Parsed(await app.Export());
        lines[^1]["counts"]!.AsObject().Remove("slug");

        var results = await other.Restore(Moving.Joined(lines.Select(line => line.Text())));

        Assert.Equal("incomplete", results[^1].Status());
        Assert.Contains("0 lines of the type slug", results[^1]["problem"]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expiresAt", "expired")]
    [InlineData("rights", "clearanceEnded")]
    public async Task What_has_run_out_since_the_export_comes_back_withdrawn(string member, string because)
    {
        await using var other = await postgres.StartEmpty();
        var lines = Moving.Parsed(await app.Export());
        var (id, changed) = Live(lines);
        changed["content"]![member] = member == "rights" ? new JsonObject { ["redistribution"] = "prohibited" } : "2026-01-01T00:00:00Z";

        Assert.Equal("complete", (await other.Restore(Moving.Joined(lines.Select(line => line.Text()))))[^1].Status());

        using var response = await other.Reader.GetAsync($"/api/v1/articles/{id}");
        await response.Problem(HttpStatusCode.Gone, "withdrawn");
        var events = (await other.Admin.GetJson($"/api/v1/editorial/audit?resource={id}"))["items"]!.AsArray();
        Assert.Equal(because, Assert.Single(events)!["data"]!["because"]!.GetValue<string>());
        Assert.DoesNotContain(id.ToString(), (await other.Reader.GetJson("/api/v1/articles?limit=100")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_under_embargo_does_not_become_public_by_being_restored()
    {
        await using var other = await postgres.StartEmpty();
        var lines = Moving.Parsed(await app.Export());
        var (id, changed) = Live(lines);
        changed["content"]!["embargoUntil"] = "2126-01-01T00:00:00Z";

        var results = await other.Restore(Moving.Joined(lines.Select(line => line.Text())));

        var refused = results.Where(result => result.Status() == "refused").ToList();
        var first = Array.IndexOf(lines, changed);
        Assert.Equal([first, first + 1], refused.Select(result => result["line"]!.GetValue<int>()));
        Assert.All(refused, result => Assert.EndsWith(":not-publishable", result["problem"]!["type"]!.GetValue<string>(), StringComparison.Ordinal));
        using var response = await other.Reader.GetAsync($"/api/v1/articles/{id}");
        await response.Problem(HttpStatusCode.NotFound, "not-found");
    }

    /// <summary>An article with one revision, which is live.</summary>
    private static (Guid Id, JsonObject Revision) Live(JsonObject[] lines)
    {
        var article = lines.First(line => line.IsOf("article") && line["published"] is JsonObject published && published["withdrawn"] is null && line["lastRevision"]!.GetValue<int>() == 1);
        return (article["id"]!.GetValue<Guid>(), lines[Array.IndexOf(lines, article) + 1]);
    }

    private static int Of(JsonObject[] lines, string type) => Array.FindIndex(lines, line => line.IsOf(type));

    private static int Last(JsonObject[] lines, string type) => Array.FindLastIndex(lines, line => line.IsOf(type));

    /// <summary>Whether anybody has the turn.</summary>
    private const string Turn =
        """
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = hashtext('restore')::bigint
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;

    /// <summary>A client whose connection breaks.</summary>
    private sealed class BrokenOff(ReadOnlyMemory<byte> sent, Func<Task> before) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(sent);
            await stream.FlushAsync();
            await before();
            throw new IOException("Gone.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
