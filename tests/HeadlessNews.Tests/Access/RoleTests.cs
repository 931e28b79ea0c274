using System.Net;
using System.Text;
using HeadlessNews.Tests.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Access;

/// <summary>The table of roles, operation by operation.</summary>
public sealed class RoleTests(Desk app) : IClassFixture<Desk>
{
    private static readonly string[] Roles = ["reader", "contributor", "editor", "admin"];

    /// <summary>The lowest role that may do it to a record of somebody else.</summary>
    private static readonly Dictionary<string, string> Lowest = new()
    {
        ["ListEditorArticles"] = "contributor",
        ["GetEditorArticle"] = "contributor",
        ["CreateArticle"] = "contributor",
        ["ReplaceArticle"] = "editor",
        ["PatchArticle"] = "editor",
        ["TrashArticle"] = "editor",
        ["RestoreArticle"] = "editor",
        ["PublishArticle"] = "editor",
        ["WithdrawArticle"] = "editor",
        ["SubmitArticle"] = "editor",
        ["ReturnArticle"] = "editor",
        ["ScheduleArticle"] = "editor",
        ["UnscheduleArticle"] = "editor",
        ["DiscardChanges"] = "editor",
        ["MoveArticleToTrash"] = "editor",
        ["ActOnArticles"] = "editor",
        ["CorrectArticle"] = "editor",
        ["ClearArticle"] = "editor",
        ["EndClearance"] = "editor",
        ["ListPreviewLinks"] = "contributor",
        ["MakePreviewLink"] = "editor",
        ["RevokePreviewLink"] = "editor",
        ["ListRevisions"] = "contributor",
        ["ListArticleHistory"] = "contributor",
        ["GetRevision"] = "contributor",
        ["CompareRevisions"] = "contributor",
        ["RestoreRevision"] = "editor",
        ["ListEditorSchedule"] = "contributor",
        ["ListEditorAuthors"] = "contributor",
        ["GetEditorAuthor"] = "contributor",
        ["CreateAuthor"] = "editor",
        ["ReplaceAuthor"] = "editor",
        ["PatchAuthor"] = "editor",
        ["DeleteAuthor"] = "editor",
        ["ListEditorSources"] = "contributor",
        ["GetEditorSource"] = "contributor",
        ["CreateSource"] = "editor",
        ["ReplaceSource"] = "editor",
        ["PatchSource"] = "editor",
        ["DeleteSource"] = "editor",
        ["UpsertArticle"] = "editor",
        ["ListEditorTags"] = "contributor",
        ["GetEditorTag"] = "contributor",
        ["CreateTag"] = "editor",
        ["ReplaceTag"] = "editor",
        ["PatchTag"] = "editor",
        ["DeleteTag"] = "editor",
        ["ListEditorFronts"] = "contributor",
        ["GetEditorFront"] = "contributor",
        ["CreateFront"] = "editor",
        ["ReplaceFront"] = "editor",
        ["PatchFront"] = "editor",
        ["DeleteFront"] = "editor",
        ["ListFrontEditions"] = "contributor",
        ["GetFrontEdition"] = "contributor",
        ["ScheduleFront"] = "editor",
        ["ReplaceFrontEdition"] = "editor",
        ["CancelFrontEdition"] = "editor",
        ["ListWebhooks"] = "admin",
        ["GetWebhook"] = "admin",
        ["CreateWebhook"] = "admin",
        ["ReplaceWebhook"] = "admin",
        ["PatchWebhook"] = "admin",
        ["DeleteWebhook"] = "admin",
        ["TestWebhook"] = "admin",
        ["RotateWebhookSecret"] = "admin",
        ["ListWebhookDeliveries"] = "admin",
        ["ReplayWebhook"] = "admin",
        ["ImportArticles"] = "editor",
        ["ExportContent"] = "editor",
        ["ListKeys"] = "admin",
        ["GetKey"] = "admin",
        ["CreateKey"] = "admin",
        ["RevokeKey"] = "admin",
        ["ListAuditEvents"] = "admin",
        ["ListRefusals"] = "admin",
    };

    public static TheoryData<string, string> RolesOnRoutes => new(from operation in Lowest.Keys from role in Roles select (operation, role));

    [Fact]
    public void The_table_has_every_editorial_operation() =>
        Assert.Equal(Operations.Editorial.Select(operation => operation.Id).Order(), Lowest.Keys.Order());

    [Theory]
    [MemberData(nameof(RolesOnRoutes))]
    public async Task A_role_reaches_as_far_as_the_table_says_and_403_comes_before_the_bodys_faults(string operationId, string role)
    {
        var operation = Operations.Named(operationId);
        var mayDoIt = Array.IndexOf(Roles, role) >= Array.IndexOf(Roles, Lowest[operationId]);
        using var client = app.Client(await app.MakeKey(role));
        var before = await app.LogPosition();

        foreach (var (body, contentType) in new[] { ("{ \"headline\": ", "application/json"), ("{}", "text/plain") })
        {
            using var response = await client.Send(
                operation.Method, app.AddressOf(operation) + "?nonsense=1", operation.Verb == "get" ? null : Encoding.UTF8.GetBytes(body), "not an ETag", contentType);

            if (mayDoIt)
            {
                // Let in, it is told what is wrong with the request: nothing is right about it.
                await response.Problem(HttpStatusCode.BadRequest, "unknown-parameter");
            }
            else
            {
                var problem = await response.Problem(HttpStatusCode.Forbidden, "forbidden");
                Assert.Null(problem["errors"]);
                Assert.True(response.Headers.CacheControl!.NoStore);
            }
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("contributor")]
    [InlineData("editor")]
    [InlineData("admin")]
    public async Task Only_editors_and_admins_delete_for_ever(string role)
    {
        using var client = app.Client(await app.MakeKey(role));
        // A contributor's own article too: what a contributor may trash is not theirs to destroy.
        var author = role == "contributor" ? client : app.Editor;
        var article = await author.CreateArticle("harbour-wire", $"To be ended by the {role}");
        using var trashed = await author.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, trashed.StatusCode);

        using var response = await client.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?permanent=true", ifMatch: "\"2\"");

        if (role is "editor" or "admin")
        {
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            // Discarded, not deleted: no reader ever knew of it.
            Assert.Equal(["article.created", "article.trashed", "article.discarded"], await app.Events(article.Id));
        }
        else
        {
            await response.Problem(HttpStatusCode.Forbidden, "forbidden");
            Assert.Equal(["article.created", "article.trashed"], await app.Events(article.Id));
        }
    }

    [Theory]
    [InlineData("permanent=true&permanent=false")]
    [InlineData("permanent=True")]
    [InlineData("PERMANENT=true")]
    [InlineData("permanent=1")]
    public async Task No_spelling_of_permanent_gets_past_the_rule(string query)
    {
        var article = await app.Contributor.CreateArticle("harbour-wire", "Not to be ended by a spelling");
        using var trashed = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}", ifMatch: article.ETag);
        Assert.Equal(HttpStatusCode.NoContent, trashed.StatusCode);

        using var response = await app.Contributor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{article.Id}?{query}", ifMatch: "\"2\"");

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Forbidden });
        Assert.Equal(["article.created", "article.trashed"], await app.Events(article.Id));
    }
}
