using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Streams of lines, and what became of each.</summary>
internal static class Imports
{
    public const string Lines = "application/x-ndjson";

    public static async Task<List<JsonObject>> Import(this HttpClient client, string lines, string query = "", string contentType = Lines)
    {
        using var response = await client.Send(HttpMethod.Post, $"/api/v1/editorial/import?{query}", Encoding.UTF8.GetBytes(lines), contentType: contentType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    public static Task<List<JsonObject>> Import(this HttpClient client, IEnumerable<JsonObject> lines, string query = "") =>
        client.Import(string.Join('\n', lines.Select(line => line.ToJsonString())), query);

    /// <summary>A complete small article, with a source and an external id.</summary>
    public static JsonObject Line(string source, string externalId, object? with = null)
    {
        var line = Upserts.Article(with);
        line["source"] = source;
        line["externalId"] = externalId;
        return line;
    }

    public static string Status(this JsonObject result) => result["status"]!.GetValue<string>();

    public static Guid Id(this JsonObject result) => result["id"]!.GetValue<Guid>();

    /// <summary>What a refused line broke, by path.</summary>
    public static IEnumerable<string> Errors(this JsonObject result) => (result["problem"]!["errors"]?.AsObject() ?? []).Select(error => error.Key);
}
