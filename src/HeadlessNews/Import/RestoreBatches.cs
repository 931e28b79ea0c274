using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>
/// The lines of an export in batches, each of one type. One is read, and its bodies are rendered, while those before it are in PostgreSQL.
/// </summary>
internal sealed class RestoreBatches : IAsyncDisposable
{
    private const int MostOfABatch = 200;
    private const int MostBytesOfABatch = 4_000_000;

    private readonly CancellationTokenSource stop;
    private readonly IAsyncEnumerator<RestoreLine> lines;

    public RestoreBatches(RestoreLines reader, Stream export, CancellationToken cancel)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lines = reader.Read(export, stop.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Before anything else.</summary>
    /// <returns>Why this is no export that could be restored; null where it is.</returns>
    public async Task<ProblemDetails?> ReadHeader() =>
        !await lines.MoveNextAsync() ? Problems.NotAnExport("It is empty.")
        : lines.Current is not { Line: ExportHeader header, Problem: null } ? Problems.NotAnExport("Its first line is not `export`.")
        : header.Version != ExportContent.Version ? Problems.NotAnExport($"It is of version {header.Version}; version {ExportContent.Version} is taken here.")
        : null;

    public async IAsyncEnumerable<IReadOnlyList<RestoreGroup>> Read([EnumeratorCancellation] CancellationToken cancel)
    {
        var batches = Channel.CreateBounded<IReadOnlyList<RestoreGroup>>(1);
        var reading = Task.Run(() => Fill(batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancel))
            {
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await lines.DisposeAsync();
        stop.Dispose();
    }

    private async Task Fill(ChannelWriter<IReadOnlyList<RestoreGroup>> batches, CancellationToken cancel)
    {
        try
        {
            var batch = new List<RestoreGroup>();
            var bytes = 0L;
            await foreach (var group in RestoreGroup.Gather(Remaining(), cancel))
            {
                if (batch.Count > 0 && (batch.Count == MostOfABatch || bytes > MostBytesOfABatch || batch[0].Type != group.Type))
                {
                    await batches.WriteAsync(batch, cancel);
                    (batch, bytes) = ([], 0);
                }
                batch.Add(group);
                bytes += group.Lines.Sum(line => (long)line.Length);
            }
            if (batch.Count > 0)
            {
                await batches.WriteAsync(batch, cancel);
            }
            batches.Complete();
        }
        catch (Exception failure)
        {
            // Whoever takes the batches hears of it after the last.
            batches.Complete(failure);
        }
    }

    /// <summary>What stands after the last line is counted by none: it may be another export, or what somebody added.</summary>
    private async IAsyncEnumerable<RestoreLine> Remaining()
    {
        var isOver = false;
        while (await lines.MoveNextAsync())
        {
            var line = lines.Current;
            yield return isOver ? new RestoreLine(line.Number, line.Length, null, null, Problems.Unrestorable("It stands after `end`, the last line of an export.")) : line;
            isOver |= line.Line is ExportEnd;
        }
    }
}
