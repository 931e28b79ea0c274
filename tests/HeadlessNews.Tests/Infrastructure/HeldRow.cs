using Npgsql;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>An article's row, held by somebody who takes his time: until it is disposed.</summary>
internal sealed class HeldRow : IAsyncDisposable
{
    private readonly NewsApp app;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private string holder = "";

    private HeldRow(NewsApp app, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.app = app;
        this.connection = connection;
        this.transaction = transaction;
    }

    public static async Task<HeldRow> Of(NewsApp app, Guid article)
    {
        var connection = await app.Databases.Editorial.OpenConnectionAsync();
        var held = new HeldRow(app, connection, await connection.BeginTransactionAsync());
        await using var take = new NpgsqlCommand(
            "SELECT pg_current_xact_id()::xid::text FROM editorial.articles WHERE id = $1 FOR UPDATE", connection)
        { Parameters = { new() { Value = article } } };
        held.holder = (string)(await take.ExecuteScalarAsync())!;
        return held;
    }

    /// <summary>Whether anybody waits for the row.</summary>
    public async Task<bool> IsWaitedFor() =>
        (await app.Query(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND transactionid::text = $1 AND NOT granted)",
            row => row.GetBoolean(0), holder)).Single();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
