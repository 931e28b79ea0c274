using System.Buffers;
using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;

namespace HeadlessNews.Webhooks;

/// <summary>
/// What is posted. The document is bound at this moment, whatever it was when the event happened: what was withdrawn since is a removal, and
/// what may not be passed on never leaves.
/// </summary>
internal sealed class Payloads(Databases databases)
{
    private const string Documents =
        """
        SELECT coalesce(article.version, entry.version), coalesce(article.document, entry.document)
        FROM unnest($1) WITH ORDINALITY AS wanted (id, nth)
        LEFT JOIN delivery.articles AS article ON article.article_id = wanted.id
            AND state = 'live' AND is_syndicable AND (shown_until IS NULL OR shown_until > now()) AND (syndicable_until IS NULL OR syndicable_until > now())
        LEFT JOIN delivery.directory AS entry ON entry.id = wanted.id AND entry.article_count > 0
        ORDER BY wanted.nth
        """;

    public static string IdOf(Guid logged) => $"evt_{logged:N}";

    /// <summary>One body for each event, however many receivers it goes to; none for one that there is nothing to say of any more.</summary>
    public async Task<Dictionary<Guid, Message>> Bind(IReadOnlyCollection<Taken> taken, CancellationToken cancel)
    {
        var events = taken.DistinctBy(one => one.Id).ToList();
        var bodies = new Dictionary<Guid, Message>(events.Count);
        await using var command = databases.Delivery.CreateCommand(Documents);
        command.Parameters.Add(new() { Value = events.ConvertAll(one => one.Resource).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        foreach (var one in events)
        {
            await reader.ReadAsync(cancel);
            var isThere = !reader.IsDBNull(1);
            bodies.Add(one.Id, new Message(IdOf(one.Id), Write(
                isThere ? one.Type : one.Kind == "article" ? "article.withdrawn" : $"{one.Kind}.deleted", one.At, one.Kind, one.Resource,
                isThere ? reader.GetInt32(0) : one.Version, isThere ? reader.GetFieldValue<byte[]>(1) : null)));
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

    private static ReadOnlyMemory<byte> Write(string type, DateTimeOffset at, string kind, Guid id, int version, ReadOnlyMemory<byte>? data)
    {
        var body = new ArrayBufferWriter<byte>(256 + (data?.Length ?? 0));
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", Rfc3339.Format(at));
            json.WriteString("kind", kind);
            json.WriteString("id", id);
            json.WriteNumber("version", version);
            json.WritePropertyName("data");
            if (data is { } document)
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
