using Npgsql;

namespace HeadlessNews.Tests.Data;

/// <summary>
/// What keeps drafts from readers when everything else fails: the delivery door has no right to them. Each door is tried with its
/// transactions made writable, so that it is the grants that refuse and not a setting.
/// </summary>
public sealed class GrantTests(NewsDatabase database) : IClassFixture<NewsDatabase>
{
    private const string Append =
        "SELECT log.append(ARRAY ['article.published'], ARRAY ['article'], ARRAY [gen_random_uuid()], ARRAY [1], ARRAY [NULL]::integer[], ARRAY [NULL]::jsonb[], ARRAY [NULL]::text[], 'test', NULL)";

    private const string NoteRefusal =
        "SELECT log.note_refusals(ARRAY ['forbidden'], ARRAY ['test'], ARRAY ['203.0.113.7'::inet], ARRAY ['GET'], ARRAY ['/'], ARRAY ['admin'], ARRAY [1], ARRAY [now()], ARRAY [now()])";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_delivery_door_reads_no_table_of_the_editorial_schema(bool ownLogin)
    {
        var tables = (string[])[.. await Tables("editorial"), .. await Tables("webhooks")];

        Assert.Contains("editorial.articles", tables);
        Assert.Contains("webhooks.secrets", tables);
        foreach (var table in tables)
        {
            await Refused(Delivery(ownLogin), $"SELECT FROM {table}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_delivery_door_writes_to_no_table_anywhere(bool ownLogin)
    {
        var tables = (string[])[.. await Tables("editorial"), .. await Tables("delivery"), .. await Tables("log"), .. await Tables("webhooks")];

        Assert.Contains("delivery.articles", tables);
        Assert.Contains("log.events_000000", tables);
        foreach (var table in tables)
        {
            var column = (await database.Owner.Column(
                $"SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum LIMIT 1"))[0];
            await Refused(Delivery(ownLogin), $"INSERT INTO {table} DEFAULT VALUES");
            await Refused(Delivery(ownLogin), $"UPDATE {table} SET {column} = DEFAULT");
            await Refused(Delivery(ownLogin), $"DELETE FROM {table}");
            await Refused(Delivery(ownLogin), $"TRUNCATE {table}");
        }
    }

    [Theory]
    [InlineData(true, "CREATE TABLE editorial.mine (id integer)")]
    [InlineData(true, "CREATE TABLE delivery.mine (id integer)")]
    [InlineData(true, "CREATE TABLE log.mine (id integer)")]
    [InlineData(true, "CREATE TABLE public.mine (id integer)")]
    [InlineData(true, "SELECT FROM log.events")]
    [InlineData(true, "SELECT FROM log.events_000000")]
    [InlineData(true, "SELECT FROM log.readers")]
    [InlineData(true, "SELECT FROM log.refusals")]
    [InlineData(true, NoteRefusal)]
    [InlineData(true, Append)]
    [InlineData(true, "SELECT log.add_partition(7)")]
    [InlineData(true, "SET ROLE headlessnews_editorial")]
    [InlineData(false, "CREATE TABLE editorial.mine (id integer)")]
    [InlineData(false, "CREATE TABLE delivery.mine (id integer)")]
    [InlineData(false, "CREATE TABLE log.mine (id integer)")]
    [InlineData(false, "CREATE TABLE public.mine (id integer)")]
    [InlineData(false, "SELECT FROM log.events")]
    [InlineData(false, "SELECT FROM log.events_000000")]
    [InlineData(false, "SELECT FROM log.readers")]
    [InlineData(false, "SELECT FROM log.refusals")]
    [InlineData(false, NoteRefusal)]
    [InlineData(false, Append)]
    [InlineData(false, "SELECT log.add_partition(7)")]
    public async Task The_delivery_door_may_not(bool ownLogin, string statement) => await Refused(Delivery(ownLogin), statement);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_delivery_door_reads_what_is_delivered(bool ownLogin)
    {
        var tables = await Tables("delivery");

        foreach (var readable in (string[])[.. tables, "log.head", "log.public_events"])
        {
            Assert.True(await Delivery(ownLogin).Ask<long>($"SELECT count(*) FROM {readable}") >= 0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_delivery_door_is_read_only_besides(bool ownLogin) =>
        Assert.Equal("on", await Delivery(ownLogin).Ask<string>("SHOW transaction_read_only"));

    [Theory]
    [InlineData("UPDATE log.events SET actor = 'somebody else'")]
    [InlineData("DELETE FROM log.events")]
    [InlineData("TRUNCATE log.events")]
    [InlineData("INSERT INTO log.events (position, id, at, type, resource_kind, resource_id, version, actor) VALUES (1, gen_random_uuid(), now(), 'x.y', 'x', gen_random_uuid(), 1, 'x')")]
    [InlineData("UPDATE log.events_000000 SET actor = 'somebody else'")]
    [InlineData("DELETE FROM log.events_000000")]
    [InlineData("DROP TABLE log.events_000000")]
    [InlineData("ALTER TABLE log.events DETACH PARTITION log.events_000000")]
    [InlineData("UPDATE log.head SET position = 0")]
    [InlineData("SELECT FROM log.head FOR UPDATE")]
    [InlineData("DELETE FROM log.head")]
    [InlineData("TRUNCATE log.head")]
    [InlineData("INSERT INTO log.head (only_row, position) VALUES (true, 0)")]
    [InlineData("SELECT log.add_partition(7)")]
    [InlineData("UPDATE log.events SET at = now(), address = NULL WHERE position = 1")]
    [InlineData("TRUNCATE log.events_000000")]
    [InlineData("UPDATE log.refusals SET times = 0")]
    [InlineData("DELETE FROM log.refusals")]
    [InlineData("TRUNCATE log.refusals")]
    [InlineData("INSERT INTO log.refusals (id, kind, times, first_at, last_at) VALUES (gen_random_uuid(), 'forbidden', 1, now(), now())")]
    [InlineData("DROP TABLE log.refusals")]
    [InlineData("DELETE FROM log.readers")]
    [InlineData("CREATE TABLE log.mine (id integer)")]
    [InlineData("CREATE TABLE editorial.mine (id integer)")]
    [InlineData("DROP TABLE editorial.articles")]
    [InlineData("TRUNCATE editorial.articles")]
    public async Task The_editorial_door_appends_to_the_log_and_changes_nothing_in_it(string statement)
    {
        await database.Doors.Editorial.Do(Append);
        await database.Doors.Editorial.Do(NoteRefusal);
        var before = await State();

        await Refused(database.Doors.Editorial, statement);

        Assert.Equal(before, await State());

        async Task<string> State() => await database.Owner.Ask<string>("SELECT md5(concat((SELECT string_agg(event::text, ',') FROM log.events AS event), (SELECT string_agg(refusal::text, ',') FROM log.refusals AS refusal)))");
    }

    [Fact]
    public async Task The_public_view_of_the_log_says_neither_who_nor_from_where_nor_what_is_not_public()
    {
        await database.Doors.Editorial.Do(Append.Replace("article.published", "article.created", StringComparison.Ordinal));

        Assert.Equal("position id at type resource_kind resource_id version tags", string.Join(' ', await database.Owner.Column(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 'log.public_events'::regclass AND attnum > 0 ORDER BY attnum")));
        Assert.Equal(0, await database.Doors.Delivery.Ask<long>("SELECT count(*) FROM log.public_events WHERE type = 'article.created'"));
    }

    private NpgsqlDataSource Delivery(bool ownLogin) => (ownLogin ? database.Doors : database.DoorsByRole).Delivery;

    private Task<List<string>> Tables(string schema) =>
        database.Owner.Column($"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = '{schema}'");

    private static async Task Refused(NpgsqlDataSource door, string statement)
    {
        await using var connection = await door.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.Do("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE");
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Do(statement));

        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, statement), (refused.SqlState, statement));
    }
}
