using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Http;
using HeadlessNews.Tests.Infrastructure;
using HeadlessNews.Tests.Webhooks;

namespace HeadlessNews.Tests.Log;

/// <summary>No editorial write without its row in the log: who, from where, and the versions before and after.</summary>
public sealed class EveryWriteTests(NewsApp app) : IClassFixture<NewsApp>
{
    /// <summary>Every operation of the contract that writes, and what the log says of it.</summary>
    private static readonly Dictionary<string, string> Written = new()
    {
        ["CreateArticle"] = "article.created",
        ["ReplaceArticle"] = "article.saved",
        ["PatchArticle"] = "article.saved",
        ["TrashArticle"] = "article.trashed",
        ["MoveArticleToTrash"] = "article.trashed",
        ["ActOnArticles"] = "article.trashed",
        ["RestoreArticle"] = "article.restored",
        ["SubmitArticle"] = "article.submitted",
        ["ReturnArticle"] = "article.returned",
        ["PublishArticle"] = "article.published",
        ["ScheduleArticle"] = "article.scheduled",
        ["UnscheduleArticle"] = "article.unscheduled",
        ["DiscardChanges"] = "article.changesDiscarded",
        ["RestoreRevision"] = "article.revisionRestored",
        ["WithdrawArticle"] = "article.withdrawn",
        ["CorrectArticle"] = "article.corrected",
        ["ClearArticle"] = "article.clearanceGiven",
        ["EndClearance"] = "article.clearanceEnded",
        ["MakePreviewLink"] = "article.previewLinkCreated",
        ["RevokePreviewLink"] = "article.previewLinkRevoked",
        ["CreateAuthor"] = "author.changed",
        ["ReplaceAuthor"] = "author.changed",
        ["PatchAuthor"] = "author.changed",
        ["DeleteAuthor"] = "author.deleted",
        ["CreateSource"] = "source.changed",
        ["ReplaceSource"] = "source.changed",
        ["PatchSource"] = "source.changed",
        ["DeleteSource"] = "source.deleted",
        ["UpsertArticle"] = "article.created",
        ["CreateTag"] = "tag.changed",
        ["ReplaceTag"] = "tag.changed",
        ["PatchTag"] = "tag.changed",
        ["DeleteTag"] = "tag.deleted",
        ["CreateFront"] = "front.changed",
        ["ReplaceFront"] = "front.changed",
        ["PatchFront"] = "front.changed",
        ["DeleteFront"] = "front.deleted",
        ["ScheduleFront"] = "front.scheduled",
        ["ReplaceFrontEdition"] = "front.scheduleChanged",
        ["CancelFrontEdition"] = "front.scheduleCancelled",
        ["CreateWebhook"] = "webhook.created",
        ["ReplaceWebhook"] = "webhook.changed",
        ["PatchWebhook"] = "webhook.changed",
        ["DeleteWebhook"] = "webhook.deleted",
        ["TestWebhook"] = "webhook.tested",
        ["RotateWebhookSecret"] = "webhook.secretRotated",
        ["ReplayWebhook"] = "webhook.replayed",
        ["ImportArticles"] = "article.created",
        ["CreateKey"] = "key.created",
        ["RevokeKey"] = "key.revoked",
    };

    public static TheoryData<string> Writes => [.. Operations.Editorial.Where(operation => operation.Verb != "get").Select(operation => operation.Id)];

    [Fact]
    public void The_table_has_every_operation_that_writes() => Assert.Equal(Writes.Select(row => row.Data).Order(), Written.Keys.Order());

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Every_write_is_in_the_log_with_its_actor_its_address_and_both_versions(string operationId)
    {
        var operation = Operations.Named(operationId);
        var secret = await app.MakeKey("admin");
        using var client = app.Client(secret);
        var (address, etag) = await Target(app, operation);
        var before = await app.LogPosition();

        using var response = await client.Send(
            operation.Method, address, operation.IsStream ? StreamFor() : operation.HasBody ? await Body(app, operation) : null, operation.Needs("If-Match") ? etag : null,
            operation.IsStream ? "application/x-ndjson" : null);

        Assert.True(response.IsSuccessStatusCode, $"{operation.Method} {address}: {await response.Content.ReadAsStringAsync()}");
        Assert.True(await app.LogPosition() > before);
        var actor = $"key:{Guid.Parse(secret.Split('_')[1])}";
        var events = (await app.Admin.GetJson($"/api/v1/editorial/audit?actor={actor}"))["items"]!.AsArray();
        var written = Assert.Single(events, happened => happened!["type"]!.GetValue<string>() == Written[operationId])!;
        Assert.Equal("127.0.0.1", written["address"]!.GetValue<string>());
        var (version, previous) = (written["version"]!.GetValue<int>(), written["previousVersion"]?.GetValue<int>());
        Assert.True(version >= 1);
        Assert.Equal(operationId.StartsWith("Create", StringComparison.Ordinal) || operationId is "UpsertArticle" or "ImportArticles", previous is null);
        Assert.True(previous is null || previous == version || previous == version - 1, $"From {previous} to {version}");
        if (operation.Path.Contains("{id}", StringComparison.Ordinal))
        {
            Assert.Contains(written["resource"]!["id"]!.GetValue<string>(), address, StringComparison.Ordinal);
        }
    }

