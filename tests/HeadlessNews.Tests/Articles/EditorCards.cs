using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>Reading the editors' list, page after page.</summary>
internal static class EditorCards
{
    public const string List = "/api/v1/editorial/articles";

    public static async Task<List<JsonObject>> Cards(this HttpClient client, string query, int limit = 100)
    {
        var cards = new List<JsonObject>();
        for (string? cursor = null; ;)
        {
            var page = await client.GetJson($"{List}?{query}&limit={limit}{(cursor is null ? "" : $"&after={cursor}")}");
            cards.AddRange(page["items"]!.AsArray().Select(card => card!.AsObject()));
            cursor = page["nextCursor"]?.GetValue<string>();
            if (cursor is null)
            {
                return cards;
            }
        }
    }

    public static async Task<List<Guid>> Ids(this HttpClient client, string query, int limit = 100) =>
        [.. (await client.Cards(query, limit)).Select(card => card["id"]!.GetValue<Guid>())];

    public static List<string> Texts(this JsonNode json, string member) => [.. json[member]!.AsArray().Select(item => item!.GetValue<string>())];

    public static string In(TimeSpan time) => DateTimeOffset.UtcNow.Add(time).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
