using System.Diagnostics;
using HeadlessNews.Log;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Log;

/// <summary>Position order is commit order, and no gap is ever filled later: what sync, stream and webhooks will stand on.</summary>
public sealed class ChangeLogTests(TestPostgres postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Append =
        """
        SELECT log.append(
            array_fill('article.updated'::text, ARRAY [cardinality($1)]), array_fill('article'::text, ARRAY [cardinality($1)]), $1,
            array_fill(1, ARRAY [cardinality($1)]), array_fill(0, ARRAY [cardinality($1)]), array_fill(NULL::jsonb, ARRAY [cardinality($1)]),
            array_fill(NULL::text, ARRAY [cardinality($1)]), 'test', NULL)
        """;

    private readonly NewsDatabase database = new(postgres);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(0)]
    // The edge between two partitions lies in the middle of what is written.
    [InlineData(999_500)]
    public async Task Sixty_four_writers_that_stall_and_roll_back_are_read_in_order_each_once_without_gaps(long head)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await database.Owner.Do("UPDATE log.head SET position = $1", head);
        await using var writing = Door("Maximum Pool Size=64");
        using var written = new CancellationTokenSource();
        var reading = Read(head, written.Token);

        var committed = await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(() => Write(writing, new Random(seed + writer), transactions: 12))));
        await written.CancelAsync();

        var read = await reading;
        var expected = committed.SelectMany(batches => batches).ToList();
        Assert.True(expected.Count > 64, "Hardly anything was committed.");
        Assert.Equal(Enumerable.Range(1, read.Count).Select(nth => head + nth), read.Select(row => row.Position));
        Assert.Equal(expected.SelectMany(batch => batch.Ids).Order(), read.Select(row => row.Id).Order());
        foreach (var batch in expected)
        {
            // The batch's events stand together, in their order, and end at the position that append answered.
            var first = (int)(batch.Last - batch.Ids.Length - head);
            Assert.Equal(batch.Ids, read.Skip(first).Take(batch.Ids.Length).Select(row => row.Id));
        }
        Assert.Equal(head + read.Count, await database.Owner.Ask<long>("SELECT position FROM log.head"));
        Assert.Equal((head + read.Count) / 1_000_000 + 1, await database.Owner.Ask<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'log.events'::regclass"));
    }

    [Theory]
    [InlineData(999_998, 1, 1)]
    [InlineData(999_999, 1, 2)]
    [InlineData(999_998, 5, 2)]
    [InlineData(1_999_999, 3, 2)]
    public async Task A_batch_makes_the_partitions_it_needs(long head, int many, int partitions)
    {
        await database.Owner.Do("UPDATE log.head SET position = $1", head);
        if (head > 1_000_000)
        {
            await database.Owner.Do("SELECT log.add_partition(1)");
            partitions++;
        }

        var last = await database.Doors.Editorial.Ask<long>(Append, NewIds(many));

        Assert.Equal(head + many, last);
        Assert.Equal(partitions, await database.Owner.Ask<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'log.events'::regclass"));
        Assert.Equal(many, await database.Doors.Editorial.Ask<long>("SELECT count(*) FROM log.events WHERE position > $1", head));
    }

    [Fact]
    public async Task A_change_that_rolls_back_leaves_neither_row_nor_gap()
    {
        await using (var connection = await database.Doors.Editorial.OpenConnectionAsync(Cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await connection.Do(Append, NewIds(5));
            await transaction.RollbackAsync(Cancel);
        }

        Assert.Equal(1, await database.Doors.Editorial.Ask<long>(Append, NewIds(1)));
        Assert.Equal(1, await database.Doors.Editorial.Ask<long>("SELECT count(*) FROM log.events"));
    }

    [Fact]
    public async Task Listeners_get_the_new_position_once_it_is_committed()
    {
        await using var listener = await database.Doors.Editorial.OpenConnectionAsync(Cancel);
        var hints = new List<string>();
        listener.Notification += (_, hint) => hints.Add(hint.Payload);
        await listener.Do($"LISTEN {ChangeLog.Channel}");

        await using (var connection = await database.Doors.Editorial.OpenConnectionAsync(Cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await connection.Do(Append, NewIds(3));
            await listener.Do("SELECT 1");
            Assert.Empty(hints);
            await transaction.CommitAsync(Cancel);
        }

        Assert.True(await listener.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(["3"], hints);
    }

    [Fact]
    public async Task A_writer_that_stalls_with_the_head_in_its_hands_is_cut_and_the_others_go_on()
    {
        await using var impatient = Door("Maximum Pool Size=2;Options=-c role=headlessnews_editorial -c idle_in_transaction_session_timeout=500ms");
        await using var stalled = await impatient.OpenConnectionAsync(Cancel);
        await using var transaction = await stalled.BeginTransactionAsync(Cancel);
        await stalled.Do(Append, NewIds(2));
        var waited = Stopwatch.StartNew();

        // Waits for the head until the stalled one is gone.
        var last = await database.Doors.Editorial.Ask<long>(Append, NewIds(1));

        Assert.InRange(waited.Elapsed, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
        Assert.Equal(1, last);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync(Cancel));
        Assert.Equal(1, await database.Doors.Editorial.Ask<long>("SELECT count(*) FROM log.events"));
    }

    [Fact]
    public async Task The_editorial_door_bounds_how_long_a_writer_can_stall() =>
        Assert.Equal("15s", await database.Doors.Editorial.Ask<string>("SHOW idle_in_transaction_session_timeout"));

    private NpgsqlDataSource Door(string settings) => NpgsqlDataSource.Create($"{database.ConnectionString};{settings}");

    private static Guid[] NewIds(int many) => [.. Enumerable.Range(0, many).Select(_ => Guid.CreateVersion7())];

    /// <summary>What was committed, as its writer knows it.</summary>
    private static async Task<List<(long Last, Guid[] Ids)>> Write(NpgsqlDataSource door, Random random, int transactions)
    {
        var committed = new List<(long, Guid[])>();
        for (var nth = 0; nth < transactions; nth++)
        {
            await using var connection = await door.OpenConnectionAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await Stall(connection, random, oneIn: 3);
            var ids = NewIds(random.Next(1, 6));
            await using var append = new NpgsqlCommand(Append, connection) { Parameters = { new() { Value = ids } } };
            var last = (long)(await append.ExecuteScalarAsync(Cancel))!;
            // With the head in its hands: nobody may pass.
            await Stall(connection, random, oneIn: 12);
            if (random.Next(4) == 0)
            {
                await transaction.RollbackAsync(Cancel);
            }
            else
            {
                await transaction.CommitAsync(Cancel);
                committed.Add((last, ids));
            }
        }
        return committed;
    }

    private static async Task Stall(NpgsqlConnection connection, Random random, int oneIn)
    {
        if (random.Next(oneIn) == 0)
        {
            await connection.Do("SELECT pg_sleep($1)", random.NextDouble() * 0.02);
        }
    }

    /// <summary>As sync will: what is past the last position seen, again and again, until the writers are done and nothing is left.</summary>
    private async Task<List<(long Position, Guid Id)>> Read(long position, CancellationToken written)
    {
        var seen = new List<(long, Guid)>();
        while (true)
        {
            var isLast = written.IsCancellationRequested;
            await using var command = database.Doors.Editorial.CreateCommand("SELECT position, resource_id FROM log.events WHERE position > $1 ORDER BY position LIMIT 100");
            command.Parameters.Add(new() { Value = position });
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            var found = false;
            while (await reader.ReadAsync(Cancel))
            {
                found = true;
                position = reader.GetInt64(0);
                seen.Add((position, reader.GetGuid(1)));
            }
            if (isLast && !found)
            {
                return seen;
            }
        }
    }
}
