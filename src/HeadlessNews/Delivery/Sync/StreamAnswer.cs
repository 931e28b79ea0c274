using System.Buffers;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Sync;

/// <summary>
/// One reader's stream. Nothing is kept for a reader: what he does not take stands in the connection's own small buffer until he does, or
/// until that takes too long and he is let go; he goes on where he was with the last id he has.
/// </summary>
internal sealed class StreamAnswer(
    SyncCursor from, IDisposable reading, LiveItems live, SyncEvents events, BindItems bind, Cursors cursors, StreamSettings settings, IHostApplicationLifetime lifetime, TimeProvider clock)
    : IResult
{
    private const int MostAtOnce = 100;

    private SyncCursor cursor = from;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var mine = reading;
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // A proxy in front (nginx, for one) must not gather what is news now.
        response.Headers["X-Accel-Buffering"] = "no";
        if (httpContext.WasHead())
        {
            return;
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, lifetime.ApplicationStopping);
        ended.CancelAfter(settings.Longest);
        try
        {
            await Send("retry: 2000\n\n"u8.ToArray(), httpContext, ended.Token);
            await Follow(httpContext, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // He left, the service stops, or it has lasted long enough: whichever, he can go on where he was.
        }
        catch (TimeoutException)
        {
            httpContext.Abort();
        }
        catch (Exception away) when (ProblemHandling.IsDatabaseAway(away))
        {
            // He comes again where he was, and is told so as long as it is away.
        }
        catch (ProblemException)
        {
            // The log is another than before. He comes again, and is told.
        }
    }

    private async Task Follow(HttpContext http, CancellationToken cancel)
    {
        object? history = null;
        while (true)
        {
            var now = live.Lately;
            if (history != now.History)
            {
                await events.Check(cursor.Mark, cancel);
                history = now.History;
            }
            if (cursor.Mark.Position < now.Since)
            {
                if (await SendFromDatabase(http, cancel))
                {
                    continue;
                }
            }
            else
            {
                await SendFrames(now, http, cancel);
            }
            try
            {
                await now.Next.WaitAsync(settings.Heartbeat, clock, cancel);
            }
            catch (TimeoutException)
            {
                // A comment keeps the connection open, and the id what passed that was not asked for behind him.
                await Send((byte[])[.. ":\n"u8, .. LiveFrame.Id(cursor, cursors), .. "\n"u8], http, cancel);
            }
        }
    }

    private async Task SendFrames(Lately now, HttpContext http, CancellationToken cancel)
    {
        var frames = now.After(cursor.Mark.Position);
        for (var i = 0; i < frames.Length; i++)
        {
            await Send(frames.Span[i], http, cancel);
        }
        cursor = cursor with { Mark = now.End };
    }

    /// <returns>True when there is more already.</returns>
    private async Task<bool> SendFromDatabase(HttpContext http, CancellationToken cancel)
    {
        var stretch = await events.After(cursor, MostAtOnce, cancel);
        for (var bound = 0; bound < stretch.Events.Count;)
        {
            var items = await bind.From(stretch.Events, bound, cancel);
            foreach (var item in items.OfType<BoundItem>())
            {
                await Send(new LiveFrame(item, clock.GetUtcNow()), http, cancel);
            }
            bound += items.Count;
        }
        cursor = stretch.Next;
        return stretch.HasMore;
    }

    private async Task Send(LiveFrame frame, HttpContext http, CancellationToken cancel)
    {
        if (cursor.Kinds.HasFlag(frame.Kind))
        {
            http.Response.BodyWriter.Write(frame.Id(cursor.Kinds, cursors));
            await Send(frame.Text, http, cancel);
        }
    }

    /// <exception cref="TimeoutException">He does not take it.</exception>
    private async Task Send(ReadOnlyMemory<byte> text, HttpContext http, CancellationToken cancel)
    {
        var taken = http.Response.BodyWriter.WriteAsync(text, cancel);
        var result = taken.IsCompleted ? await taken : await taken.AsTask().WaitAsync(settings.Patience, clock, cancel);
        if (result.IsCompleted)
        {
            throw new OperationCanceledException(http.RequestAborted);
        }
    }
}
