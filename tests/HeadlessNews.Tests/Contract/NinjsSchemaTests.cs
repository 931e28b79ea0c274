using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Contract;

/// <summary>The check of ninjs answers, checked: what is no ninjs does not pass.</summary>
public sealed class NinjsSchemaTests
{
    private const string NotAtHand = "IPTC's ninjs 3.1 schema is not beside the repository (../shared/ninjs); it is not ours to copy.";

    [Theory]
    [InlineData("""{ "uri": "urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10" }""", null)]
    [InlineData("""{ "uri": "urn:x:1", "urgency": 9, "headlines": [{ "value": "H" }], "firstCreated": "2026-05-04T09:30:00.5Z" }""", null)]
    [InlineData("""{ "uri": "urn:x:1", "associations": [{ "name": "main", "uri": "urn:x:2", "type": "picture" }] }""", null)]
    [InlineData("""{ "uri": "urn:x:1", "rightsInfo": { "linkedRights": "https://rights.example/" } }""", null)]
    [InlineData("{}", "lacks uri")]
    [InlineData("[]", "no object")]
    [InlineData("""{ "uri": "urn:x:1", "headline": "H" }""", "$.headline may not be there")]
    [InlineData("""{ "uri": "no uri" }""", "$.uri is no uri")]
    [InlineData("""{ "uri": "https://media.example/قایق.jpg" }""", "$.uri is no uri")]
    [InlineData("""{ "uri": "urn:x:1", "urgency": 10 }""", "maximum")]
    [InlineData("""{ "uri": "urn:x:1", "urgency": 0 }""", "minimum")]
    [InlineData("""{ "uri": "urn:x:1", "urgency": 1.5 }""", "no integer")]
    [InlineData("""{ "uri": "urn:x:1", "version": 3 }""", "$.version is no string")]
    [InlineData("""{ "uri": "urn:x:1", "expires": null }""", "$.expires is no string")]
    [InlineData("""{ "uri": "urn:x:1", "expires": "2026-05-04" }""", "$.expires is no date-time")]
    [InlineData("""{ "uri": "urn:x:1", "expires": "2026-13-04T09:30:00Z" }""", "$.expires is no date-time")]
    [InlineData("""{ "uri": "urn:x:1", "pubStatus": "withdrawn" }""", "$.pubStatus is not one of")]
    [InlineData("""{ "uri": "urn:x:1", "headlines": [{ "role": "main" }] }""", "$.headlines[0] lacks value")]
    [InlineData("""{ "uri": "urn:x:1", "headlines": [{ "value": "H", "lang": "en" }] }""", "$.headlines[0].lang may not be there")]
    [InlineData("""{ "uri": "urn:x:1", "people": { "name": "P" } }""", "$.people is no array")]
    [InlineData("""{ "uri": "urn:x:1", "associations": [{ "uri": "urn:x:2" }] }""", "$.associations[0] lacks name")]
    [InlineData("""{ "uri": "urn:x:1", "associations": [{ "name": "main", "uri": "urn:x:2", "size": 1 }] }""", "$.associations[0].size may not be there")]
    [InlineData("""{ "uri": "urn:x:1", "rightsInfo": { "linkedRights": "https://r.example/", "encodedRights": "x" } }""", "fits 2")]
    [InlineData("""{ "uri": "urn:x:1", "rightsInfo": {} }""", "fits 0")]
    public void What_breaks_IPTCs_schema_is_found_and_what_keeps_to_it_is_not(string document, string? fault)
    {
        Assert.SkipUnless(NinjsSchema.IsAtHand, NotAtHand);

        var faults = NinjsSchema.Faults(JsonNode.Parse(document)!);

        if (fault is null)
        {
            Assert.Empty(faults);
        }
        else
        {
            Assert.Contains(faults, found => found.Contains(fault, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{ "propertyNames": { "maxLength": 3 } }""")]
    [InlineData("""{ "properties": { "a": { "format": "colour" } } }""")]
    public void A_rule_that_the_check_does_not_know_is_a_fault(string schema) =>
        Assert.NotEmpty(new DraftSchema(JsonNode.Parse(schema)!.AsObject(), _ => null).Faults(JsonNode.Parse("""{ "a": "red" }""")!));
}
