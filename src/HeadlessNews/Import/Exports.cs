using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>The exports that this node is at: a few at a time, each of them a connection while it is made and a file until it is taken.</summary>
internal sealed class Exports(IServiceScopeFactory scopes) : IDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim free = new(Most);

    /// <summary>Under way when this has answered: what keeps it from beginning is thrown here, while a refusal can still be said.</summary>
    public async Task<Export> Begin(CancellationToken cancel)
    {
        if (!await free.WaitAsync(0, cancel))
        {
            throw new ProblemException(Problems.ExportsBusy());
        }
        var export = new Export(scopes, free);
        try
        {
            await export.Begun(cancel);
            return export;
        }
        catch
        {
            await export.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => free.Dispose();

    /// <summary>One export, made beside whoever takes it.</summary>
    public sealed class Export : IAsyncDisposable
    {
        private readonly ExportSpool spool = new();
        private readonly CancellationTokenSource stop = new();
        private readonly SemaphoreSlim free;
        private readonly Task making;

        public Export(IServiceScopeFactory scopes, SemaphoreSlim free)
        {
            this.free = free;
            making = Make(scopes);
        }

        public Task Begun(CancellationToken cancel) => spool.Begun(cancel);

        public Task CopyTo(Stream taker, CancellationToken cancel) => spool.CopyTo(taker, cancel);

        public async ValueTask DisposeAsync()
        {
            // Nobody takes it any more: it need not be made to its end.
            await stop.CancelAsync();
            await making;
            spool.Dispose();
            stop.Dispose();
            free.Release();
        }

        private async Task Make(IServiceScopeFactory scopes)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var lines = scope.ServiceProvider.GetRequiredService<ExportContent>().Lines(stop.Token);
                await ExportText.Write(piece => spool.Write(piece, stop.Token), lines, null, stop.Token);
                spool.End(null);
            }
            catch (Exception failure)
            {
                // Whoever takes it hears of it in the middle, and so does who reads what he has sent so far: it has no last line.
                spool.End(failure);
            }
        }
    }
}
