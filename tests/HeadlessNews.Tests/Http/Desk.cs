using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;
using HeadlessNews.Tests.Webhooks;

namespace HeadlessNews.Tests.Http;

/// <summary>A service with one record of each kind, for every route to be tried on.</summary>
public class Desk(TestPostgres postgres) : NewsApp(postgres)
{
    private readonly Dictionary<string, (Guid Id, string ETag)> records = [];

    protected override async Task Prepare()
    {
        var source = await Editor.CreateSource();
        Keep("sources", source);
        Keep("authors", await Editor.CreateAuthor());
        Keep("tags", await Editor.CreateTag());
        Keep("articles", await Editor.CreateArticle(source.Slug, "A draft on the desk"));
        Keep("WithdrawArticle", await Editor.PublishArticle(source.Slug, "Published from the desk"));
        var trashed = await Editor.CreateArticle(source.Slug, "Thrown off the desk");
        (await Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{trashed.Id}", ifMatch: trashed.ETag)).EnsureSuccessStatusCode();
        records["RestoreArticle"] = (trashed.Id, "\"2\"");
        var front = await Editor.Create("fronts", new { name = "Front of the desk" });
        Keep("fronts", front);
        var edition = await Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddYears(1), new { });
        foreach (var operation in new[] { "GetFrontEdition", "ReplaceFrontEdition", "CancelFrontEdition" })
        {
            records[operation] = (edition["id"]!.GetValue<Guid>(), "\"1\"");
        }
        var webhook = await Admin.CreateWebhook("http://localhost:1/nobody");
        records["webhooks"] = (webhook.Id, webhook.ETag);
        // It has no records of its own to act on.
        records["audit"] = (Guid.Empty, "");
        using var key = await Admin.PostAsJsonAsync("/api/v1/editorial/keys", new { name = "Key on the desk", role = "reader" });
        records["keys"] = ((await key.Content.ReadFromJsonAsync<JsonObject>())!["key"]!["id"]!.GetValue<Guid>(), "\"1\"");
    }

    /// <summary>The operation's address on a record that it could be done to.</summary>
    internal string AddressOf(Operation operation)
    {
        var id = RecordOf(operation).Id;
        return operation.Path.Contains("{editionId}", StringComparison.Ordinal)
            ? operation.At(id).Replace($"/fronts/{id}", $"/fronts/{records["fronts"].Id}", StringComparison.Ordinal)
            : operation.At(operation.IsByToken ? "opens-nothing" : id);
    }

    /// <summary>The If-Match that lets the operation through; null where none is needed.</summary>
    internal string? ETagFor(Operation operation) => operation.Needs("If-Match") ? RecordOf(operation).ETag : null;

    /// <summary>A body the operation would take; null where it takes none.</summary>
    internal static JsonObject? BodyFor(Operation operation) => !operation.HasBody ? null : operation.Id switch
    {
        "WithdrawArticle" => new JsonObject { ["reason"] = "A test." },
        "ReturnArticle" => new JsonObject { ["note"] = "A test." },
        "ScheduleArticle" => new JsonObject { ["at"] = "2126-01-01T00:00:00Z" },
        "ScheduleFront" => new JsonObject { ["at"] = "2126-01-01T00:00:00Z" },
        "ReplaceFrontEdition" => new JsonObject { ["at"] = "2126-01-02T00:00:00Z" },
        "CorrectArticle" => new JsonObject { ["note"] = "A test.", ["kind"] = "correction" },
        "MakePreviewLink" => new JsonObject { ["revision"] = 1 },
        "ActOnArticles" => new JsonObject { ["action"] = "trash", ["items"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7(), ["version"] = 1 }) },
        "ClearArticle" => new JsonObject { ["reason"] = "A test.", ["scope"] = "site" },
        "RotateWebhookSecret" => new JsonObject { ["overlapHours"] = 24 },
        "ReplayWebhook" => new JsonObject { ["from"] = "2026-01-01T00:00:00Z" },
        // The source stands in the address.
        "UpsertArticle" => new JsonObject(BodyFor(Operations.Named("CreateArticle"))!.Where(member => member.Key != "source").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
        _ => operation.Collection switch
        {
            "articles" => new JsonObject
            {
                ["headline"] = "Written at the desk",
                ["language"] = "en",
                ["source"] = "harbour-wire",
                ["body"] = new JsonObject { ["format"] = "markdown", ["content"] = "Text." },
            },
            "authors" => new JsonObject { ["name"] = "Written at the desk", ["kind"] = "person" },
            "sources" => new JsonObject { ["name"] = "Written at the desk", ["kind"] = "agency" },
            "tags" => new JsonObject { ["name"] = "Written at the desk", ["kind"] = "topic" },
            "fronts" => new JsonObject { ["name"] = "Written at the desk" },
            "webhooks" => new JsonObject { ["url"] = "https://www.example.org/hooks/news", ["events"] = new JsonArray("*") },
            "keys" => new JsonObject { ["name"] = "Written at the desk", ["role"] = "reader" },
            var other => throw new InvalidOperationException($"No body is written for {other}."),
        },
    };

    /// <summary>Whether the operation takes a body without any member.</summary>
    internal static bool MayBeEmpty(Operation operation) => operation.Id is "WithdrawArticle" or "ReturnArticle" or "ScheduleArticle" or "MakePreviewLink" or "RotateWebhookSecret";

    /// <summary>A member of the operation's body that holds text.</summary>
    internal static string TextMember(Operation operation) => BodyFor(operation)!.First().Key;

    /// <summary>None where the address names no record.</summary>
    private (Guid Id, string ETag) RecordOf(Operation operation) =>
        records.TryGetValue(operation.Id, out var own) ? own : records.GetValueOrDefault(operation.Collection);

    private void Keep(string name, Saved record) => records[name] = (record.Id, record.ETag);
}
