using System.Buffers;
using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>What a front shows at this moment; slots that have nothing to show are here, without items.</summary>
internal sealed class FrontFound
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public List<FrontSlotFound> Slots { get; } = [];

    /// <summary>Seconds until something about it changes by itself; null for never.</summary>
    public int? FreshFor { get; set; }

    public HashSet<string> Tags { get; } = [];
    public HashSet<string> UnseenTags { get; } = [];

    /// <summary>A <see cref="PublishedFront"/> around cards as they were rendered. What has nothing to show is left out.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var json = new ArrayBufferWriter<byte>(Slots.Sum(slot => slot.Items.Sum(item => item.Card.Length + 60) + 60) + 400);
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = Json.Options.Encoder, SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Id);
            writer.WriteString("slug", Slug);
            writer.WriteString("name", Name);
            writer.WriteString("description", Description);
            writer.WriteString("updatedAt", Rfc3339.Format(UpdatedAt));
            writer.WritePropertyName("lead");
            if (Slots is [{ Position: 0, Items: [var lead, ..] }, ..])
            {
                Write(writer, lead);
            }
            else
            {
                writer.WriteNullValue();
            }
            writer.WriteStartArray("slots");
            foreach (var slot in Slots.Where(slot => slot.Position > 0 && slot.Items.Count > 0))
            {
                writer.WriteStartObject();
                writer.WriteString("title", slot.Title);
                writer.WriteStartArray("items");
                slot.Items.ForEach(item => Write(writer, item));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, FrontItemFound item)
    {
        writer.WriteStartObject();
        writer.WriteString("headline", item.Headline);
        writer.WriteString("kicker", item.Kicker);
        writer.WritePropertyName("article");
        writer.WriteRawValue(item.Card, skipInputValidation: true);
        writer.WriteEndObject();
    }
}

/// <param name="Position">0 for the lead.</param>
internal sealed record FrontSlotFound(int Position, string? Title, List<FrontItemFound> Items);

internal sealed record FrontItemFound(Guid Article, string? Headline, string? Kicker, byte[] Card);
