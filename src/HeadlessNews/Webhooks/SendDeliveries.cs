using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Sends what is due. It takes as much as there are hands for, binds the content in one question, posts to all receivers side by side, and writes
/// down what became of it, together with what else has ended meanwhile; a hand is free again when that is written.
/// </summary>
internal sealed partial class SendDeliveries(
    DeliveryQueue queue, RecordOutcomes record, Payloads payloads, Receivers receivers, DisableWebhook disable, DeliveryHint hint, IOptions<WebhookSettings> options, TimeProvider clock,
    ILogger<SendDeliveries> logger)
    : BackgroundService
{
    /// <summary>Written together at most.</summary>
    private const int Batch = 200;

    /// <summary>What ends within this is written together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a stop waits for what is under way.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly WebhookSettings settings = options.Value;
    private readonly ConcurrentDictionary<(Guid Webhook, Guid Id), Taken> underWay = new();
    private readonly Channel<Outcome> ended = Channel.CreateUnbounded<Outcome>(new UnboundedChannelOptions { SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var farewell = new CancellationTokenSource();
        var writing = Write(farewell.Token);
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = hint.News;
            try
            {
                if (!await Start(farewell.Token, stoppingToken))
                {
                    await hint.Wait(news, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // Whatever it was must not end the service. What was taken and not sent comes back when its lease has run out.
                Say(failure);
                await Task.Delay(Breath, clock, CancellationToken.None);
            }
        }
        await Stop(farewell, writing);
    }

    /// <returns>False when nothing is due, or no hand is free.</returns>
    private async Task<bool> Start(CancellationToken farewell, CancellationToken cancel)
    {
        var room = settings.MaxInAll - underWay.Count;
        if (room <= 0)
        {
            return false;
        }
        var busy = underWay.Keys.GroupBy(key => key.Webhook).ToDictionary(group => group.Key, group => group.Count());
        var taken = await queue.Take(busy, room, cancel);
        if (taken.Count == 0)
        {
            return false;
        }
        taken.ForEach(one => underWay[(one.Webhook, one.Id)] = one);
        try
        {
            var messages = await payloads.Bind(taken, cancel);
            var addresses = await queue.ReceiversFor(taken.Select(one => one.Webhook), cancel);
            foreach (var one in taken)
            {
                if (!addresses.TryGetValue(one.Webhook, out var receiver))
                {
                    underWay.TryRemove((one.Webhook, one.Id), out _);
                }
                else if (messages.TryGetValue(one.Id, out var message))
                {
                    _ = Send(one, receiver, message, farewell);
                }
                else
                {
                    ended.Writer.TryWrite(Outcome.Skipped(one));
                }
            }
            return true;
        }
        catch
        {
            taken.ForEach(one => underWay.TryRemove((one.Webhook, one.Id), out _));
            throw;
        }
    }

    private async Task Send(Taken one, Receiver receiver, Message message, CancellationToken farewell)
    {
        try
        {
            var attempt = await receivers.Post(receiver, message, farewell);
            if (attempt.IsGone)
            {
                await disable.Because(one.Webhook, attempt.Error!, farewell);
            }
            ended.Writer.TryWrite(Outcome.After(attempt, one, settings));
        }
        catch (Exception) when (farewell.IsCancellationRequested)
        {
            // It is in this node's hands yet, and is given back with all that is.
        }
        catch (Exception failure)
        {
            // Not recorded, so sent again when its lease has run out.
            Say(failure);
            underWay.TryRemove((one.Webhook, one.Id), out _);
        }
    }

    /// <summary>While the database is away it is tried again: what was sent would else be sent once more.</summary>
    private async Task Write(CancellationToken farewell)
    {
        var batch = new List<Outcome>();
        while (await ended.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Gathering, clock, CancellationToken.None);
            while (batch.Count < Batch && ended.Reader.TryRead(out var outcome))
            {
                batch.Add(outcome);
            }
            while (!await TryWrite(batch) && !farewell.IsCancellationRequested)
            {
                await Task.Delay(Breath, clock, CancellationToken.None);
            }
            batch.ForEach(outcome => underWay.TryRemove((outcome.Of.Webhook, outcome.Of.Id), out _));
            batch.Clear();
            hint.Tell();
        }
    }

    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> TryWrite(List<Outcome> batch)
    {
        try
        {
            await record.Write(batch, CancellationToken.None);
            return true;
        }
        catch (PostgresException refusal) when (!refusal.IsTransient)
        {
            // One of them cannot be written. It alone is left, and comes back when its lease has run out: the others are not held up.
            Say(refusal);
            if (batch.Count > 1)
            {
                foreach (var outcome in batch)
                {
                    await TryWrite([outcome]);
                }
            }
            return true;
        }
        catch (Exception failure)
        {
            Say(failure);
            return false;
        }
    }

    private async Task Stop(CancellationTokenSource farewell, Task writing)
    {
        using (var patience = new CancellationTokenSource(Farewell, clock))
        {
            while (!underWay.IsEmpty && !patience.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
        await farewell.CancelAsync();
        ended.Writer.TryComplete();
        await writing;
        if (!underWay.IsEmpty)
        {
            try
            {
                await queue.GiveBack([.. underWay.Values], CancellationToken.None);
            }
            catch (NpgsqlException failure)
            {
                Say(failure);
            }
        }
    }

    private void Say(Exception failure)
    {
        if (failure is NpgsqlException and not PostgresException)
        {
            Log.DatabaseAway(logger, failure.Message);
        }
        else
        {
            Log.Failed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks wait for the database: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Sending to webhooks failed and is tried again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
