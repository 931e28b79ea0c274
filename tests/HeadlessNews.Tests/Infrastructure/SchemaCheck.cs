using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>
/// JSON Schema as far as our contracts use it. A keyword it does not know is a fault, so that nothing passes unchecked; an object with
/// members it does not declare is one too, unless it says that it is open.
/// </summary>
internal sealed class SchemaCheck(JsonObject document)
{
    public void Check(JsonNode schema, JsonElement value, string path, List<string> faults)
    {
        foreach (var (keyword, rule) in schema.AsObject())
        {
            switch (keyword)
            {
                case "description" or "examples" or "example" or "default" or "required" or "readOnly" or "title":
                    break;
                case "$ref":
                    Check(Resolve(rule!.GetValue<string>()), value, path, faults);
                    break;
                case "type":
                    var types = rule is JsonArray several ? several.Select(type => type!.GetValue<string>()).ToList() : [rule!.GetValue<string>()];
                    if (!types.Any(type => IsOf(type, value)))
                    {
                        faults.Add($"{path} is {value.ValueKind}, not {string.Join(" or ", types)}");
                    }
                    break;
                case "properties" or "additionalProperties":
                    if (keyword == "properties" || schema["properties"] is null)
                    {
                        CheckMembers(schema.AsObject(), value, path, faults);
                    }
                    break;
                case "items":
                    foreach (var (item, index) in Items(value).Select((item, index) => (item, index)))
                    {
                        Check(rule!, item, $"{path}[{index}]", faults);
                    }
                    break;
                case "allOf":
                    foreach (var part in rule!.AsArray())
                    {
                        Check(part!, value, path, faults);
                    }
                    break;
                case "oneOf":
                    var fits = rule!.AsArray().Count(part => Faults(part!, value, path).Count == 0);
                    if (fits != 1)
                    {
                        faults.Add($"{path} fits {fits} of its alternatives: {string.Join("; ", rule.AsArray().SelectMany(part => Faults(part!, value, path)))}");
                    }
                    break;
                case "enum":
                    if (!rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, JsonNode.Parse(value.GetRawText()))))
                    {
                        faults.Add($"{path} is {value.GetRawText()}, not one of {rule.ToJsonString()}");
                    }
                    break;
                case "format":
                    if (value.ValueKind != JsonValueKind.Null && !HasFormat(rule!.GetValue<string>(), value))
                    {
                        faults.Add($"{path} is {value.GetRawText()}, no {rule.GetValue<string>()}");
                    }
                    break;
                case "minLength" or "maxLength" or "pattern" or "minimum" or "maximum" or "maxItems":
                    if (value.ValueKind != JsonValueKind.Null && !IsWithin(keyword, rule!, value))
                    {
                        faults.Add($"{path} breaks {keyword} {rule!.ToJsonString()}");
                    }
                    break;
                default:
                    faults.Add($"{path} has the schema keyword {keyword}, which this check does not know");
                    break;
            }
        }
    }

    private List<string> Faults(JsonNode schema, JsonElement value, string path)
    {
        var faults = new List<string>();
        Check(schema, value, path, faults);
        return faults;
    }

    private void CheckMembers(JsonObject schema, JsonElement value, string path, List<string> faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        var properties = schema["properties"]?.AsObject() ?? [];
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!value.TryGetProperty(required!.GetValue<string>(), out _))
            {
                faults.Add($"{path} lacks {required}");
            }
        }
        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetPropertyValue(member.Name, out var declared))
            {
                Check(declared!, member.Value, $"{path}.{member.Name}", faults);
            }
            else if (schema["additionalProperties"] is JsonObject others)
            {
                Check(others, member.Value, $"{path}.{member.Name}", faults);
            }
            else if (!IsOpen(schema))
            {
                faults.Add($"{path} has the undeclared member {member.Name}");
            }
        }
    }

    /// <summary>Only the problem schema is open: types of problems have members of their own.</summary>
    private bool IsOpen(JsonObject schema) => ReferenceEquals(schema, document["components"]!["schemas"]!["Problem"]);

    private JsonNode Resolve(string reference) =>
        reference["#/".Length..].Split('/').Aggregate((JsonNode)document, (node, part) => node[part] ?? throw new InvalidOperationException($"No {reference}."));

    private static IEnumerable<JsonElement> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private static bool HasFormat(string format, JsonElement value) => format switch
    {
        "uuid" => value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out _),
        "date-time" => value.ValueKind == JsonValueKind.String
            && Regex.IsMatch(value.GetString()!, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$"),
        "date" => value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", out _),
        "int32" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "int64" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "email" => value.ValueKind == JsonValueKind.String && value.GetString()!.Contains('@'),
        _ => false,
    };

    private static bool IsWithin(string keyword, JsonNode rule, JsonElement value) => keyword switch
    {
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetValue<int>(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetValue<int>(),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetValue<string>()),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetValue<int>(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= double.Parse(rule.ToString(), CultureInfo.InvariantCulture),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= double.Parse(rule.ToString(), CultureInfo.InvariantCulture),
        _ => false,
    };
}
