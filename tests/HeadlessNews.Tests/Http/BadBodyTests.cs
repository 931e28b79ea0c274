using System.Net;
using System.Text;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>Every route that takes a body, with every body it must not take: a problem of the right kind, and nothing written.</summary>
public sealed class BadBodyTests(Desk app) : IClassFixture<Desk>
{
    private const string Malformed = "malformed-request";

    /// <summary>By name: the body, with MEMBER for a member of text, and what it breaks. Latin-1, byte for byte.</summary>
    private static readonly Dictionary<string, (string Body, string Type)> Unreadable = new()
    {
        ["nothing"] = ("", Malformed),
        ["white space"] = (" \r\n ", Malformed),
        ["null"] = ("null", Malformed),
        ["an array"] = ("[]", Malformed),
        ["an array of bodies"] = ("""[{"MEMBER":"x"}]""", Malformed),
        ["a string"] = ("\"MEMBER\"", Malformed),
        ["a number"] = ("1", Malformed),
        ["cut short"] = ("""{"MEMBER":"x" """, Malformed),
        ["cut in a string"] = ("""{"MEMBER":"x""", Malformed),
        ["two values"] = ("""{"MEMBER":"x"}{}""", Malformed),
        ["a trailing comma"] = ("""{"MEMBER":"x",}""", Malformed),
        ["a comment"] = ("""{"MEMBER":"x"/* so */}""", Malformed),
        ["single quotes"] = ("{'MEMBER':'x'}", Malformed),
        ["not JSON"] = ("MEMBER=x", Malformed),
        ["a number for text"] = ("""{"MEMBER":7}""", Malformed),
        ["an overflowing number for text"] = ("""{"MEMBER":1e400}""", Malformed),
        ["a boolean for text"] = ("""{"MEMBER":true}""", Malformed),
        ["an object for text"] = ("""{"MEMBER":{}}""", Malformed),
        ["an array for text"] = ("""{"MEMBER":["x"]}""", Malformed),
        ["an unknown member"] = ("""{"nonsense":1,"MEMBER":"x"}""", "unknown-member"),
        ["a member in another case"] = ("""{"Nonsense":"x"}""", "unknown-member"),
        ["a member twice"] = ("""{"MEMBER":"x","MEMBER":"y"}""", Malformed),
        ["a raw NUL"] = ("{\"MEMBER\":\"a\0b\"}", Malformed),
        ["an escaped NUL"] = ("""{"MEMBER":"a\u0000b"}""", Malformed),
        ["a raw line break in text"] = ("{\"MEMBER\":\"a\nb\"}", Malformed),
        ["a lone high surrogate"] = ("""{"MEMBER":"a\ud800b"}""", Malformed),
        ["a lone low surrogate"] = ("""{"MEMBER":"a\udc00b"}""", Malformed),
        ["a lone surrogate in a name"] = ("""{"a\ud800b":"x"}""", Malformed),
        ["invalid UTF-8 in a value"] = ("{\"MEMBER\":\"a\u00ff\u00feb\"}", Malformed),
        ["an overlong UTF-8 form"] = ("{\"MEMBER\":\"a\u00c0\u0080b\"}", Malformed),
        ["a UTF-8 surrogate"] = ("{\"MEMBER\":\"a\u00ed\u00a0\u0080b\"}", Malformed),
        ["invalid UTF-8 in a name"] = ("{\"a\u00ffb\":\"x\"}", Malformed),
        ["depth 200"] = ("""{"MEMBER":""" + new string('[', 200) + new string(']', 200) + "}", Malformed),
        ["depth 200 in an unknown member"] = ("""{"nonsense":""" + new string('[', 200) + new string(']', 200) + "}", Malformed),
        ["depth 200, unclosed"] = (new string('[', 200), Malformed),
    };

    public static TheoryData<string, string> BodiesOnRoutes => new(
        from operation in Operations.Editorial
        where operation.HasBody
        from body in Unreadable.Keys
            // What makes a preview link, or a new secret, has no text in it.
        where !(operation.Id is "MakePreviewLink" or "RotateWebhookSecret" && body == "a number for text")
        select (operation.Id, body));

