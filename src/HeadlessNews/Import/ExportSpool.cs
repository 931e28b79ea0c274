using Microsoft.Win32.SafeHandles;

namespace HeadlessNews.Import;

/// <summary>
/// A file between who makes an export and who takes it: made as fast as the database gives it, and taken as slowly as the reader likes.
/// So a slow reader costs room in the folder for temporary files, and neither a connection nor a snapshot that is held for hours, nor
/// memory. It has no name from the moment it is there: nothing is left of it, whatever ends the process.
/// </summary>
internal sealed class ExportSpool : IDisposable
{
    private const int Piece = 64 * 1024;

    private readonly SafeFileHandle file;
    private readonly Lock gate = new();
    private TaskCompletionSource more = New();
    private long written;
    private bool isWhole;
    private Exception? failure;

    public ExportSpool()
    {
        var path = Path.Combine(Path.GetTempPath(), $"headlessnews-{Guid.NewGuid():N}.export");
        // Mail addresses and notes of the newsroom are in it.
        var options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options | FileOptions.Asynchronous);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Delete(path);
        }
    }

    /// <summary>From one maker.</summary>
    public async Task Write(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        await RandomAccess.WriteAsync(file, piece, written, cancel);
        Tell(() => written += piece.Length);
    }

    /// <summary>Nothing more comes: it is whole, or this is why not.</summary>
    public void End(Exception? why) => Tell(() => (isWhole, failure) = (why is null, why));

    /// <summary>Until there is something to take, or it is known that there will not be.</summary>
    public Task Begun(CancellationToken cancel) => Beyond(0, cancel);

    /// <summary>To one taker, until it is whole.</summary>
    public async Task CopyTo(Stream taker, CancellationToken cancel)
    {
        var buffer = new byte[Piece];
        for (var taken = 0L; await Beyond(taken, cancel);)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, taken, cancel);
            await taker.WriteAsync(buffer.AsMemory(0, read), cancel);
            taken += read;
        }
    }

    public void Dispose() => file.Dispose();

    private async Task<bool> Beyond(long position, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (written > position)
                {
                    return true;
                }
                if (failure is not null)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
                }
                if (isWhole)
                {
                    return false;
                }
                next = more.Task;
            }
            await next.WaitAsync(cancel);
        }
    }

    private void Tell(Action change)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            change();
            (waiting, more) = (more, New());
        }
        waiting.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
