using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>Holds every response against the committed contracts: status, content type, headers, body.</summary>
internal sealed class ContractHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal))
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            Contract.Check(request.Method, request.RequestUri.AbsolutePath, response, body);
        }
        return response;
    }
}

/// <summary>The two contracts as committed in <c>openapi/</c>.</summary>
internal static class Contract
{
    private static readonly JsonObject[] Documents =
    [
        .. new[] { "delivery.v1.json", "editorial.v1.json" }.Select(file => JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", file)))!.AsObject()),
    ];

    private static readonly (Regex Path, string Template, JsonObject Item, JsonObject Document)[] Paths =
    [
        .. Documents.SelectMany(document => document["paths"]!.AsObject().Select(path =>
            (new Regex("^" + Regex.Replace(path.Key, @"\{[^}]+\}", "[^/]+") + "$"), path.Key, path.Value!.AsObject(), document)))
            // A literal segment wins over a parameter, as in routing.
            .OrderBy(path => path.Key.Count(character => character == '{')),
    ];

    public static void Check(HttpMethod method, string path, HttpResponseMessage response, byte[] body)
    {
        var status = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var where = $"{method} {path} answered {status}";
        var (_, template, item, document) = Paths.FirstOrDefault(candidate => candidate.Path.IsMatch(path));
        var verb = method == HttpMethod.Head ? "get" : method.Method.ToLowerInvariant();
        if (item?[verb] is not JsonObject operation)
        {
            // Outside the contract only refusals are possible, in the contract's voice.
            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed || method == HttpMethod.Options,
                $"{where}, which no contract has.");
            if (method != HttpMethod.Options && method != HttpMethod.Head)
            {
                CheckBody(Problem(Documents[0]), Documents[0], response, body, "application/problem+json", where);
            }
            return;
        }
        var answer = operation["responses"]![status] as JsonObject;
        Assert.True(answer is not null, $"{where}, which the contract of {template} does not have. Body: {System.Text.Encoding.UTF8.GetString(body)}");
        foreach (var header in answer!["headers"]?.AsObject() ?? [])
        {
            var optional = header.Key is "Link" or "Idempotency-Replayed" or "X-Unchanged" || (header.Key is "Cache-Tag" && status == "200");
            Assert.True(
                optional || response.Headers.NonValidated.Contains(header.Key) || response.Content.Headers.NonValidated.Contains(header.Key),
                $"{where} without the header {header.Key}.");
        }
        if (method == HttpMethod.Head)
        {
            Assert.True(body.Length == 0, $"{where} with a body.");
            return;
        }
        if (answer["content"] is not JsonObject content)
        {
            Assert.True(body.Length == 0, $"{where} with a body the contract does not have.");
            return;
        }
        var type = content.ContainsKey(response.Content.Headers.ContentType?.MediaType ?? "") ? response.Content.Headers.ContentType!.MediaType! : content.First().Key;
        CheckBody(content[type]!["schema"]!, document, response, body, type, where);
        if (status == "200" && template.EndsWith("/ninjs", StringComparison.Ordinal) && NinjsSchema.IsAtHand)
        {
            var faults = NinjsSchema.Faults(JsonNode.Parse(body)!);
            Assert.True(faults.Count == 0, $"{where} with a body that is no ninjs: {string.Join("; ", faults)}");
        }
    }

    private static JsonNode Problem(JsonObject document) => document["components"]!["schemas"]!["Problem"]!;

    private static void CheckBody(JsonNode schema, JsonObject document, HttpResponseMessage response, byte[] body, string type, string where)
    {
        Assert.True(response.Content.Headers.ContentType?.MediaType == type, $"{where} as {response.Content.Headers.ContentType}, not {type}.");
        if (type.EndsWith("xml", StringComparison.Ordinal))
        {
            Assert.Null(Record.Exception(() => XDocument.Load(new MemoryStream(body))));
            return;
        }
        if (type == "text/event-stream")
        {
            return;
        }
        // Of what comes in lines the schema is one line's.
        foreach (var one in type == "application/x-ndjson" ? Lines(body) : [body])
        {
            using var json = JsonDocument.Parse(one);
            var faults = new List<string>();
            new SchemaCheck(document).Check(schema, json.RootElement, "$", faults);
            Assert.True(faults.Count == 0, $"{where} with a body that breaks the contract: {string.Join("; ", faults)}");
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(byte[] body)
    {
        Assert.True(body.Length == 0 || body[^1] == '\n', "The last line is cut off.");
        for (var start = 0; start < body.Length;)
        {
            var end = Array.IndexOf(body, (byte)'\n', start);
            yield return body.AsMemory(start..end);
            start = end + 1;
        }
    }
}
