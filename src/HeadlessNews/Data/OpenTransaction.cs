using Microsoft.EntityFrameworkCore.Storage;

namespace HeadlessNews.Data;

/// <summary>
/// A transaction around a whole request: what is written within is committed when the answer to it is known, and with that answer. Ended
/// without <see cref="Commit"/>, nothing was.
/// </summary>
internal sealed class OpenTransaction : IAsyncDisposable
{
    private const string Savepoint = "before_the_write";

    private readonly NewsDbContext db;
    private readonly IDbContextTransaction transaction;
    private readonly List<Func<CancellationToken, Task>> last = [];

    private OpenTransaction(NewsDbContext db, IDbContextTransaction transaction)
    {
        this.db = db;
        this.transaction = transaction;
    }

    public static async Task<OpenTransaction> Begin(NewsDbContext db, CancellationToken cancel)
    {
        var opened = new OpenTransaction(db, await db.Database.BeginTransactionAsync(cancel));
        db.Around = opened;
        return opened;
    }

    /// <summary>From here on a write can be taken back without what was before it.</summary>
    public Task BeginWrite(CancellationToken cancel) => transaction.CreateSavepointAsync(Savepoint, cancel);

    public Task TakeBackWrite() => transaction.RollbackToSavepointAsync(Savepoint);

    /// <summary>What must stand right before the commit, whatever else is written until then.</summary>
    public void AtTheEnd(Func<CancellationToken, Task> statement) => last.Add(statement);

    public async Task Commit(CancellationToken cancel)
    {
        foreach (var statement in last)
        {
            await statement(cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    public ValueTask DisposeAsync()
    {
        db.Around = null;
        return transaction.DisposeAsync();
    }
}
