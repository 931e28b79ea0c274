using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>If-Match on every operation that the contract says needs it (RFC 9110, section 13.1.1).</summary>
public sealed class IfMatchTests(Desk app) : IClassFixture<Desk>
{
    public static TheoryData<string> Routes => [.. Operations.Editorial.Where(operation => operation.Needs("If-Match")).Select(operation => operation.Id)];

    /// <summary>They leave the record's version as it is.</summary>
    private static readonly string[] WithoutVersion = ["CorrectArticle", "ClearArticle", "EndClearance", "MakePreviewLink", "RevokePreviewLink", "ScheduleFront", "RevokeKey", "TestWebhook", "RotateWebhookSecret", "ReplayWebhook"];

    [Fact]
    public void Every_change_of_a_record_needs_it_but_what_is_appended_the_revocation_of_a_key_and_what_webhooks_do() =>
        Assert.Equal(
            Operations.Editorial.Where(operation => operation.Verb != "get" && operation.Path.Contains("{id}", StringComparison.Ordinal))
                .Select(operation => operation.Id).Except(WithoutVersion),
            Operations.Editorial.Where(operation => operation.Needs("If-Match")).Select(operation => operation.Id));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_it_the_answer_is_428(string operationId) =>
        await Refused(Operations.Named(operationId), null, HttpStatusCode.PreconditionRequired, "precondition-required");

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Any_version_is_refused_where_it_would_overwrite(string operationId)
    {
        var operation = Operations.Named(operationId);
        if (operation.Verb is "put" or "patch" || operation.Id is "DiscardChanges" or "RestoreRevision")
        {
            using var refused = await Refused(operation, "*", HttpStatusCode.PreconditionRequired, "precondition-required");
            var problem = await refused.Problem(HttpStatusCode.PreconditionRequired);
            Assert.Equal("If-Match must name the version you read", problem["title"]!.GetValue<string>());
            Assert.StartsWith("`If-Match: *` would overwrite", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        else
        {
            // Let through to the record, which is not there.
            using var response = await app.Admin.Send(operation.Method, operation.At(Guid.CreateVersion7()), Desk.BodyFor(operation), "*");
            await response.Problem(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task What_is_no_ETag_is_400(string operationId)
    {
        foreach (var header in new[] { "1", "version 1", "\"1", "1\"", "'1'", "", "\"1\" \"2\"", "\"1\", 2", "W/1" })
        {
            await Refused(Operations.Named(operationId), header, HttpStatusCode.BadRequest, "malformed-parameter");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_version_that_is_not_the_present_one_is_412_with_the_present_one(string operationId)
    {
        var operation = Operations.Named(operationId);
        var current = app.ETagFor(operation)!;
        foreach (var header in new[] { "\"0\"", "\"99\"", "\"-1\"", "\"01\"", "\"\"", "\"nonsense\"", $"W/{current}", $"W/{current}, \"77\"", "\"77\", \"78\"" })
        {
            var response = await Refused(operation, header, HttpStatusCode.PreconditionFailed, "stale-version");
            Assert.Equal(current, response.Headers.ETag!.ToString());
        }
    }

    [Fact]
    public async Task One_of_several_may_be_the_present_one()
    {
        var tag = await app.Editor.CreateTag("Named by one of several");

        using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{tag.Id}", new { description = "Changed." }, "\"77\", \"1\"");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("\"2\"", response.Headers.ETag!.ToString());
    }

    private async Task<HttpResponseMessage> Refused(Operation operation, string? ifMatch, HttpStatusCode status, string type)
    {
        var before = await app.LogPosition();

        var response = await app.Admin.Send(operation.Method, app.AddressOf(operation), Desk.BodyFor(operation), ifMatch);

        await response.Problem(status, type);
        Assert.Equal(before, await app.LogPosition());
        return response;
    }
}
