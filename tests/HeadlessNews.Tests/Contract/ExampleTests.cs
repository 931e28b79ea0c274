using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using HeadlessNews.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Contract;

/// <summary>A service with the demo content that the contract's examples speak of.</summary>
public sealed class WithDemoContent(TestPostgres postgres) : NewsApp(postgres)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Bootstrap:DemoContent", "true")];
}

public sealed class ExampleTests(WithDemoContent app) : IClassFixture<WithDemoContent>
{
    public static TheoryData<string> WithBody => [.. Operations.Editorial.Where(operation => operation.HasBody).Select(operation => operation.Id)];

    public static TheoryData<string> Creations => [.. Operations.Editorial.Where(operation => operation.Id.StartsWith("Create", StringComparison.Ordinal)).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(WithBody))]
    public void The_example_of_a_body_keeps_to_its_schema_and_to_our_validators(string operationId)
    {
        foreach (var (type, media) in Operations.Named(operationId).Json["requestBody"]!["content"]!.AsObject())
        {
            var example = ExampleOf(media!);
            Assert.True(example is not null, $"{operationId} has no example as {type}.");
            var document = Operations.Document("editorial");
            var schema = media!["schema"]!;
            if (schema["$ref"] is { } reference)
            {
                var faults = new List<string>();
                using var json = JsonDocument.Parse(example!.ToJsonString());
                new SchemaCheck(document).Check(schema, json.RootElement, "$", faults);
                Assert.Empty(faults);
                Assert.Empty(BrokenRules(reference.GetValue<string>().Split('/')[^1], example));
            }
            else
            {
                // A patch names some members of the record that it says.
                var record = schema["description"]!.GetValue<string>().Split(' ').Select(word => word.Trim(';', '.')).Single(word => word.EndsWith("Request", StringComparison.Ordinal));
                var members = document["components"]!["schemas"]![record]!["properties"]!.AsObject().Select(member => member.Key);
                Assert.NotEmpty(example!.AsObject());
                Assert.Subset(members.ToHashSet(), example.AsObject().Select(member => member.Key).ToHashSet());
            }
        }
    }

    [Theory]
    [InlineData("delivery")]
    [InlineData("editorial")]
    public void The_example_of_a_member_keeps_to_its_schema(string face)
    {
        var document = Operations.Document(face);
        var seen = 0;
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            foreach (var (member, property) in schema!["properties"]?.AsObject() ?? [])
            {
                foreach (var example in property!["examples"]?.AsArray() ?? [])
                {
                    var faults = new List<string>();
                    using var json = JsonDocument.Parse(example?.ToJsonString() ?? "null");
                    new SchemaCheck(document).Check(property, json.RootElement, $"{name}.{member}", faults);
                    Assert.Empty(faults);
                    seen++;
                }
            }
        }
        Assert.True(seen > 20, $"Only {seen} examples were seen.");
    }

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task The_example_of_a_new_record_works_as_it_stands(string operationId)
    {
        var operation = Operations.Named(operationId);
        using var response = await app.Admin.Send(operation.Method, operation.Path, ExampleOf(operation.Json["requestBody"]!["content"]!["application/json"]!)!.ToJsonString());

        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_example_article_is_created_published_and_read_as_it_stands()
    {
        var operation = Operations.Named("CreateArticle");
        var example = ExampleOf(operation.Json["requestBody"]!["content"]!["application/json"]!)!;
        using var created = await app.Editor.Send(operation.Method, operation.Path, example.ToJsonString());
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        var article = JsonNode.Parse(await created.Content.ReadAsStringAsync())!;

        using var published = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article["id"]}/publish", ifMatch: "\"1\"");

        Assert.True(published.StatusCode == HttpStatusCode.OK, await published.Content.ReadAsStringAsync());
        var read = await app.Reader.GetJson($"/api/v1/articles/{article["slug"]}");
        Assert.Equal(example["headline"]!.ToString(), read["headline"]!.ToString());
        Assert.Equal(example["summary"]!.ToString(), read["summary"]!.ToString());
        Assert.Equal(example["authors"]!.AsArray().Select(slug => slug!.ToString()), read["authors"]!.AsArray().Select(author => author!["slug"]!.ToString()));
        Assert.Equal(example["tags"]!.AsArray().Select(slug => slug!.ToString()), read["tags"]!.AsArray().Select(tag => tag!["slug"]!.ToString()));
        Assert.DoesNotContain(example["internalNote"]!.ToString(), read.ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonNode? ExampleOf(JsonNode media) => media["example"] ?? media["schema"]!["examples"]?[0];

    private IEnumerable<string> BrokenRules(string request, JsonNode example)
    {
        var type = typeof(Problems).Assembly.GetTypes().Single(candidate => candidate.Name == request);
        var body = example.Deserialize(type, Json.Options)!;
        var validator = (IValidator)app.Services.GetService(typeof(IValidator<>).MakeGenericType(type))!;
        return validator.Validate(new ValidationContext<object>(body)).Errors.Select(error => error.ToString());
    }
}
