using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>A record as the API answered it, with the ETag to write it again.</summary>
public sealed record Saved(Guid Id, string Slug, string ETag, JsonObject Json);

/// <summary>What tests do all the time, in an editor's words. Each fails with the problem's text when the service refuses.</summary>
public static class Newsroom
{
    public static Task<Saved> CreateSource(this HttpClient client, string name = "Harbour Wire", object? with = null) =>
        client.Create("sources", new { name, kind = "agency" }, with);

    public static Task<Saved> CreateAuthor(this HttpClient client, string name = "Maren Tolliver", object? with = null) =>
        client.Create("authors", new { name, kind = "person" }, with);

    public static Task<Saved> CreateTag(this HttpClient client, string name = "Shipping", object? with = null) =>
        client.Create("tags", new { name, kind = "topic" }, with);

    /// <summary>A complete small article; <paramref name="with"/> adds members or takes their place.</summary>
    public static Task<Saved> CreateArticle(this HttpClient client, string source, string headline = "Night ferry returns", object? with = null) =>
        client.Create("articles", new
        {
            headline,
            language = "en",
            source,
            body = new { format = "markdown", content = "The ferry left **on time**." },
        }, with);

    public static async Task<Saved> Publish(this HttpClient client, Saved article) => await client.Act(article, "publish");

    public static async Task<Saved> Withdraw(this HttpClient client, Saved article, string? notice = null) =>
        await client.Act(article, "withdraw", new { reason = "A test.", notice });

    /// <summary>A published article, from nothing.</summary>
    public static async Task<Saved> PublishArticle(this HttpClient client, string source, string headline = "Night ferry returns", object? with = null) =>
        await client.Publish(await client.CreateArticle(source, headline, with));

    public static async Task<Saved> Create(this HttpClient client, string collection, object body, object? with = null)
    {
        using var response = await client.PostAsJsonAsync($"/api/v1/editorial/{collection}", Merged(body, with));
        return await Expect(response, HttpStatusCode.Created);
    }

    public static async Task<Saved> Act(this HttpClient client, Saved record, string action, object? body = null)
    {
        using var response = await client.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{record.Id}/{action}", body, record.ETag);
        return await Expect(response, HttpStatusCode.OK);
    }

    public static async Task<Saved> Patch(this HttpClient client, string collection, Saved record, object patch)
    {
        using var response = await client.Send(HttpMethod.Patch, $"/api/v1/editorial/{collection}/{record.Id}", patch, record.ETag);
        return await Expect(response, HttpStatusCode.OK);
    }

    /// <summary>Sends JSON: an object is serialised, a string is sent as it stands.</summary>
    public static Task<HttpResponseMessage> Send(
        this HttpClient client, HttpMethod method, string path, object? body = null, string? ifMatch = null, string? contentType = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            var bytes = body as byte[] ?? Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body));
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(
                contentType ?? (method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"));
        }
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
        return client.SendAsync(request);
    }

    public static async Task<JsonObject> GetJson(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"GET {path} answered {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>What stands at an address, or where it points: redirects are followed, as front ends do.</summary>
    public static async Task<HttpResponseMessage> Follow(this HttpClient client, string path)
    {
        var response = await client.GetAsync(path);
        for (var hops = 0; hops < 3 && response.StatusCode == HttpStatusCode.PermanentRedirect; hops++)
        {
            response = await client.GetAsync(response.Headers.Location);
        }
        return response;
    }

    /// <summary>The problem in a refusal; fails when the status is another.</summary>
    public static async Task<JsonObject> Problem(this HttpResponseMessage response, HttpStatusCode status, string? type = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"Expected {(int)status}, got {(int)response.StatusCode}: {text}");
        var problem = JsonNode.Parse(text)!.AsObject();
        if (type is not null)
        {
            Assert.Equal($"urn:headlessnews:problem:{type}", problem["type"]!.GetValue<string>());
        }
        return problem;
    }

    /// <summary>Looks again until it is so; fails after the deadline.</summary>
    /// <param name="isSo">What is waited for.</param>
    /// <param name="what">In words.</param>
    /// <param name="seconds">The deadline.</param>
    /// <param name="instead">What there is in its place, where that takes a look.</param>
    public static async Task Eventually(Func<Task<bool>> isSo, string what, int seconds = 30, Func<Task<string>>? instead = null)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (!await isSo())
        {
            if (DateTime.UtcNow >= deadline)
            {
                Assert.Fail($"Not within {seconds} s: {what}. {(instead is null ? "" : await instead())}");
            }
            await Task.Delay(50);
        }
    }

    private static JsonObject Merged(object body, object? with)
    {
        var merged = JsonSerializer.SerializeToNode(body)!.AsObject();
        foreach (var (name, value) in with is null ? [] : JsonSerializer.SerializeToNode(with)!.AsObject())
        {
            merged[name] = value?.DeepClone();
        }
        return merged;
    }

    private static async Task<Saved> Expect(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"Expected {(int)status}, got {(int)response.StatusCode}: {text}");
        var json = JsonNode.Parse(text)!.AsObject();
        return new Saved(json["id"]!.GetValue<Guid>(), json["slug"]!.GetValue<string>(), response.Headers.ETag!.ToString(), json);
    }
}
