using System.Buffers;
using System.Text.Json;
using HeadlessNews.Delivery.Sync;
using HeadlessNews.Http;

namespace HeadlessNews.Webhooks;

/// <summary>
/// What is posted. The document is bound at this moment, whatever it was when the event happened: what was withdrawn since is a removal, and
/// what may not be passed on never leaves.
/// </summary>
internal sealed class Payloads(BindItems bind)
{
    public static string IdOf(Guid logged) => $"evt_{logged:N}";

    /// <summary>One body for each event, however many receivers it goes to; none for one that there is nothing to say of any more.</summary>
    public async Task<Dictionary<Guid, Message>> Bind(IReadOnlyCollection<Taken> taken, CancellationToken cancel)
    {
        var events = taken.DistinctBy(one => one.Id)
            .Select(one => new SyncEvent(new LogMark(one.Position, one.Id), one.At, one.LoggedAs, SyncKind.Of(one.Kind), one.Resource, one.Version)).ToList();
        var bodies = new Dictionary<Guid, Message>(events.Count);
        for (var done = 0; done < events.Count;)
        {
            var items = await bind.From(events, done, cancel);
            done += items.Count;
            foreach (var item in items.OfType<BoundItem>())
            {
                bodies.Add(item.Of.Mark.Id, new Message(IdOf(item.Of.Mark.Id), Write(item)));
            }
        }
        return bodies;
    }

    /// <summary>A message that tells of nothing but itself.</summary>
    public static Message Test(Guid webhook, DateTimeOffset now)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", WebhookEvents.Test);
            json.WriteString("timestamp", Rfc3339.Format(now));
            json.WriteStartObject("data");
            json.WriteString("webhook", webhook);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new Message(IdOf(Guid.NewGuid()), body.WrittenMemory);
    }

    private static ReadOnlyMemory<byte> Write(BoundItem item)
    {
        var body = new ArrayBufferWriter<byte>(256 + (item.Data?.Length ?? 0));
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", item.Type);
            json.WriteString("timestamp", Rfc3339.Format(item.Of.At));
            json.WriteString("kind", item.Of.Kind.Name());
            json.WriteString("id", item.Of.Id);
            json.WriteNumber("version", item.Version);
            json.WritePropertyName("data");
            if (item.Data is { } document)
            {
                json.WriteRawValue(document.Span, skipInputValidation: true);
            }
            else
            {
                json.WriteNullValue();
            }
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }
}
