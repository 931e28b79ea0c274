using System.Net;
using HeadlessNews.Tests.Http;
using HeadlessNews.Tests.Infrastructure;
using HeadlessNews.Tests.Log;

namespace HeadlessNews.Tests.Idempotency;

/// <summary>Idempotency-Key on every POST that the contract says takes one, and on those that do not.</summary>
public sealed class ReplayTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Header = "Idempotency-Key";

    public static TheoryData<string> Taking => Ids(operation => operation.Parameter(Header) is not null);

    public static TheoryData<string> Exempt => Ids(operation => operation.Verb == "post" && operation.Parameter(Header) is null);

    [Theory]
    [MemberData(nameof(Taking))]
    public async Task Posted_twice_under_one_key_it_is_done_once_and_answered_alike(string operationId)
    {
        var operation = Operations.Named(operationId);
        var (address, etag) = await EveryWriteTests.Target(app, operation);
        var body = await EveryWriteTests.Body(app, operation);
        var key = $"\"{operationId} {Guid.NewGuid()}\"".Replace(' ', ':');
        var before = await app.LogPosition();

        var first = await app.Admin.Post(address, key, body, operation.Needs("If-Match") ? etag : null).First();
        var after = await app.LogPosition();
        // The second time as a client repeats it, and the third without the quotes and without the version, which has risen.
        var second = await app.Admin.Post(address, key, body, operation.Needs("If-Match") ? etag : null).Replay();
        var third = await app.Admin.Post(address, key.Trim('"'), body).Replay();

        Assert.True(after > before);
        Assert.Equal(after, await app.LogPosition());
        Assert.Equal((first, first), (second, third));
    }

    [Theory]
    [MemberData(nameof(Taking))]
    public async Task What_is_no_key_is_400_and_nothing_is_done(string operationId)
    {
        var operation = Operations.Named(operationId);
        var (address, etag) = await EveryWriteTests.Target(app, operation);
        var before = await app.LogPosition();

        foreach (var key in new[] { "", "\"\"", "two words", "\"two words\"", "a,b", "\"open", "quo\"ted", "back\\slash", "\"a\\b\"", "\"a\";b=1", new string('k', 256), $"\"{new string('k', 256)}\"" })
        {
            using var response = await app.Admin.Post(address, key, Desk.BodyFor(operation), etag);
            var problem = await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
            Assert.NotNull(problem["errors"]![Header]);
        }

        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [MemberData(nameof(Exempt))]
    public async Task What_cannot_be_answered_again_takes_none_rather_than_seem_to(string operationId)
    {
        var operation = Operations.Named(operationId);
        var (address, _) = await EveryWriteTests.Target(app, operation);
        var before = await app.LogPosition();

        using var response = await app.Admin.Post(
            address, "a-key", operation.HasBody || operation.IsStream ? Desk.BodyFor(operation) ?? [] : null,
            contentType: operation.IsStream ? "application/x-ndjson" : "application/json");

        var problem = await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
        Assert.Contains("is not taken here", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task A_key_may_have_255_characters_of_any_visible_kind()
    {
        foreach (var key in new[] { new string('k', 255), $"\"{new string('q', 255)}\"", "\"a,\\\"b\\\\c\"", "!#$%&'()*+-./:;<=>?@[]^_`{|}~", "b1946ac9-2492-4d23-8fa5-6a1b8f5e9d0c" })
        {
            var first = await app.Editor.Post("/api/v1/editorial/tags", key, new { name = "Named by a key", kind = "topic" }).First();
            Assert.Equal(first, await app.Editor.Post("/api/v1/editorial/tags", key, new { name = "Named by a key", kind = "topic" }).Replay());
        }
    }

    [Fact]
    public async Task Who_may_not_do_it_may_not_have_its_answer()
    {
        var key = $"{Guid.NewGuid()}";
        await app.Editor.Post("/api/v1/editorial/tags", key, new { name = "Made by an editor", kind = "topic" }).First();

        using var forbidden = await app.Contributor.Post("/api/v1/editorial/tags", key, new { name = "Made by an editor", kind = "topic" });
        using var anonymous = await app.Reader.Post("/api/v1/editorial/tags", key, new { name = "Made by an editor", kind = "topic" });

        await forbidden.Problem(HttpStatusCode.Forbidden);
        await anonymous.Problem(HttpStatusCode.Unauthorized);
    }

    private static TheoryData<string> Ids(Func<Operation, bool> which) => [.. Operations.Editorial.Where(which).Select(operation => operation.Id)];
}
