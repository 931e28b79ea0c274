using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Articles by the stream.</summary>
public sealed class ImportTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task Each_line_is_answered_in_order_and_sent_again_the_same_changes_nothing()
    {
        var source = await app.Editor.CreateSource("Streaming Wire");
        // Some batches' worth, one article twice, a namesake in every tenth line.
        var lines = Enumerable.Range(0, 700).Select(nth => Imports.Line(source.Slug, $"S-{(nth == 600 ? 5 : nth)}", new { headline = nth % 10 == 0 ? "Weather" : $"Report {nth}" })).ToList();

        var first = await app.Editor.Import(lines, "publish=true");
        var position = await app.LogPosition();
        var again = await app.Editor.Import(lines.Take(600), "publish=true");

        Assert.Equal(Enumerable.Range(1, 700), first.Select(result => result["line"]!.GetValue<int>()));
        Assert.Equal(Enumerable.Range(0, 700).Select(nth => nth == 600 ? "updated" : "created"), first.Select(result => result.Status()));
        Assert.Equal(first[5].Id(), first[600].Id());
        Assert.Equal(699, first.Select(result => result.Id()).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 600).Select(nth => nth == 5 ? "updated" : "unchanged"), again.Select(result => result.Status()));
        Assert.Equal(first.Take(600).Select(result => result.Id()), again.Select(result => result.Id()));
        Assert.Equal(2, await app.LogPosition() - position);
        Assert.Equal(699, (await app.Reader.GetJson($"/api/v1/sources/{source.Slug}"))["articleCount"]!.GetValue<int>());
        Assert.Equal("Report 5", (await app.Reader.GetJson($"/api/v1/articles/{first[5].Id()}"))["headline"]!.GetValue<string>());
        Assert.Equal(["article.created", "article.published", "article.saved", "article.updated", "article.saved", "article.updated"], await app.Events(first[5].Id()));
    }

    [Fact]
    public async Task Bad_lines_say_why_and_stop_no_good_one()
    {
        var source = await app.Editor.CreateSource("Broken Wire");
        await app.Editor.CreateArticle(source.Slug, "Slug of another");
        var good = Imports.Line(source.Slug, "G", new { headline = "Good" });
        var lines = new (string Line, string? Type, string[] Errors)[]
        {
            (With("G-1"), null, []),
            ("not JSON at all", "malformed-request", ["$"]),
            ("[]", "malformed-request", ["$"]),
            ("null", "malformed-request", []),
            (With("B-0")[..40], "malformed-request", ["$"]),
            (With("B-1", line => line["colour"] = "blue"), "unknown-member", ["colour"]),
            (With("B-2", line => line["headline"] = ""), "validation", ["headline"]),
            (With("B-3", line => { line["urgency"] = 12; line["language"] = "English please"; }), "validation", ["language", "urgency"]),
            (With("B-4", line => line["tags"] = new JsonArray("no-such-tag")), "validation", ["tags[0]"]),
            (With("B-5", line => line["source"] = "no-such-source"), "validation", ["source"]),
            (With("B-6", line => line.Remove("source")), "validation", ["source"]),
            (With("B-7", line => line.Remove("externalId")), "validation", ["externalId"]),
            (With("B-8", line => line["slug"] = "slug-of-another"), "slug-taken", ["slug"]),
            (With("B-9", line => line["embargoUntil"] = "2126-01-01T00:00:00Z"), "not-publishable", []),
            (With("B-10", line => line["body"]!["content"] = ""), "not-publishable", []),
            (With("B-11", line => line["kicker"] = "a\0b"), "malformed-request", ["kicker"]),
            ("{\"type\":\"article\"}", "validation", ["data"]),
            ("{\"type\":\"front\",\"data\":{}}", "validation", ["type"]),
            ("{\"type\":\"author\",\"data\":{\"name\":\"x\"}}", "validation", ["kind"]),
            (With("G-2"), null, []),
            (new string('x', 4_000_001), "too-large", []),
            (With("G-3"), null, []),
            (new string('y', 9_000_000), "too-large", []),
        };

        var results = await app.Editor.Import(string.Join("\r\n", lines.Select(line => line.Line).Prepend("").Prepend("   ")), "publish=true");

        // Empty lines are counted, and not answered.
        Assert.Equal(Enumerable.Range(3, lines.Length), results.Select(result => result["line"]!.GetValue<int>()));
        Assert.All(lines.Zip(results), pair =>
        {
            var ((_, type, errors), result) = pair;
            Assert.True((type is null ? "created" : "failed") == result.Status(), result.ToJsonString());
            if (type is not null)
            {
                Assert.True($"urn:headlessnews:problem:{type}" == result["problem"]!["type"]!.GetValue<string>(), result.ToJsonString());
                Assert.Equal(errors, result.Errors().Order());
                Assert.Null(result["id"]);
            }
        });
        Assert.Equal(3L, (await app.Query("SELECT count(*) FROM editorial.articles WHERE source_id = $1 AND external_id IS NOT NULL", row => row.GetInt64(0), source.Id)).Single());

        string With(string externalId, Action<JsonObject>? change = null)
        {
            var line = good.DeepClone().AsObject();
            line["externalId"] = externalId;
            change?.Invoke(line);
            return line.ToJsonString();
        }
    }

    [Fact]
    public async Task A_line_that_only_the_database_refuses_stops_no_other_of_its_batch()
    {
        var source = await app.Editor.CreateSource("Refusing Database");
        var itself = (await app.Editor.Import([Imports.Line(source.Slug, "D-30", new { slug = "names-itself" })]))[0];
        var lines = Enumerable.Range(0, 60).Select(nth => Imports.Line(source.Slug, $"D-{nth}")).ToList();
        lines[30] = Imports.Line(source.Slug, "D-30", new { slug = "names-itself", related = new[] { new { article = "names-itself" } } });

        var results = await app.Editor.Import(lines);

        Assert.Equal("created", itself.Status());
        Assert.Equal(59, results.Count(result => result.Status() == "created"));
        Assert.Equal((31, "failed"), (results[30]["line"]!.GetValue<int>(), results[30].Status()));
        Assert.Equal(["related"], results[30].Errors());
    }

    [Theory]
    [InlineData("update", "updated", "updated", "failed", "Sent again")]
    [InlineData("update&overwrite=true", "updated", "updated", "updated", "Sent again")]
    [InlineData("skip", "skipped", "skipped", "skipped", "First")]
    [InlineData("fail", "failed", "failed", "failed", "First")]
    public async Task What_is_here_already_and_differs_is_changed_skipped_or_refused_as_asked(string onConflict, string changed, string published, string edited, string headline)
    {
        var source = await app.Editor.CreateSource($"Conflicts {onConflict}");
        string[] ids = ["C-0", "C-1", "C-2"];
        var first = await app.Editor.Import(ids.Select(id => Imports.Line(source.Slug, id, new { headline = "First" })));
        await app.Editor.Publish(await Get(first[1].Id()));
        await app.Editor.Patch("articles", await Get(first[2].Id()), new { kicker = "By hand" });

        var results = await app.Editor.Import(ids.Append("C-3").Select(id => Imports.Line(source.Slug, id, new { headline = "Sent again" })), $"onConflict={onConflict}");

        Assert.Equal([changed, published, edited, "created"], results.Select(result => result.Status()));
        Assert.Equal(headline, (await Get(first[0].Id())).Json["headline"]!.GetValue<string>());
    }

    [Fact]
    public async Task Authors_sources_and_tags_have_lines_of_their_own_before_what_names_them()
    {
        JsonObject[] lines =
        [
            Record("source", new { slug = "migrated-wire", name = "Migrated Wire", kind = "agency" }),
            Record("author", new { slug = "migrated-author", name = "Migrated Author", kind = "person", bio = "From the old system." }),
            Record("tag", new { slug = "migrated-top", name = "Migrated Top", kind = "section" }),
            Record("tag", new { name = "Migrated Below", kind = "topic", parent = "migrated-top" }),
            Record("article", Imports.Line("migrated-wire", "M-1", new { authors = new[] { "migrated-author" }, tags = new[] { "Migrated Below" } })),
            Imports.Line("Migrated Wire", "M-2", new { related = new[] { new { article = "M-1" } } }),
        ];

        var tried = await app.Editor.Import(lines, "publish=true&dryRun=true");
        var made = await app.Editor.Import(lines, "publish=true");
        var again = await app.Editor.Import(lines, "publish=true");
        lines[1] = Record("author", new { slug = "migrated-author", name = "Migrated Author", kind = "person", bio = "Mended." });
        var changed = await app.Editor.Import(lines, "publish=true");

        Assert.All(tried.Concat(made), result => Assert.True(result.Status() == "created", result.ToJsonString()));
        Assert.All(again, result => Assert.Equal("unchanged", result.Status()));
        Assert.Equal(["unchanged", "updated", "unchanged", "unchanged", "unchanged", "unchanged"], changed.Select(result => result.Status()));
        Assert.Equal(made.Select(result => result.Id()), changed.Select(result => result.Id()));
        var article = await app.Reader.GetJson($"/api/v1/articles/{made[4].Id()}");
        Assert.Equal(("Migrated Author", "Migrated Below"), (article["byline"]!.GetValue<string>(), article["tags"]![0]!["name"]!.GetValue<string>()));
        Assert.Equal("Mended.", (await app.Editor.GetJson($"/api/v1/editorial/authors/{made[1].Id()}"))["bio"]!.GetValue<string>());
    }

    [Fact]
    public async Task Names_that_nobody_has_are_made_when_that_is_asked_for()
    {
        var lines = Enumerable.Range(0, 300).Select(nth => Imports.Line("Created Wire", $"N-{nth}", new { authors = new[] { $"Created Author {nth % 3}" }, tags = new[] { "Created Tag" } })).ToList();

        var refused = await app.Editor.Import(lines.Take(1), "create=authors,tags");
        var made = await app.Editor.Import(lines, "create=authors,tags,sources&publish=true");

        Assert.Equal(["source"], refused[0].Errors());
        Assert.All(made, result => Assert.True(result.Status() == "created", result.ToJsonString()));
        Assert.Equal([3L, 1L, 1L], await app.Query(
            """
            SELECT count(*) FROM editorial.authors WHERE name LIKE 'Created%'
            UNION ALL SELECT count(*) FROM editorial.tags WHERE name LIKE 'Created%'
            UNION ALL SELECT count(*) FROM editorial.sources WHERE name LIKE 'Created%'
            """, row => row.GetInt64(0)));
        Assert.Equal(300, (await app.Reader.GetJson("/api/v1/tags/created-tag"))["articleCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_keeps_nothing()
    {
        var source = await app.Editor.CreateSource("Dry Wire");
        await app.Editor.Import([Imports.Line(source.Slug, "DRY-1"), Imports.Line(source.Slug, "DRY-2")]);
        var before = (await app.LogPosition(), await Rows());

        var results = await app.Editor.Import(
            [
                Imports.Line(source.Slug, "DRY-1"), Imports.Line(source.Slug, "DRY-2", new { kicker = "New" }), Imports.Line(source.Slug, "DRY-3", new { authors = new[] { "Dry Author" } }),
                Imports.Line(source.Slug, "DRY-4", new { body = new { format = "html", content = "" } }),
            ], "dryRun=true&publish=true&create=authors");

        Assert.Equal(["updated", "updated", "created", "failed"], results.Select(result => result.Status()));
        Assert.Equal(before, (await app.LogPosition(), await Rows()));

        async Task<string> Rows() => string.Join(' ', await app.Query(
            """
            SELECT count(*) FROM editorial.articles
            UNION ALL SELECT count(*) FROM editorial.slugs
            UNION ALL SELECT count(*) FROM editorial.authors
            UNION ALL SELECT count(*) FROM delivery.articles
            UNION ALL SELECT count(*) FROM delivery.directory
            """, row => row.GetInt64(0)));
    }

    [Fact]
    public async Task Results_come_while_lines_are_still_being_sent_and_stay_when_the_sender_is_gone()
    {
        var source = await app.Editor.CreateSource("Slow Wire");
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        var stream = socket.GetStream();
        await Send($"POST /api/v1/editorial/import?publish=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {NewsApp.AdminKey}\r\nContent-Type: {Imports.Lines}\r\nTransfer-Encoding: chunked\r\n\r\n");

        await Send(Chunk(Imports.Line(source.Slug, "SLOW-1").ToJsonString() + "\n"));
        var answered = await ReadUntil("\"line\":1");
        await Send(Chunk(Imports.Line(source.Slug, "SLOW-2").ToJsonString()[..40]));
        socket.Close();

        Assert.Contains("\"status\":\"created\"", answered, StringComparison.Ordinal);
        Assert.Equal(["SLOW-1"], await app.Query("SELECT external_id FROM editorial.articles WHERE source_id = $1", row => row.GetString(0), source.Id));

        Task Send(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

        static string Chunk(string text) => string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

        async Task<string> ReadUntil(string part)
        {
            var read = new StringBuilder();
            var buffer = new byte[4096];
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!read.ToString().Contains(part, StringComparison.Ordinal))
            {
                var some = await stream.ReadAsync(buffer, deadline.Token);
                Assert.True(some > 0, $"It ended with: {read}");
                read.Append(Encoding.UTF8.GetString(buffer, 0, some));
            }
            return read.ToString();
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task What_is_no_stream_of_lines_is_refused(string contentType)
    {
        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/import", Encoding.UTF8.GetBytes("{}"), contentType: contentType);

        await response.Problem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("create=everything")]
    [InlineData("onConflict=overwrite")]
    [InlineData("format=xml")]
    [InlineData("publish=1")]
    public async Task Parameters_that_make_no_sense_are_refused_before_anything_is_read(string query)
    {
        using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/import?{query}", Encoding.UTF8.GetBytes("{}"), contentType: Imports.Lines);

        await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
    }

    [Fact]
    public async Task An_empty_stream_has_an_empty_answer() => Assert.Empty(await app.Editor.Import("\n\n", "publish=true"));

    private static JsonObject Record(string type, object data) =>
        new() { ["type"] = type, ["data"] = data as JsonObject ?? System.Text.Json.JsonSerializer.SerializeToNode(data) };

    private async Task<Saved> Get(Guid id)
    {
        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{id}");
        return await response.Article();
    }
}
