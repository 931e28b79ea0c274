using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>A copy of what is published, as somebody out there keeps it: items are applied in the order in which they come, and that is all.</summary>
internal sealed class Copy
{
    private readonly Dictionary<Guid, (string Kind, string Data)> kept = [];

    private readonly List<(Guid Id, string Type)> heard = [];

    /// <summary>The types of all items, in order.</summary>
    public IReadOnlyList<string> Types => heard.ConvertAll(item => item.Type);

    public string? Cursor { get; set; }

    /// <summary>What is kept, as lines: the kind, and the document's own bytes.</summary>
    public IEnumerable<string> Lines => kept.Values.Select(one => $"{one.Kind} {one.Data}").Order(StringComparer.Ordinal);

    public void Apply(JsonElement item)
    {
        var (type, id, data) = (item.GetProperty("type").GetString()!, item.GetProperty("id").GetGuid(), item.GetProperty("data"));
        heard.Add((id, type));
        if (data.ValueKind == JsonValueKind.Null)
        {
            Assert.Contains(type.Split('.')[1], new[] { "withdrawn", "deleted" });
            kept.Remove(id);
        }
        else
        {
            Assert.DoesNotContain(type.Split('.')[1], new[] { "withdrawn", "deleted" });
            Assert.Equal(id, data.GetProperty("id").GetGuid());
            kept[id] = (type.Split('.')[0], data.GetRawText());
        }
    }

    /// <summary>Goes on from the cursor, or begins, until there is no more for now.</summary>
    public async Task Follow(HttpClient client, int limit = 100, string types = "")
    {
        bool hasMore;
        do
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync(Next(limit, types)));
            foreach (var item in page.RootElement.GetProperty("items").EnumerateArray())
            {
                Apply(item);
            }
            Cursor = page.RootElement.GetProperty("nextCursor").GetString();
            hasMore = page.RootElement.GetProperty("hasMore").GetBoolean();
        }
        while (hasMore);
    }

    private string Next(int limit, string types) =>
        Cursor is null ? $"/api/v1/sync?initial=true&limit={limit}{(types.Length == 0 ? "" : $"&types={types}")}" : $"/api/v1/sync?after={Cursor}&limit={limit}";

    /// <summary>What the database has published and may be passed on, in the same form: the truth that a copy is held against.</summary>
    public static async Task<List<string>> Published(NewsApp app) =>
        [.. (await app.Query(
            """
            SELECT 'article ' || document FROM delivery.articles
            WHERE state = 'live' AND is_syndicable AND (shown_until IS NULL OR shown_until > now()) AND (syndicable_until IS NULL OR syndicable_until > now())
            UNION ALL
            SELECT kind || ' ' || replace(document::text, ',"articleCount":0}', '}') FROM delivery.directory WHERE article_count > 0
            """, reader => reader.GetString(0))).Order(StringComparer.Ordinal)];

    /// <summary>The types of the items of one resource, in order: what else is rendered again meanwhile is none of them.</summary>
    public IReadOnlyList<string> TypesOf(Guid id) => heard.Where(item => item.Id == id).Select(item => item.Type).ToList();

    public void ForgetTypes() => heard.Clear();

    /// <summary>What is kept of one resource, as read by a person.</summary>
    public JsonObject? Of(Guid id) => kept.TryGetValue(id, out var one) ? JsonNode.Parse(one.Data)!.AsObject() : null;
}
