using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Records;

public sealed class NamedRecordFieldsTests(NewsApp app) : IClassFixture<NewsApp>
{
    public static TheoryData<string> Collections => ["authors", "sources", "tags"];

    [Theory]
    [MemberData(nameof(Collections))]
    public async Task Every_field_survives_create_put_patch_and_read_to_the_last_character(string collection)
    {
        var parent = await app.Editor.CreateTag($"Parent of fields of {collection}");
        var first = Full(collection, parent.Slug, Samples.Persian, Samples.Arabic);
        var second = Full(collection, parent.Slug, Samples.Combining, Samples.Markup);
        second["slug"] = $"دوم-{collection}";

        var created = await app.Editor.Create(collection, first);
        await AssertReads(collection, created.Id, first);
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/{collection}/{created.Id}", second, created.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await AssertReads(collection, created.Id, second);

        var optional = second.Select(member => member.Key).Where(name => name is not ("slug" or "name" or "kind")).ToList();
        var record = created with { ETag = put.Headers.ETag!.ToString() };
        foreach (var name in optional)
        {
            record = await app.Editor.Patch(collection, record, new JsonObject { [name] = null });
            Assert.True(record.Json[name] is null or JsonArray { Count: 0 } || record.Json[name] is JsonObject rights && rights.All(right => right.Value is null),
                $"{name} is {record.Json[name]?.ToJsonString()}");
            record = await app.Editor.Patch(collection, record, new JsonObject { [name] = first[name]!.DeepClone() });
            second[name] = first[name]!.DeepClone();
            await AssertReads(collection, created.Id, second);
        }
        using var bare = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/{collection}/{created.Id}",
            new JsonObject { ["name"] = Samples.Emoji, ["kind"] = first["kind"]!.DeepClone() }, record.ETag);
        var json = JsonNode.Parse(await bare.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal((Samples.Emoji, $"دوم-{collection}"), (json["name"]!.GetValue<string>(), json["slug"]!.GetValue<string>()));
        Assert.All(optional.Except(["links", "aliases", "rights"]), name => Assert.Null(json[name]));
        var saves = 3 + 2 * optional.Count;
        Assert.Equal(Enumerable.Repeat($"{collection.TrimEnd('s')}.changed", saves), await app.Events(created.Id));
        Assert.Equal(saves, json["version"]!.GetValue<int>());
    }

    private async Task AssertReads(string collection, Guid id, JsonObject request)
    {
        var json = await app.Editor.GetJson($"/api/v1/editorial/{collection}/{id}");
        foreach (var (name, value) in request)
        {
            var read = name == "parent" ? json[name]?["slug"] : json[name];
            Assert.True(JsonNode.DeepEquals(value, read), $"{name}: expected {value?.ToJsonString()}, got {read?.ToJsonString()}");
        }
    }

    private static JsonObject Full(string collection, string parent, string one, string two) => collection switch
    {
        "authors" => new()
        {
            ["slug"] = "full-author",
            ["name"] = one,
            ["kind"] = "organization",
            ["role"] = two,
            ["bio"] = $"{one}\r\n{two}",
            ["avatarUrl"] = "https://media.example/a.jpg?b=1&c=%D9%85",
            ["email"] = "staff+desk@example.org",
            ["links"] = new JsonArray(
                new JsonObject { ["label"] = two, ["url"] = "https://a.example/?x=1" }, new JsonObject { ["label"] = null, ["url"] = "http://b.example" }),
        },
        "sources" => new()
        {
            ["slug"] = "full-source",
            ["name"] = one,
            ["kind"] = "syndicated",
            ["homepageUrl"] = "https://north-quay.example/?a=1#b",
            ["language"] = "fa-IR",
            ["country"] = "IR",
            ["rights"] = new JsonObject
            {
                ["copyrightHolder"] = one,
                ["copyrightYear"] = 1999,
                ["copyrightNotice"] = $"© {two}",
                ["usageTerms"] = $"{one}\r\n{two}",
                ["redistribution"] = "prohibited",
            },
        },
        _ => new()
        {
            ["slug"] = "full-tag",
            ["name"] = one,
            ["kind"] = "series",
            ["description"] = $"{one}\r\n{two}",
            ["parent"] = parent,
            ["mediaTopic"] = "medtop:04000000",
            ["aliases"] = Samples.ArrayOf(two, one),
        },
    };
}
