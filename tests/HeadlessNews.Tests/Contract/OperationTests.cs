using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Contract;

/// <summary>What a reader of the contract must find at every operation.</summary>
public sealed class OperationTests
{
    public static TheoryData<string> All => [.. Operations.All.Select(operation => operation.Id)];

    [Fact]
    public void No_two_operations_share_an_id() => Assert.Distinct(Operations.All.Select(operation => operation.Id));

    [Fact]
    public void There_are_operations_on_both_faces()
    {
        Assert.NotEmpty(Operations.Delivery);
        Assert.NotEmpty(Operations.Editorial);
        Assert.All(Operations.Delivery, operation => Assert.Equal("get", operation.Verb));
        Assert.All(Operations.Editorial, operation => Assert.StartsWith("/api/v1/editorial/", operation.Path, StringComparison.Ordinal));
        Assert.Equal(["GetPreview"], Operations.ByToken.Select(operation => operation.Id));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_operation_says_what_it_does_and_takes(string operationId)
    {
        var operation = Operations.Named(operationId);

        Assert.Matches("^[A-Z][A-Za-z]+$", operation.Id);
        Words(operation.Json["summary"]);
        Assert.NotEmpty(operation.Json["tags"]!.AsArray());
        foreach (var parameter in operation.Json["parameters"]?.AsArray() ?? [])
        {
            Words(parameter!["description"]);
            Assert.NotNull(parameter["schema"]!["type"]);
        }
        var inPath = operation.Path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
        Assert.All(inPath, name => Assert.Equal("path", operation.Parameter(name)!["in"]!.GetValue<string>()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_operation_says_which_key_it_needs(string operationId)
    {
        var operation = Operations.Named(operationId);
        var security = operation.Json["security"]!.AsArray().Select(requirement => requirement!.AsObject()).ToList();

        // Delivery: no key, or one where the operator demands it. Editorial: always one. Where the address is the authority: never one.
        Assert.Equal(operation.IsByToken ? [""] : operation.Face == "delivery" ? ["", "key"] : ["key"], security.Select(requirement => string.Join(',', requirement.Select(each => each.Key))));
        var scheme = Operations.Document(operation.Face)["components"]!["securitySchemes"]!["key"]!;
        Assert.Equal("http", scheme["type"]!.GetValue<string>());
        Assert.Equal("bearer", scheme["scheme"]!.GetValue<string>());
        if (operation.Face == "editorial" && !operation.IsByToken)
        {
            Assert.Matches("Role: (reader|contributor|editor|admin) or higher\\.", operation.Json["description"]!.GetValue<string>());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_editorial_post_takes_an_idempotency_key_or_says_why_not(string operationId)
    {
        var operation = Operations.Named(operationId);
        var isExempt = operation.Json["description"]?.GetValue<string>().Contains("Takes no `Idempotency-Key` (400): ", StringComparison.Ordinal) == true;

        Assert.Equal(operation.Verb == "post", isExempt || operation.Parameter("Idempotency-Key") is not null);
        Assert.False(isExempt && operation.Parameter("Idempotency-Key") is not null);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_operation_has_every_status_it_can_answer(string operationId)
    {
        var operation = Operations.Named(operationId);
        var statuses = operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToHashSet();

        Assert.Superset(Expected(operation).ToHashSet(), statuses);
        Assert.Equal(operationId == "UpsertArticle" ? ["200", "201"] : [statuses.Single(status => status[0] == '2')], statuses.Where(status => status[0] == '2').Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_refusal_has_the_problem_schema_and_every_answer_its_own(string operationId)
    {
        foreach (var (status, answer) in Operations.Named(operationId).Json["responses"]!.AsObject())
        {
            Words(answer!["description"]);
            if (status is "204" or "304" or "308")
            {
                Assert.Null(answer["content"]);
                continue;
            }
            var content = answer["content"]!.AsObject();
            if (content["application/x-ndjson"] is { } lines)
            {
                // Beside the answer in one piece, or in place of it: each line has its schema.
                Assert.NotNull(lines["schema"]!["oneOf"] ?? lines["schema"]!["$ref"]);
                content.Remove("application/x-ndjson");
                if (content.Count == 0)
                {
                    continue;
                }
            }
            var (type, media) = Assert.Single(content);
            if (status[0] == '2')
            {
                Assert.Contains(type, operationId switch
                {
                    "GetArticleAsJsonLd" => ["application/ld+json"],
                    "GetJsonFeed" => ["application/feed+json"],
                    "GetRssFeed" => ["application/rss+xml"],
                    "GetAtomFeed" => ["application/atom+xml"],
                    "GetSitemap" or "GetNewsSitemap" => ["application/xml"],
                    "Stream" => ["text/event-stream"],
                    "ImportArticles" => ["application/x-ndjson"],
                    _ => new[] { "application/json" },
                });
                // What is no JSON has its rules elsewhere; here it has an example.
                Assert.NotNull(type.EndsWith("json", StringComparison.Ordinal) ? media!["schema"]!["$ref"] : media!["example"]);
            }
            else
            {
                Assert.Equal("application/problem+json", type);
                Assert.Equal("#/components/schemas/Problem", media!["schema"]!["$ref"]!.GetValue<string>());
            }
        }
    }

    [Theory]
    [InlineData("delivery")]
    [InlineData("editorial")]
    public void Every_schema_and_every_member_is_described(string face)
    {
        foreach (var (name, schema) in Operations.Document(face)["components"]!["schemas"]!.AsObject())
        {
            Assert.True(schema!["description"] is not null, $"{name} is not described.");
            foreach (var (member, property) in schema["properties"]?.AsObject() ?? [])
            {
                Assert.True(property!["description"] is not null, $"{name}.{member} is not described.");
            }
        }
    }

    private static IEnumerable<string> Expected(Operation operation)
    {
        yield return "400";
        yield return "500";
        yield return "503";
        if (operation.IsByToken)
        {
            yield return "404";
            yield return "429";
            yield break;
        }
        yield return "401";
        if (operation.Face == "editorial")
        {
            yield return "403";
            yield return "429";
        }
        else if (operation.Id is not ("SearchArticles" or "Suggest" or "Sync" or "Stream"))
        {
            yield return "304";
        }
        if (operation.Path.Contains('{'))
        {
            yield return "404";
        }
        if (operation.HasBody)
        {
            yield return "413";
            yield return "415";
            yield return "422";
        }
        if (operation.Parameter("limit") is not null)
        {
            yield return "422";
        }
        if (operation.Parameter("Idempotency-Key") is not null)
        {
            yield return "409";
            yield return "422";
        }
        if (operation.Parameter("If-Match") is not null)
        {
            yield return "409";
            yield return "412";
            yield return "428";
        }
    }

    private static void Words(JsonNode? text) => Assert.True(text?.GetValue<string>() is { Length: > 3 }, "There are no words.");
}
