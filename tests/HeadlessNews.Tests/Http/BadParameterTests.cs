using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>Parameters of the query and the path, on every operation that has them.</summary>
public sealed class BadParameterTests(Desk app) : IClassFixture<Desk>
{
    public static TheoryData<string> All => [.. Operations.All.Select(operation => operation.Id)];

    public static TheoryData<string> Lists => [.. Operations.All.Where(operation => operation.Parameter("limit") is not null).Select(operation => operation.Id)];

    public static TheoryData<string> Paged => [.. Operations.All.Where(operation => operation.Parameter("after") is not null).Select(operation => operation.Id)];

    public static TheoryData<string> WithSingle =>
        [.. Operations.All.Where(operation => operation.Json["parameters"]?.AsArray().Any(IsSingle) == true).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_unknown_query_parameter_is_refused_by_name(string operationId)
    {
        var operation = Operations.Named(operationId);
        foreach (var name in new[] { "nonsense", "Limit", "tag[]", "__proto__" })
        {
            await Refused(operation, $"{name}=1", HttpStatusCode.BadRequest, "unknown-parameter", name);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_limit_out_of_range_is_422_and_one_that_is_no_number_400(string operationId)
    {
        var operation = Operations.Named(operationId);
        foreach (var limit in new[] { "0", "-1", operationId == "Sync" ? "1001" : "101", "1000000000", "-2147483648" })
        {
            await Refused(operation, $"limit={limit}", HttpStatusCode.UnprocessableEntity, "validation", "limit");
        }
        foreach (var limit in new[] { "abc", "", "1.5", "1e2", "0x10", "1000000000000000000000000000000", "%00", "%F0%9F%8D%8E" })
        {
            await Refused(operation, $"limit={limit}", HttpStatusCode.BadRequest, "malformed-parameter", "limit");
        }
    }

    [Theory]
    [MemberData(nameof(Paged))]
    public async Task A_cursor_that_was_never_given_out_is_refused(string operationId)
    {
        var operation = Operations.Named(operationId);
        foreach (var cursor in new[] { "a", "forged", "%2B%2F%3D", new string('A', 40), new string('A', 3000), "AZoPPmwbfFWdDi9vPxp7EA", "123", "%F0%9F%8D%8E" })
        {
            await Refused(operation, $"after={cursor}", HttpStatusCode.BadRequest, "bad-cursor", "after");
        }
        await Refused(operation, "after=", HttpStatusCode.BadRequest, "malformed-parameter", "after");
    }

    [Theory]
    [MemberData(nameof(WithSingle))]
    public async Task A_parameter_that_stands_once_is_not_taken_twice(string operationId)
    {
        var operation = Operations.Named(operationId);
        foreach (var parameter in operation.Json["parameters"]!.AsArray().Where(IsSingle))
        {
            var name = parameter!["name"]!.GetValue<string>();
            await Refused(operation, $"{name}=1&{name}=1", HttpStatusCode.BadRequest, "malformed-parameter", name);
        }
    }

    [Theory]
    [MemberData(nameof(WithSingle))]
    public async Task Control_characters_and_bytes_that_are_no_UTF_8_are_refused(string operationId)
    {
        var operation = Operations.Named(operationId);
        foreach (var parameter in operation.Json["parameters"]!.AsArray().Where(IsSingle))
        {
            var name = parameter!["name"]!.GetValue<string>();
            foreach (var value in new[] { "a%00b", "%FF", "%C0%80", "%ED%A0%80", "a%0Ab", "%7F", "%E2%82", "%EF%BF%BE" })
            {
                await Refused(operation, $"{name}={value}", HttpStatusCode.BadRequest, "malformed-parameter", name);
            }
        }
    }

    [Theory]
    [InlineData("/api/v1/articles", "tag", 21)]
    [InlineData("/api/v1/editorial/articles", "q", 2)]
    public async Task A_parameter_is_not_taken_more_often_than_it_may_be(string path, string name, int times)
    {
        using var response = await app.Admin.GetAsync($"{path}?{string.Join('&', Enumerable.Repeat($"{name}=x", times))}");

        await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
    }

    [Theory]
    [InlineData("/api/v1/editorial/articles?status=Draft", "status")]
    [InlineData("/api/v1/editorial/articles?status=0", "status")]
    [InlineData("/api/v1/editorial/articles?status=", "status")]
    [InlineData("/api/v1/editorial/authors?kind=robot", "kind")]
    [InlineData("/api/v1/editorial/sources?kind=1", "kind")]
    [InlineData("/api/v1/editorial/tags?kind=Topic", "kind")]
    public async Task An_enumeration_takes_its_names_alone(string path, string name)
    {
        using var response = await app.Admin.GetAsync(path);

        var problem = await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
        Assert.Equal(name, problem["errors"]!.AsObject().Single().Key);
    }

    public static TheoryData<string> WithId => [.. Operations.All.Where(operation => operation.Path.Contains("{id", StringComparison.Ordinal)).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(WithId))]
    public async Task An_id_that_names_nothing_is_404(string operationId)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();
        var ids = new[]
        {
            Guid.CreateVersion7().ToString(), Guid.Empty.ToString(), "not-a-uuid", "0", "019a8f3e-6c1b-7c55-9d0e", "%27%3B--", "a%0Ab", "%FF", "%C0%80", "%zz", "%", "%2E%2E", "%2F",
            new string('x', 3000), "%F0%9F%8D%8E",
        };
        foreach (var id in ids)
        {
            using var response = await app.Admin.Send(operation.Method, operation.At(id), Desk.BodyFor(operation), app.ETagFor(operation));

            if (id == "%2E%2E" && (response.StatusCode == HttpStatusCode.MethodNotAllowed || (operation.Verb == "get" && response.StatusCode == HttpStatusCode.OK)))
            {
                // Two dots lead one up (RFC 3986, section 5.2.4), and there may be another address.
                continue;
            }
            await response.Problem(HttpStatusCode.NotFound, "not-found");
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [InlineData("GET /api/v1/articles/a%00b HTTP/1.1", 400)]
    [InlineData("GET /api/v1/editorial/articles/a%00b HTTP/1.1", 400)]
    [InlineData("GET /api/v1/articles/%zz HTTP/1.1", 404)]
    [InlineData("GET /api/v1/articles/%FF%FE HTTP/1.1", 404)]
    [InlineData("GET /api/v1/articles?after=%zz HTTP/1.1", 400)]
    [InlineData("GET /api/v1/articles?%zz=%zz HTTP/1.1", 400)]
    [InlineData("GET /api/v1/articles?%00 HTTP/1.1", 400)]
    [InlineData("GET /api/v1/articles?&&&=&= HTTP/1.1", 400)]
    [InlineData("NONSENSE /api/v1/articles HTTP/1.1", 405)]
    [InlineData("GET /api/v1/articles HTTP/9.9", 505)]
    [InlineData("nonsense", 400)]
    public async Task What_no_client_should_send_is_refused_all_the_same(string head, int status)
    {
        var (answered, text) = await RawHttp.Send(app.Address, head);

        Assert.True(answered == status, text);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/articles/LONG", 414)]
    [InlineData("/api/v1/articles?author=LONG", 414)]
    [InlineData("/api/v1/editorial/articles?q=LONG", 414)]
    public async Task An_address_past_all_bounds_is_cut_off_by_the_server(string path, int status)
    {
        var (answered, _) = await RawHttp.Send(app.Address, $"GET {path.Replace("LONG", new string('x', 100_000), StringComparison.Ordinal)} HTTP/1.1");

        Assert.Equal(status, answered);
    }

    [Theory]
    [InlineData("/api/v1/articles", "author")]
    [InlineData("/api/v1/articles", "tag")]
    [InlineData("/api/v1/editorial/articles", "q")]
    public async Task A_value_longer_than_any_name_is_refused(string path, string name)
    {
        using var response = await app.Admin.GetAsync($"{path}?{name}={new string('x', 5000)}");

        await response.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
    }

    /// <summary>The answer on this query, with everything else in order.</summary>
    private async Task Refused(Operation operation, string query, HttpStatusCode status, string type, string name)
    {
        var before = await app.LogPosition();
        var address = operation.Face == "editorial" ? app.AddressOf(operation) : operation.At("night-ferry-returns");

        using var response = await app.Admin.Send(operation.Method, $"{address}?{query}", Desk.BodyFor(operation), app.ETagFor(operation));

        var problem = await response.Problem(status, type);
        Assert.Equal(name, problem["errors"]!.AsObject().Single().Key);
        Assert.Equal(before, await app.LogPosition());
    }

    private static bool IsSingle(System.Text.Json.Nodes.JsonNode? parameter) =>
        parameter!["in"]!.GetValue<string>() == "query" && parameter["schema"]!["type"]?.ToString() != "array";
}
