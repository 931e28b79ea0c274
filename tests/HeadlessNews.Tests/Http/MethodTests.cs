using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

public sealed class MethodTests(Desk app) : IClassFixture<Desk>
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "NONSENSE"];

    public static TheoryData<string> Paths => [.. Operations.All.Select(operation => operation.Path).Distinct()];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_method_that_an_address_does_not_have_is_405_with_those_it_has(string path)
    {
        var operations = Operations.All.Where(operation => operation.Path == path).ToList();
        var allowed = operations.Select(operation => operation.Method.Method).Order().ToList();
        var before = await app.LogPosition();

        foreach (var verb in Verbs.Except(allowed))
        {
            using var response = await app.Admin.Send(new HttpMethod(verb), operations[0].At(Guid.CreateVersion7()), "{}");

            await response.Problem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
            var named = response.Content.Headers.Allow.Order().ToList();
            Assert.Equal(allowed.Contains("GET") ? [.. allowed.Append("HEAD").Order()] : allowed, named);
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [InlineData("/api/v1/nonsense")]
    [InlineData("/api/v1/editorial/nonsense")]
    [InlineData("/api/v2/articles")]
    [InlineData("/nonsense")]
    public async Task An_address_that_nothing_answers_is_a_problem_too(string path)
    {
        // With a key: without one, nothing at all is told of the editorial face.
        using var response = await app.Editor.GetAsync(path);

        var problem = await response.Problem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(path, problem["instance"]!.GetValue<string>());
    }

    /// <summary>But for what has no end: StreamTests asks for its head.</summary>
    public static TheoryData<string> Reads => [.. Operations.All.Where(operation => operation.Verb == "get" && operation.Id != "Stream").Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task HEAD_is_GET_without_the_body(string operationId)
    {
        var operation = Operations.Named(operationId);
        var address = operation.Face == "editorial" ? app.AddressOf(operation) : operation.At(operation.Collection switch
        {
            "articles" => "published-from-the-desk",
            "sources" => "harbour-wire",
            // Nothing published names one: the refusal has a HEAD as well.
            _ => "nobody",
        });

        using var get = await app.Admin.GetAsync(address);
        using var head = await app.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(Headers(get), Headers(head));
        if (get.IsSuccessStatusCode && operation.Face == "delivery")
        {
            Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        }
    }

    /// <summary>All but what differs by nature: the time, and how the body is framed.</summary>
    private static List<string> Headers(HttpResponseMessage response) =>
    [
        .. response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(),
    ];
}
