using HeadlessNews.Delivery.Neighbours;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>Whatever happens to whoever follows the log, the lists are what the articles make them.</summary>
public sealed class NeighbourFollowingTests(Wires app) : IClassFixture<Wires>
{
    private const string Lists = "SELECT concat_ws(' ', article_id, coverage::text, sure, related::text) FROM delivery.neighbours ORDER BY article_id";
    private const string Told = "SELECT count(*) FROM log.events WHERE type = 'neighbours.changed'";

    [Fact]
    public async Task Following_the_log_again_from_its_beginning_changes_nothing_and_tells_nothing()
    {
        var (one, other) = await app.Pair(Wires.Dam, Wires.DamToo);
        await app.Databases.NeighboursAreFound();
        var (lists, told) = (await app.Databases.Editorial.Column(Lists), await app.Databases.Editorial.Ask<long>(Told));
        Assert.NotEmpty(lists);

        await app.Databases.Editorial.Do("UPDATE log.readers SET position = 0 WHERE name = 'neighbours'");

        await app.Databases.NeighboursAreFound();
        Assert.Equal(lists, await app.Databases.Editorial.Column(Lists));
        Assert.Equal(told, await app.Databases.Editorial.Ask<long>(Told));
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Fact]
    public async Task Cut_off_in_the_middle_of_an_article_it_begins_it_again_and_publishing_does_not_wait()
    {
        await using var owner = await app.OpenAsOwner();
        Saved one, other;
        await using (var transaction = await owner.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await Do(owner, "LOCK TABLE delivery.neighbours IN EXCLUSIVE MODE");
            (one, other) = (await app.Report(Wires.One, Wires.Tram), await app.Report(Wires.Other, Wires.TramToo));
            const string held = "SELECT pid FROM pg_locks WHERE relation = 'delivery.neighbours'::regclass AND NOT granted";
            int? stuck = null;
            await Newsroom.Eventually(async () => (stuck = await Ask(owner, held) as int?) is not null, "it is in the middle");
            Assert.Equal(true, await Ask(owner, $"SELECT pg_terminate_backend({stuck})"));
            Assert.Empty(await app.Beside(one, "coverage"));
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        await Newsroom.Eventually(async () => await Finds(one, other) && await Finds(other, one), "both are found");
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Fact]
    public async Task Of_two_nodes_one_works_and_no_list_is_told_of_twice()
    {
        app.StartAnotherNode();
        var pairs = new List<(Saved One, Saved Other)>();
        var towns = new[] { "Arnsby", "Brackwell", "Corvane", "Dulmoor", "Eskdale", "Farrowby" };
        await Task.WhenAll(towns.Select(async town =>
        {
            var with = (Report report) => report with { Headline = $"{town}: {report.Headline}", Body = $"{report.Body.Replace("Ostvik", town, StringComparison.Ordinal)}\n\nIn {town} the {town} council of {town} meets in {town}hall." };
            var pair = (await app.Report(Wires.One, with(Wires.Tram)), await app.Report(Wires.Other, with(Wires.TramToo)));
            lock (pairs)
            {
                pairs.Add(pair);
            }
        }));
        await app.Databases.NeighboursAreFound();

        foreach (var (one, other) in pairs)
        {
            Assert.Equal(other.Id, (await app.Beside(one, "coverage"))[0]["article"]!["id"]!.GetValue<Guid>());
            Assert.Equal(one.Id, (await app.Beside(other, "coverage"))[0]["article"]!["id"]!.GetValue<Guid>());
        }
        Assert.InRange(
            await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = (hashtext('neighbours')::bigint & 4294967295)::oid AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"),
            0, 1);
        foreach (var article in pairs.SelectMany(pair => new[] { pair.One, pair.Other }))
        {
            await app.Editor.Withdraw(article);
        }
    }

    [Fact]
    public async Task An_archive_waits_its_turn_and_gets_it()
    {
        var then = DateTimeOffset.UtcNow.AddDays(-40);
        var one = await app.Report(Wires.One, Wires.Dam, new { publishedAt = then });
        var other = await app.Report(Wires.Other, Wires.DamToo, new { publishedAt = then.AddHours(3) });

        await Newsroom.Eventually(async () => await Finds(one, other) && await Finds(other, one), "they are found");
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.neighbours_due"));
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Fact]
    public async Task More_at_once_than_a_newsroom_writes_is_put_off_though_it_is_new()
    {
        const int many = 201;
        await using var owner = await app.OpenAsOwner();
        await app.Databases.NeighboursAreFound();
        await using (var transaction = await owner.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await Do(owner, "ALTER TABLE delivery.articles DISABLE TRIGGER USER");
            await Do(owner, $"""
                INSERT INTO delivery.articles (article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at,
                    rendered_at, log_position, etag, card, document, is_syndicable)
                SELECT md5('import ' || nth)::uuid, 'import-' || nth, 'live', 1, 1, 1000, 'en', 'allowed', now(), now(), now(), 0, 'etag', '{"{}"}', '{"{}"}', true
                FROM generate_series(1, {many}) AS nth
                """);
            await Do(owner, "ALTER TABLE delivery.articles ENABLE TRIGGER USER");
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }
        await using (var transaction = await owner.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            // Nothing can be worked off while this is held: what is put off can be seen.
            await Do(owner, "LOCK TABLE delivery.stories IN EXCLUSIVE MODE");
            await app.Databases.Editorial.Do("""
                SELECT log.append(array_agg('article.published'::text), array_agg('article'::text), array_agg(article_id), array_agg(1), array_agg(NULL::integer),
                    array_agg(NULL::jsonb), array_agg(NULL::text), 'system', NULL)
                FROM delivery.articles WHERE slug LIKE 'import-%'
                """);
            await Newsroom.Eventually(
                async () => await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.neighbours_due") == many, "they wait");
        }
        await app.Databases.NeighboursAreFound();
        await Do(owner, "DELETE FROM delivery.articles WHERE slug LIKE 'import-%'");
    }

    [Fact]
    public async Task What_was_live_before_there_were_neighbours_gets_them()
    {
        var (one, other) = await app.Pair(Wires.Tram, Wires.TramToo);
        await app.Databases.NeighboursAreFound();
        var lists = await app.Databases.Editorial.Column(Lists);

        await app.Databases.Editorial.Do("DELETE FROM delivery.neighbours");
        await app.Databases.Editorial.Do("DELETE FROM delivery.stories");
        await using var file = typeof(HeadlessNews.Data.Databases).Assembly.GetManifestResourceStream("0014_neighbours.sql")!;
        var sql = await new StreamReader(file).ReadToEndAsync(TestContext.Current.CancellationToken);
        var fill = sql[sql.IndexOf("INSERT INTO delivery.neighbours_due", StringComparison.Ordinal)..];
        await app.Databases.Editorial.Do(fill[..fill.IndexOf(';', StringComparison.Ordinal)]);

        await app.Databases.NeighboursAreFound();
        Assert.Equal(lists.Count, (await app.Databases.Editorial.Column(Lists)).Count);
        Assert.True(await Finds(one, other));
        await app.Editor.Withdraw(one);
        await app.Editor.Withdraw(other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_back_as_another_story_leaves_the_lists_that_its_own_said_nothing_of(bool isWithdrawalFollowed)
    {
        const string lists = "SELECT count(*) FROM delivery.neighbours WHERE article_id = $1 AND $2 = ANY (coverage || related)";
        // What is newer is near for longer than what is older: the old one lists the new one, and not the other way round.
        var anglers = new Report(
            "Anglers count the trout behind Loskerry dam", "A record year for the lake, says the club.",
            "Anglers of the Loskerry club netted nine hundred trout on Sunday. Ines Rauter, the water minister, weighed the heaviest; the club fried it.\n\nPike are fewer than last year.");
        var old = await app.Report(Wires.One, anglers, new { publishedAt = DateTimeOffset.UtcNow.AddDays(-42) });
        await app.Databases.NeighboursAreFound();
        var moving = await app.Report(Wires.Other, Wires.DamToo);
        await app.Databases.NeighboursAreFound();
        Assert.Equal(1, await app.Databases.Editorial.Ask<long>(lists, old.Id, moving.Id));
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>(lists, moving.Id, old.Id));
        Assert.Contains(moving.Id, (await app.Beside(old, "related")).Select(item => item["article"]!["id"]!.GetValue<Guid>()));

        moving = await app.Editor.Withdraw(moving);
        if (isWithdrawalFollowed)
        {
            await app.Databases.NeighboursAreFound();
        }
        moving = await app.Editor.Publish(await app.Editor.Patch("articles", moving, Wires.Content(Wires.Tram)));
        await app.Databases.NeighboursAreFound();

        Assert.Empty(await app.Beside(old, "related"));
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>(lists, old.Id, moving.Id));
        await app.Editor.Withdraw(old);
        await app.Editor.Withdraw(moving);
    }

    [Theory]
    [InlineData("english", "The mayor of Ostvik met Ines Rauter. She said: Nothing.", "Ostvik Ines Rauter")]
    [InlineData("english", "“Never,” said McAllister in Zürich", "McAllister Zürich")]
    [InlineData("german", "Der Bürgermeister von Ostvik", "")]
    [InlineData("german", "In Ostvik sprach Bürgermeisterin Ines Rauter. Die Betten bleiben.", "Bürgermeisterin Ines Rauter")]
    [InlineData("simple", "کاوه مهرپور وزیر نفت است", "")]
    [InlineData("english", "", "")]
    public void Names_have_a_capital_that_no_sentence_gave_them(string configuration, string text, string names) =>
        Assert.Equal(names, string.Join(' ', Names.In(text, configuration).Words));

    [Theory]
    [InlineData("Justice minister Ines Rauter and prisons director Emeric Vance met in the port of Marrow Bay.", "director Justice minister prisons")]
    [InlineData("Yesterday the transport minister, Ines Rauter, spoke. The minister wept.", "transport")]
    [InlineData("Help came from Petra Holm, who heads the mountain rescue.", "came from heads Help mountain rescue the who")]
    [InlineData("Prime Minister Ines Rauter opened a flower show.", "Prime")]
    [InlineData("Rauter wept, visitors queued.", "")]
    public void What_introduces_a_name_is_told_from_what_happened(string text, string titles) =>
        Assert.Equal(titles, string.Join(' ', Names.In(text, "english").Titles.Order(StringComparer.OrdinalIgnoreCase)));

    private async Task<bool> Finds(Saved article, Saved other) =>
        (await app.Beside(article, "coverage")).Exists(item => item["article"]!["id"]!.GetValue<Guid>() == other.Id);

    private static async Task<object?> Ask(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static Task Do(NpgsqlConnection connection, string sql) => Ask(connection, sql);
}
