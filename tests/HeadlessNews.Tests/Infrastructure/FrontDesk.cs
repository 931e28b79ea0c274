using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>Fronts in an editor's words, and in a reader's.</summary>
public static class FrontDesk
{
    public static Task<Saved> CreateFront(this HttpClient client, string name, object? with = null) => client.Create("fronts", new { name }, with);

    /// <summary>Schedules a layout, and answers the edition.</summary>
    public static async Task<JsonObject> ScheduleFront(this HttpClient client, Saved front, DateTimeOffset at, object layout)
    {
        var body = JsonSerializer.SerializeToNode(layout)!.AsObject();
        body["at"] = at;
        using var response = await client.Send(HttpMethod.Post, $"/api/v1/editorial/fronts/{front.Id}/schedule", body.ToJsonString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, $"Expected 201, got {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>As it is now, with its ETag.</summary>
    public static async Task<Saved> ReloadFront(this HttpClient client, Saved front)
    {
        using var response = await client.GetAsync($"/api/v1/editorial/fronts/{front.Id}");
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        return new Saved(front.Id, json["slug"]!.GetValue<string>(), response.Headers.ETag!.ToString(), json);
    }

    /// <summary>
    /// What readers see, as one line: the lead, then each slot: its title, and headlines as printed.
    /// </summary>
    public static async Task<string> Page(this HttpClient client, Saved front) => Line(await client.GetJson($"/api/v1/fronts/{front.Slug}"));

    /// <summary>What editors are told that readers see, in the same words, but for the headlines printed in place of articles' own.</summary>
    public static string Shown(this Saved front) =>
        string.Join(" | ", new[] { front.Json["lead"] }.Concat(front.Json["slots"]!.AsArray()).Where(slot => slot is not null && slot["shows"]!.AsArray().Count > 0)
            .Select(slot => $"{(slot!["title"] is { } title ? $"{title}: " : "")}{string.Join(", ", slot["shows"]!.AsArray().Select(article => article!["name"]))}"));

    private static string Line(JsonObject page) =>
        string.Join(" | ", (page["lead"] is { } lead ? new[] { Printed(lead) } : [])
            .Concat(page["slots"]!.AsArray().Select(slot => $"{(slot!["title"] is { } title ? $"{title}: " : "")}{string.Join(", ", slot["items"]!.AsArray().Select(Printed))}")));

    private static string Printed(JsonNode? item) => (item!["headline"] ?? item["article"]!["headline"])!.GetValue<string>();
}
