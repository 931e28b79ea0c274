using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>The rest of an article's life in an editor's words: review, schedule, clearances, corrections, the trash.</summary>
public static class Lifecycle
{
    public static Task<Saved> Submit(this HttpClient client, Saved article) => client.Act(article, "submit");

    /// <summary>Null for the embargo's end.</summary>
    public static Task<Saved> Schedule(this HttpClient client, Saved article, DateTimeOffset? at) => client.Act(article, "schedule", new { at });

    public static Task<Saved> Trash(this HttpClient client, Saved article) => client.Act(article, "trash");

    /// <summary>Clears it, and answers the clearance.</summary>
    public static Task<JsonObject> Clear(this HttpClient client, Saved article, string scope = "site", DateTimeOffset? until = null) =>
        client.Append(article, "rights-clearances", new { scope, reason = "A test.", until });

    public static Task<JsonObject> Correct(this HttpClient client, Saved article, string note, string kind = "correction") =>
        client.Append(article, "corrections", new { kind, note });

    /// <summary>As it is now, with its ETag: what falls due changes articles by itself.</summary>
    public static async Task<Saved> Reload(this HttpClient client, Saved article)
    {
        using var response = await client.GetAsync($"/api/v1/editorial/articles/{article.Id}");
        var json = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return new Saved(article.Id, json["slug"]!.GetValue<string>(), response.Headers.ETag!.ToString(), json);
    }

    /// <summary>The reader's view of an article that needs no body: status and ETag.</summary>
    public static async Task<string> Seen(this HttpClient client, Saved article)
    {
        using var response = await client.GetAsync($"/api/v1/articles/{article.Id}");
        return $"{response.StatusCode} {response.Headers.ETag}";
    }

    /// <summary>Where an article stands, for people.</summary>
    public static string Status(this Saved article) => article.Json["status"]!.GetValue<string>();

    private static async Task<JsonObject> Append(this HttpClient client, Saved article, string what, object body)
    {
        using var response = await client.PostAsJsonAsync($"/api/v1/editorial/articles/{article.Id}/{what}", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, $"Expected 201, got {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
