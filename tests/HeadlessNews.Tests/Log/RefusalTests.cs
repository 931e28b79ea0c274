using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Log;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Http;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Log;

/// <summary>A service that holds callers up early.</summary>
public sealed class WithFewRequests(TestPostgres postgres) : NewsApp(postgres)
{
    public const int PerKey = 30;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Limits:RequestsPerMinutePerKey", $"{PerKey}")];
}

/// <summary>What was refused: counted, in the audit within a moment, and never the key that was tried.</summary>
public sealed class RefusalTests(NewsApp app, WithFewRequests busy) : IClassFixture<NewsApp>, IClassFixture<WithFewRequests>
{
    private const string Articles = "/api/v1/editorial/articles";

    [Fact]
    public async Task Guesses_are_counted_together_and_the_guessed_key_is_kept_nowhere()
    {
        var before = await TimesOf(app, "unknownKey", "GET", Articles);
        var guesses = Enumerable.Range(1, 5).Select(n => $"hn_{Guid.CreateVersion7():N}_{new string((char)('0' + n), 64)}").ToList();

        foreach (var guess in guesses)
        {
            using var client = app.Client(guess);
            using var response = await client.GetAsync(Articles);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        await Newsroom.Eventually(async () => await TimesOf(app, "unknownKey", "GET", Articles) == before + 5, "five guesses are counted");
        var row = await RowOf(app, "unknownKey", "GET", Articles);
        Assert.Null(row!["actor"]);
        Assert.Equal("127.0.0.1", row["address"]!.GetValue<string>());
        Assert.True(row["firstAt"]!.GetValue<DateTimeOffset>() <= row["lastAt"]!.GetValue<DateTimeOffset>());
        var kept = await app.Query("SELECT refusals::text FROM log.refusals AS refusals", reader => reader.GetString(0));
        Assert.All(guesses, guess => Assert.DoesNotContain(kept, text => text.Contains(guess[3..35], StringComparison.Ordinal) || text.Contains(guess[36..], StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("revokedKey", "UPDATE editorial.api_keys SET revoked_at = now() WHERE id = $1 RETURNING id")]
    [InlineData("expiredKey", "UPDATE editorial.api_keys SET expires_at = now() - interval '1 second' WHERE id = $1 RETURNING id")]
    public async Task A_key_of_ours_that_works_no_more_is_named(string kind, string ending)
    {
        var secret = await app.MakeKey("editor");
        var id = Guid.Parse(secret.Split('_')[1]);
        Assert.Single(await app.Query(ending, reader => reader.GetGuid(0), id));
        using var client = app.Client(secret);

        using var response = await client.Send(HttpMethod.Post, "/api/v1/editorial/tags", new { name = "x", kind = "topic" });

        await response.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await Newsroom.Eventually(async () => await RowOf(app, kind, "POST", "/api/v1/editorial/tags", $"key:{id}") is not null, $"the {kind} is noted");
    }

    [Fact]
    public async Task A_permission_that_was_refused_says_whose_what_and_what_was_needed()
    {
        var (contributor, actor) = await Key(app, "contributor");
        var article = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, "An editor's own");

        using var publish = await contributor.Send(HttpMethod.Post, $"{Articles}/{article.Id}/publish", ifMatch: article.ETag);
        using var patch = await contributor.Send(HttpMethod.Patch, $"{Articles}/{article.Id}", new { kicker = "x" }, article.ETag);
        await publish.Problem(HttpStatusCode.Forbidden, "forbidden");
        var why = (await patch.Problem(HttpStatusCode.Forbidden, "forbidden"))["detail"]!.GetValue<string>();

        await Newsroom.Eventually(async () =>
            (await RowOf(app, "forbidden", "POST", Articles + "/{id:guid}/publish", actor))?["needed"]?.GetValue<string>() == "editor"
            && (await RowOf(app, "forbidden", "PATCH", Articles + "/{id:guid}", actor))?["needed"]?.GetValue<string>() == why,
            "both refusals are noted");
    }

    [Fact]
    public async Task Who_is_held_up_is_noted_and_counted()
    {
        var (editor, actor) = await Key(busy, "editor");
        for (var i = 0; i < WithFewRequests.PerKey + 3; i++)
        {
            using var response = await editor.GetAsync(Articles);
            Assert.Equal(i < WithFewRequests.PerKey ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, response.StatusCode);
        }

        await Newsroom.Eventually(async () => (await busy.Query(
            "SELECT times FROM log.refusals WHERE kind = 'tooManyRequests' AND actor = '" + actor + "'", reader => reader.GetInt64(0))).SingleOrDefault() == 3, "three are counted");
    }

    [Fact]
    public async Task Who_sends_no_key_is_a_visitor_and_no_refusal_and_an_address_that_is_nowhere_has_no_route()
    {
        using var visitor = await app.Reader.GetAsync("/api/v1/editorial/sources");
        await visitor.Problem(HttpStatusCode.Unauthorized);
        using var reader = await app.Reader.GetAsync("/api/v1/preview/forged");
        await reader.Problem(HttpStatusCode.NotFound);
        using var guess = app.Client("hn_no_key_of_ours");
        using var nowhere = await guess.GetAsync("/api/v1/editorial/secret-in-the-address");
        await nowhere.Problem(HttpStatusCode.Unauthorized);

        await Newsroom.Eventually(async () => await RowOf(app, "unknownKey", "GET", null) is not null, "the guess is noted");
        // Noted after the others were answered: had they been noted, they would be there too.
        var kept = await app.Query("SELECT refusals::text FROM log.refusals AS refusals", row => row.GetString(0));
        Assert.DoesNotContain(kept, text => text.Contains("sources", StringComparison.Ordinal) || text.Contains("preview", StringComparison.Ordinal) || text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_collected_is_bounded_and_nothing_is_lost_but_detail()
    {
        var refusals = new Refusals(TimeProvider.System);
        for (var i = 0; i < Refusals.MostAtOnce + 500; i++)
        {
            refusals.Note(new Refusal(RefusalKind.UnknownKey, Address: new IPAddress(i)));
        }
        var taken = refusals.Take();

        refusals.Note(new Refusal(RefusalKind.Forbidden));
        refusals.PutBack(taken);

        Assert.Equal(500, taken[new Refusal(RefusalKind.UnknownKey)].Times);
        Assert.Equal(Refusals.MostAtOnce + 501, refusals.Take().Values.Sum(tally => tally.Times));
    }

    private static async Task<long> TimesOf(NewsApp app, string kind, string method, string route) =>
        (await RowOf(app, kind, method, route))?["count"]!.GetValue<long>() ?? 0;

    private static async Task<JsonNode?> RowOf(NewsApp app, string kind, string method, string? route, string? actor = null) =>
        (await app.Admin.GetJson($"/api/v1/editorial/audit/refusals?kind={kind}&limit=100"))["items"]!.AsArray().SingleOrDefault(row =>
            row!["method"]?.GetValue<string>() == method && row["route"]?.GetValue<string>() == route && row["actor"]?.GetValue<string>() == actor);

    private static async Task<(HttpClient Client, string Actor)> Key(NewsApp app, string role)
    {
        var secret = await app.MakeKey(role);
        return (app.Client(secret), $"key:{Guid.Parse(secret.Split('_')[1])}");
    }
}

/// <summary>Where they are kept.</summary>
public sealed class RefusalTableTests(NewsDatabase database) : IClassFixture<NewsDatabase>
{
    [Fact]
    public async Task The_table_is_bounded_and_the_oldest_go()
    {
        await database.Doors.Editorial.Do(
            """
            SELECT log.note_refusals(array_agg('forbidden'::text), array_agg('n' || n), array_agg('203.0.113.7'::inet), array_agg('GET'::text), array_agg('/x'::text), array_agg('admin'::text),
                                     array_agg(1::bigint), array_agg(now() + n * interval '1 s'), array_agg(now() + n * interval '1 s'))
            FROM generate_series(1, 2050) AS n
            """);
        // Who guesses at keys fills the rows of his own kind.
        await database.Doors.Editorial.Do(
            """
            SELECT log.note_refusals(array_agg('unknownKey'::text), array_agg(NULL::text), array_agg('2001:db8::'::inet + n), array_agg('GET'::text), array_agg('/x'::text), array_agg(NULL::text),
                                     array_agg(1::bigint), array_agg(now() + interval '1 day'), array_agg(now() + interval '1 day'))
            FROM generate_series(1, 3000) AS n
            """);

        Assert.Equal("2000 51 2050", await database.Owner.Ask<string>(
            "SELECT concat_ws(' ', count(*), min(substr(actor, 2)::int), max(substr(actor, 2)::int)) FROM log.refusals WHERE kind = 'forbidden'"));
        Assert.Equal(2000, await database.Owner.Ask<long>("SELECT count(*) FROM log.refusals WHERE kind = 'unknownKey'"));
    }

    [Fact]
    public async Task A_partition_to_come_has_every_index_of_the_log()
    {
        await database.Owner.Do("SELECT log.add_partition(9)");

        Assert.Equal(
            await Indexes("events_000000"),
            await Indexes("events_000009"));

        async Task<List<string>> Indexes(string partition)
        {
            var columns = await database.Owner.Column($"SELECT substr(indexdef, strpos(indexdef, '(')) FROM pg_indexes WHERE schemaname = 'log' AND tablename = '{partition}' ORDER BY 1");
            Assert.Contains("(actor, \"position\")", columns);
            return columns;
        }
    }
}

/// <summary>A service whose database the test can ask when the service is gone.</summary>
public sealed class OnKeptDatabase(TestPostgres postgres) : NewsApp(postgres)
{
    public IConfiguration? Database { get; private set; }

    protected override async Task<IConfiguration> CreateDatabase() => Database = await base.CreateDatabase();
}

/// <summary>Refusals while the database is away, and at the service's end.</summary>
public sealed class RefusalFaultTests(TestPostgres postgres, OnAWire wired) : IClassFixture<OnAWire>
{
    [Fact]
    public async Task What_is_left_is_written_when_the_service_stops()
    {
        var app = new OnKeptDatabase(postgres);
        await app.InitializeAsync();
        using (var client = app.Client("hn_no_key_of_ours"))
        using (var response = await client.GetAsync("/api/v1/editorial/articles"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        await app.DisposeAsync();

        await using var owner = NpgsqlDataSource.Create(app.Database!.GetConnectionString("News")!);
        Assert.Equal(1, await owner.Ask<long>("SELECT sum(times)::bigint FROM log.refusals"));
    }

    [Fact]
    public async Task What_was_refused_while_the_database_was_away_is_there_when_it_is_back_and_once()
    {
        await wired.Cut();
        // What is no key at all is refused without asking the database.
        using (var client = wired.Client("not_a_key"))
        {
            for (var i = 0; i < 3; i++)
            {
                using var response = await client.GetAsync("/api/v1/editorial/articles");
                await response.Problem(HttpStatusCode.Unauthorized);
            }
        }
        var refusals = wired.Services.GetRequiredService<Refusals>();
        await Newsroom.Eventually(() =>
        {
            var taken = refusals.Take();
            refusals.PutBack(taken);
            return Task.FromResult(taken.Count == 1);
        }, "they wait");

        wired.Mend();

        await using var owner = NpgsqlDataSource.Create(wired.Owner);
        await Newsroom.Eventually(async () => await owner.Ask<long>("SELECT coalesce(sum(times), 0)::bigint FROM log.refusals") == 3, "all three are there");
        Assert.Empty(refusals.Take());
    }
}
