using System.Buffers;
using System.Text;
using System.Text.Json;
using HeadlessNews.Http;
using HeadlessNews.Log;

namespace HeadlessNews.Delivery.Sync;

/// <summary>An item as an event of a stream (WHATWG HTML, section 9.2.6), finished once for all who read along.</summary>
internal sealed class LiveFrame(BoundItem item, DateTimeOffset bornAt)
{
    private readonly byte[]?[] ids = new byte[]?[(int)SyncKinds.All + 1];

    public LogMark Mark => item.Of.Mark;

    public SyncKinds Kind => item.Of.Kind;

    public DateTimeOffset BornAt => bornAt;

    /// <summary>All of it but for the id, which is each reader's own: what he asked for is part of it.</summary>
    public byte[] Text { get; } = Finish(item);

    public byte[] Id(SyncKinds kinds, Cursors cursors) => ids[(int)kinds] ??= Id(new SyncCursor(kinds, Mark, null), cursors);

    public static byte[] Id(SyncCursor cursor, Cursors cursors) => Encoding.ASCII.GetBytes($"id: {cursor.Seal(cursors)}\n");

    private static byte[] Finish(BoundItem item)
    {
        var frame = new ArrayBufferWriter<byte>((item.Data?.Length ?? 0) + 200);
        frame.Write(Encoding.ASCII.GetBytes($"event: {item.Type}\ndata: "));
        using (var json = new Utf8JsonWriter(frame, new JsonWriterOptions { SkipValidation = true }))
        {
            item.WriteTo(json);
        }
        frame.Write("\n\n"u8);
        return frame.WrittenSpan.ToArray();
    }
}

/// <summary>What has happened lately: complete from one position on, up to an end.</summary>
internal sealed class Lately(object history, long since, LogMark end, LiveFrame[] frames)
{
    private readonly TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Another one means that the log is perhaps another: a place in it must be checked again.</summary>
    public object History => history;

    /// <summary>Nothing after this position is missing.</summary>
    public long Since => since;

    /// <summary>As far as the log has been looked at.</summary>
    public LogMark End => end;

    /// <summary>In order.</summary>
    public LiveFrame[] Frames => frames;

    /// <summary>Ends when there is more.</summary>
    public Task Next => next.Task;

    public static Lately From(LogMark end) => new(new object(), end.Position, end, []);

    /// <summary>While nobody follows the log: everything is to be had from the database.</summary>
    public static Lately Nothing() => new(new object(), long.MaxValue, LogMark.Start, []);

    public ReadOnlyMemory<LiveFrame> After(long position)
    {
        var (from, to) = (0, Frames.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = Frames[middle].Mark.Position <= position ? (middle + 1, to) : (from, middle);
        }
        return Frames.AsMemory(from);
    }

    public void IsOver() => next.SetResult();
}

/// <summary>
/// Follows the log once for all streams that are open on this node, and keeps what has happened lately: however many read along, each
/// document is read and written down once. Who falls behind what is kept reads on from the database.
/// </summary>
internal sealed partial class LiveItems(SyncEvents events, BindItems bind, LogHint hint, TimeProvider clock, ILogger<LiveItems> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private const int MostFrames = 1_000;
    private const int MostBytes = 8_000_000;

    /// <summary>What was bound longer ago is bound anew rather than sent: it may have been withdrawn since.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim opened = new(0);
    private Lately lately = Lately.Nothing();
    private int open;

    /// <summary>How many read along now.</summary>
    public int ReadAlong => Volatile.Read(ref open);

    public Lately Lately => Volatile.Read(ref lately);

    /// <summary>One more reads along, until it is disposed.</summary>
    /// <exception cref="ProblemException">There are too many already.</exception>
    public IDisposable Open(int most)
    {
        if (Interlocked.Increment(ref open) > most)
        {
            Interlocked.Decrement(ref open);
            throw new ProblemException(Problems.TooManyStreams(most));
        }
        opened.Release();
        return new Reading(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await opened.WaitAsync(stoppingToken);
                await Follow(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Whatever it was must not end the service: who reads along reads from the database meanwhile, or waits for it.
                Log.Failed(logger, failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, stoppingToken);
                opened.Release();
            }
            Show(Lately.Nothing());
        }
    }

    /// <summary>As long as somebody reads along.</summary>
    private async Task Follow(CancellationToken cancel)
    {
        Show(Lately.From(await events.End(cancel)));
        while (ReadAlong > 0)
        {
            var news = hint.News;
            var now = Lately;
            var stretch = await events.After(new SyncCursor(SyncKinds.All, now.End, null), MostAtOnce, cancel);
            if (stretch.Next.Mark != now.End)
            {
                Show(await With(now, stretch, cancel));
            }
            if (!stretch.HasMore)
            {
                await hint.Wait(news, cancel);
            }
        }
    }

    private async Task<Lately> With(Lately now, SyncStretch stretch, CancellationToken cancel)
    {
        var frames = new List<LiveFrame>(now.Frames);
        for (var bound = 0; bound < stretch.Events.Count;)
        {
            var items = await bind.From(stretch.Events, bound, cancel);
            frames.AddRange(items.OfType<BoundItem>().Select(item => new LiveFrame(item, clock.GetUtcNow())));
            bound += items.Count;
        }
        var (drop, bytes) = (Math.Max(0, frames.Count - MostFrames), frames.Sum(frame => (long)frame.Text.Length));
        frames.Take(drop).ToList().ForEach(frame => bytes -= frame.Text.Length);
        var tooOld = clock.GetUtcNow() - Oldest;
        for (; drop < frames.Count && (bytes > MostBytes || frames[drop].BornAt < tooOld); drop++)
        {
            bytes -= frames[drop].Text.Length;
        }
        var since = drop == 0 ? now.Since : frames[drop - 1].Mark.Position;
        return new Lately(now.History, since, stretch.Next.Mark, [.. frames.Skip(drop)]);
    }

    private void Show(Lately newer) => Interlocked.Exchange(ref lately, newer).IsOver();

    private sealed class Reading(LiveItems live) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref live.open);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Streams cannot follow the log for now: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