    public static TheoryData<string> Routes => [.. Operations.Editorial.Where(operation => operation.HasBody).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(BodiesOnRoutes))]
    public async Task A_body_that_cannot_be_read_is_refused_and_writes_nothing(string operationId, string name)
    {
        var operation = Operations.Named(operationId);
        var (body, type) = Unreadable[name];
        var bytes = Encoding.Latin1.GetBytes(body.Replace("MEMBER", Desk.TextMember(operation), StringComparison.Ordinal));
        var before = await app.LogPosition();

        using var response = await Send(operation, bytes);

        // A name that cannot be decoded may be refused as text or as a name: either is 400.
        var problem = await response.Problem(HttpStatusCode.BadRequest);
        var expected = name.Contains("in a name", StringComparison.Ordinal) || name.EndsWith("unknown member", StringComparison.Ordinal) ? new[] { type, "unknown-member" } : [type];
        Assert.Contains(problem["type"]!.GetValue<string>()["urn:headlessnews:problem:".Length..], expected);
        if (type == "unknown-member")
        {
            Assert.Contains("onsense", problem["errors"]!.AsObject().Single().Key, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("HeadlessNews.", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_body_of_ten_megabytes_is_refused_before_it_is_sent(string operationId)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();
        using var request = new HttpRequestMessage(operation.Method, app.AddressOf(operation))
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes($$"""{"{{Desk.TextMember(operation)}}":"{{new string('x', 10_000_000)}}"}""")),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.ExpectContinue = true;
        request.Headers.TryAddWithoutValidation("If-Match", app.ETagFor(operation));

        using var response = await app.Admin.SendAsync(request);

        await response.Problem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_body_that_does_not_say_its_length_is_cut_off_at_the_limit(string operationId)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();
        var body = Encoding.ASCII.GetBytes($$"""{"{{Desk.TextMember(operation)}}":"{{new string('x', 4_000_100)}}"}""");
        var head = $"""
            {operation.Method} {app.AddressOf(operation)} HTTP/1.1
            Authorization: Bearer {NewsApp.AdminKey}
            Content-Type: application/json
            Transfer-Encoding: chunked
            """ + (app.ETagFor(operation) is { } etag ? $"\nIf-Match: {etag}" : "");

        var (status, text) = await RawHttp.Send(
            app.Address, head.ReplaceLineEndings("\r\n"), [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8]);

        Assert.Equal(413, status);
        Assert.Contains("application/problem+json", text, StringComparison.Ordinal);
        Assert.Contains("urn:headlessnews:problem:too-large", text, StringComparison.Ordinal);
        Assert.Equal(before, await app.LogPosition());
    }

    public static TheoryData<string, string> TypesOnRoutes => new(
        from operation in Operations.Editorial
        where operation.HasBody
        from type in new[] { "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/json-patch+json", "application/json; charset=utf-9", "nonsense" }
        select (operation.Id, type));

    [Theory]
    [MemberData(nameof(TypesOnRoutes))]
    public async Task A_body_of_another_type_is_refused(string operationId, string contentType)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();
        using var request = new HttpRequestMessage(operation.Method, app.AddressOf(operation))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Desk.BodyFor(operation)!.ToJsonString())),
        };
        request.Headers.TryAddWithoutValidation("If-Match", app.ETagFor(operation));
        if (contentType.Length > 0)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await app.Admin.SendAsync(request);

        await response.Problem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Equal(before, await app.LogPosition());
    }

    public static TheoryData<string> RoutesWithRequiredMembers =>
        [.. Operations.Editorial.Where(operation => operation.HasBody && operation.Verb != "patch" && !Desk.MayBeEmpty(operation)).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(RoutesWithRequiredMembers))]
    public async Task Missing_members_are_named_all_at_once(string operationId)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();

        using var response = await Send(operation, "{}"u8.ToArray());

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(Desk.BodyFor(operation)!.Select(member => member.Key).Order(), problem["errors"]!.AsObject().Select(error => error.Key).Order());
        Assert.Equal(before, await app.LogPosition());
    }

    [Theory]
    [MemberData(nameof(RoutesWithRequiredMembers))]
    public async Task Members_of_null_are_missing_members(string operationId)
    {
        var operation = Operations.Named(operationId);
        var before = await app.LogPosition();
        var members = Desk.BodyFor(operation)!.Select(member => member.Key).ToList();

        using var response = await Send(operation, Encoding.UTF8.GetBytes($"{{{string.Join(',', members.Select(name => $"\"{name}\":null"))}}}"));

        var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
        Assert.Equal(members.Order(), problem["errors"]!.AsObject().Select(error => error.Key).Order());
        Assert.Equal(before, await app.LogPosition());
    }

    private Task<HttpResponseMessage> Send(Operation operation, byte[] body) =>
        app.Admin.Send(operation.Method, app.AddressOf(operation), body, app.ETagFor(operation), "application/json");
}
