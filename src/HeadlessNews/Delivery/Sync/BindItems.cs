using System.Text;
using System.Text.Json;
using HeadlessNews.Data;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Sync;

/// <summary>An event with what its resource has come to: the present document, or none where it is to be removed.</summary>
internal sealed record BoundItem(SyncEvent Of, string Type, int Version, ReadOnlyMemory<byte>? Data)
{
    /// <summary>As <see cref="SyncItem"/>.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        json.WriteString("id", Of.Id);
        json.WriteNumber("version", Version);
        json.WriteString("at", Rfc3339.Format(Of.At));
        json.WritePropertyName("data");
        if (Data is { } document)
        {
            json.WriteRawValue(document.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
        json.WriteEndObject();
    }
}

/// <summary>
/// Binds the present document to an event, at the moment it is sent: however late an event comes, it never brings back what was withdrawn
/// since. Whatever leaves the house, by sync, stream or webhook, goes through here.
/// </summary>
internal sealed class BindItems(Databases databases)
{
    /// <summary>Bound at a time, unless they come to more than <see cref="MostBytes"/> before: so much, or twice, is in memory for each reader.</summary>
    private const int Most = 100;

    private const int MostBytes = 2_000_000;

    /// <summary>Of what is gone, the version it went with, so that no item comes with a lesser one than the item before it.</summary>
    private const string Documents =
        $"""
        SELECT coalesce(article.version, entry.version, (
                   SELECT last.version FROM log.public_events AS last WHERE last.resource_id = wanted.id ORDER BY last.position DESC LIMIT 1)),
               coalesce(article.document, entry.document)
        FROM unnest($1) WITH ORDINALITY AS wanted (id, nth)
        LEFT JOIN delivery.articles AS article ON article.article_id = wanted.id AND {PassedOn.Now}
        LEFT JOIN delivery.directory AS entry ON entry.id = wanted.id AND entry.article_count > 0
        ORDER BY wanted.nth
        """;

    private static readonly byte[] Count = Encoding.ASCII.GetBytes(",\"articleCount\":0}");

    /// <summary>Binds the first of the events, as many as are good to hold at a time.</summary>
    /// <param name="events">What happened.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="cancel">From the caller.</param>
    /// <returns>One for each event from there on; null for one that there is nothing to say of any more.</returns>
    public async Task<IReadOnlyList<BoundItem?>> From(IReadOnlyList<SyncEvent> events, int from, CancellationToken cancel)
    {
        var many = Math.Min(Most, events.Count - from);
        var items = new List<BoundItem?>(many);
        if (many == 0)
        {
            return items;
        }
        var (ids, bytes) = (new Guid[many], 0);
        for (var i = 0; i < many; i++)
        {
            ids[i] = events[from + i].Id;
        }
        await using var command = databases.Delivery.CreateCommand(Documents);
        command.Parameters.Add(new() { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (bytes < MostBytes && await reader.ReadAsync(cancel))
        {
            var document = reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1);
            var happened = events[from + items.Count];
            items.Add(Bind(happened, reader.IsDBNull(0) ? happened.Version : reader.GetInt32(0), document));
            bytes += document?.Length ?? 0;
        }
        return items;
    }

    private static BoundItem? Bind(SyncEvent happened, int version, byte[]? document)
    {
        var kind = happened.Kind.Name();
        var word = happened.LoggedAs?[(kind.Length + 1)..];
        if (happened.Kind != SyncKinds.Article)
        {
            return document is not null ? new BoundItem(happened, $"{kind}.changed", version, WithoutCount(document))
                // Of what is public no longer, its end is told where it is in the log.
                : word is "unlisted" or "merged" ? new BoundItem(happened, $"{kind}.deleted", version, null)
                : null;
        }
        return document is not null ? new BoundItem(happened, $"{kind}.{HasCome(word)}", version, document)
            : word is null ? null
            : new BoundItem(happened, word == "deleted" ? "article.deleted" : "article.withdrawn", version, null);
    }

    /// <summary>What it means to who keeps a copy; of an article that is live now, whatever became of it between.</summary>
    private static string HasCome(string? word) => word switch
    {
        null or "published" or "syndicated" => "published",
        "corrected" => "corrected",
        _ => "updated",
    };

    /// <summary>The count changes with every publication, and nothing tells a copy of it: a count there would soon be wrong.</summary>
    private static ReadOnlyMemory<byte> WithoutCount(byte[] document)
    {
        var end = document.Length - Count.Length;
        document[end] = (byte)'}';
        return document.AsMemory(..(end + 1));
    }
}
