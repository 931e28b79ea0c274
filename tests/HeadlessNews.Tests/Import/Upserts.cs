using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Articles as scripts send them.</summary>
internal static class Upserts
{
    /// <summary>A complete small article; <paramref name="with"/> adds members or takes their place.</summary>
    public static JsonObject Article(object? with = null)
    {
        var article = JsonSerializer.SerializeToNode(new
        {
            headline = "Night ferry returns",
            language = "en",
            body = new { format = "html", content = "<p>The ferry left <b>on time</b>.</p>" },
        })!.AsObject();
        foreach (var (name, value) in with is null ? [] : JsonSerializer.SerializeToNode(with)!.AsObject())
        {
            article[name] = value?.DeepClone();
        }
        return article;
    }

    public static Task<HttpResponseMessage> Upsert(this HttpClient client, string source, string externalId, object? with = null, string query = "") =>
        client.Send(HttpMethod.Put, $"/api/v1/editorial/sources/{source}/articles?externalId={Uri.EscapeDataString(externalId)}{query}", Article(with).ToJsonString());

    /// <summary>The article as the answer has it, with its ETag.</summary>
    public static async Task<Saved> Article(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        var json = JsonNode.Parse(text)!.AsObject();
        return new Saved(json["id"]!.GetValue<Guid>(), json["slug"]!.GetValue<string>(), response.Headers.ETag!.ToString(), json);
    }

    public static bool IsUnchanged(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Unchanged", out var values) && values.Single() == "true";
}