    private static string StreamFor()
    {
        var line = Desk.BodyFor(Operations.Named("CreateArticle"))!;
        line["externalId"] = "HW-2";
        return line.ToJsonString();
    }

    /// <summary>A record of somebody else's to do it to, as it must stand for that.</summary>
    internal static async Task<(string Address, string? ETag)> Target(NewsApp app, Operation operation)
    {
        if (!operation.Path.Contains("{id}", StringComparison.Ordinal))
        {
            await EnsureSource(app);
            return (operation.Id == "UpsertArticle" ? $"{operation.At("harbour-wire")}?externalId=HW-1" : operation.Path, null);
        }
        if (operation.Collection == "keys")
        {
            return (operation.At(Guid.Parse((await app.MakeKey("reader")).Split('_')[1])), null);
        }
        if (operation.Collection == "webhooks")
        {
            var webhook = await app.Admin.CreateWebhook("http://localhost:1/nobody");
            return (operation.At(webhook.Id), webhook.ETag);
        }
        if (operation.Collection == "fronts")
        {
            var front = await app.Editor.Create("fronts", new { name = $"For {operation.Id}" });
            if (!operation.Path.Contains("{editionId}", StringComparison.Ordinal))
            {
                return (operation.At(front.Id), front.ETag);
            }
            var edition = (await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddYears(1), new { }))["id"]!.GetValue<Guid>();
            return (operation.At(edition).Replace($"/fronts/{edition}", $"/fronts/{front.Id}", StringComparison.Ordinal), "\"1\"");
        }
        if (operation.Collection != "articles")
        {
            var record = await app.Editor.Create(operation.Collection, new { name = $"For {operation.Id}", kind = operation.Collection switch { "authors" => "person", "sources" => "agency", _ => "topic" } });
            return (operation.At(record.Id), record.ETag);
        }
        await EnsureSource(app);
        var article = await app.Editor.CreateArticle("harbour-wire", $"For {operation.Id}");
        article = operation.Id switch
        {
            "RestoreArticle" => await app.Editor.Trash(article),
            "ReturnArticle" => await app.Editor.Submit(article),
            "UnscheduleArticle" => await app.Editor.Schedule(article, DateTimeOffset.UtcNow.AddYears(1)),
            "RestoreRevision" => await app.Editor.Patch("articles", article, new { kicker = "Not in the first revision" }),
            "WithdrawArticle" or "CorrectArticle" => await app.Editor.Publish(article),
            "DiscardChanges" => await app.Editor.Patch("articles", await app.Editor.Publish(article), new { kicker = "To be discarded" }),
            _ => article,
        };
        var appended = operation.Id switch
        {
            "EndClearance" => (await app.Editor.Clear(article))["id"]!.GetValue<Guid>(),
            "RevokePreviewLink" => await PreviewLinkOf(app, article),
            _ => Guid.Empty,
        };
        return (operation.At(appended).Replace($"/articles/{appended}", $"/articles/{article.Id}", StringComparison.Ordinal), article.ETag);
    }

    /// <summary>A body for it; what names records in its body names one that is there.</summary>
    internal static async Task<JsonObject?> Body(NewsApp app, Operation operation)
    {
        var body = Desk.BodyFor(operation);
        if (operation.Id == "ActOnArticles")
        {
            body!["items"]![0]!["id"] = (await app.Editor.CreateArticle("harbour-wire", "One of many")).Id;
        }
        return body;
    }

    private static async Task<Guid> PreviewLinkOf(NewsApp app, Saved article)
    {
        using var made = await app.Editor.PostAsJsonAsync($"/api/v1/editorial/articles/{article.Id}/preview-links", new { });
        return (await made.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<Guid>();
    }

    private static async Task EnsureSource(NewsApp app)
    {
        using var there = await app.Editor.GetAsync("/api/v1/editorial/sources?q=Harbour");
        if ((await there.Content.ReadFromJsonAsync<JsonObject>())!["items"]!.AsArray().Count == 0)
        {
            await app.Editor.CreateSource();
        }
    }
}
