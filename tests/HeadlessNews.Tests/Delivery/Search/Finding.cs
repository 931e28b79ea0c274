using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Search;

/// <summary>Searching as front ends do.</summary>
internal static class Finding
{
    public static Task<JsonObject> Search(this HttpClient client, string query, string more = "") =>
        client.GetJson($"/api/v1/search?q={Uri.EscapeDataString(query)}{more}");

    /// <summary>The headlines of what is found, in order.</summary>
    public static async Task<string[]> Find(this HttpClient client, string query, string more = "&sort=newest") =>
        Headlines(await client.Search(query, more));

    public static string[] Headlines(JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!["article"]!["headline"]!.GetValue<string>())];

    /// <summary>Published at the nth minute of a day long ago, so that the order is known.</summary>
    public static string Minute(int number) => $"{new DateTimeOffset(2025, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number):yyyy-MM-dd'T'HH:mm:ss'Z'}";

    public static object Text(string content) => new { format = "markdown", content };
}
