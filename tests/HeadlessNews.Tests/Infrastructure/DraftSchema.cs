using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>
/// JSON Schema draft 2020-12 as far as others' schemas use it that our documents are held against. Strict: a keyword or a format that it
/// does not know is a fault, so that nothing passes unchecked.
/// </summary>
internal sealed class DraftSchema(JsonObject root, Func<string, JsonObject?> other)
{
    public IReadOnlyList<string> Faults(JsonNode document)
    {
        var faults = new List<string>();
        Check(root, document, "$", faults);
        return faults;
    }

    /// <returns>The members of an object that the schema has looked at, for <c>unevaluatedProperties</c>.</returns>
    private HashSet<string> Check(JsonNode schema, JsonNode? value, string path, List<string> faults)
    {
        var seen = new HashSet<string>();
        if (schema is JsonValue whole)
        {
            if (!whole.GetValue<bool>())
            {
                faults.Add($"{path} may not be there");
            }
            return seen;
        }
        var rules = schema.AsObject();
        foreach (var (keyword, rule) in rules)
        {
            switch (keyword)
            {
                case "$schema" or "$id" or "$defs" or "title" or "description" or "unevaluatedProperties":
                    break;
                case "$ref":
                    seen.UnionWith(Check(Resolve(rule!.GetValue<string>()), value, path, faults));
                    break;
                case "type":
                    if (!IsOf(rule!.GetValue<string>(), value))
                    {
                        faults.Add($"{path} is no {rule}");
                    }
                    break;
                case "properties":
                    foreach (var (name, declared) in rule!.AsObject())
                    {
                        if (value is JsonObject holder && holder.TryGetPropertyValue(name, out var member))
                        {
                            seen.Add(name);
                            Check(declared!, member, $"{path}.{name}", faults);
                        }
                    }
                    break;
                case "additionalProperties":
                    foreach (var (name, member) in value as JsonObject ?? [])
                    {
                        if (rules["properties"]?.AsObject().ContainsKey(name) != true)
                        {
                            seen.Add(name);
                            Check(rule!, member, $"{path}.{name}", faults);
                        }
                    }
                    break;
                case "required":
                    faults.AddRange(rule!.AsArray().Where(name => value is JsonObject owner && !owner.ContainsKey(name!.GetValue<string>())).Select(name => $"{path} lacks {name}"));
                    break;
                case "items":
                    foreach (var (item, index) in (value as JsonArray ?? []).Select((item, index) => (item, index)))
                    {
                        Check(rule!, item, $"{path}[{index}]", faults);
                    }
                    break;
                case "anyOf" or "oneOf":
                    seen.UnionWith(CheckAlternatives(keyword, rule!.AsArray(), value, path, faults));
                    break;
                case "enum":
                    if (!rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)))
                    {
                        faults.Add($"{path} is not one of {rule.ToJsonString()}");
                    }
                    break;
                case "pattern":
                    if (value?.GetValueKind() == JsonValueKind.String && !Regex.IsMatch(value.GetValue<string>(), rule!.GetValue<string>(), RegexOptions.ECMAScript))
                    {
                        faults.Add($"{path} does not match {rule}");
                    }
                    break;
                case "minimum" or "maximum":
                    if (value?.GetValueKind() == JsonValueKind.Number && Number(value).CompareTo(Number(rule!)) * (keyword == "minimum" ? 1 : -1) < 0)
                    {
                        faults.Add($"{path} is beyond {keyword} {rule}");
                    }
                    break;
                case "format":
                    if (value?.GetValueKind() == JsonValueKind.String && !HasFormat(rule!.GetValue<string>(), value.GetValue<string>()))
                    {
                        faults.Add($"{path} is no {rule}");
                    }
                    break;
                default:
                    faults.Add($"{path} has the schema keyword {keyword}, which this check does not know");
                    break;
            }
        }
        if (rules["unevaluatedProperties"] is { } others)
        {
            foreach (var (name, member) in value as JsonObject ?? [])
            {
                if (seen.Add(name))
                {
                    Check(others, member, $"{path}.{name}", faults);
                }
            }
        }
        return seen;
    }

    private HashSet<string> CheckAlternatives(string keyword, JsonArray alternatives, JsonNode? value, string path, List<string> faults)
    {
        var seen = new HashSet<string>();
        var fits = 0;
        foreach (var alternative in alternatives)
        {
            var own = new List<string>();
            var looked = Check(alternative!, value, path, own);
            if (own.Count == 0)
            {
                fits++;
                seen.UnionWith(looked);
            }
        }
        if (fits == 0 || (keyword == "oneOf" && fits > 1))
        {
            faults.Add($"{path} fits {fits} of its alternatives");
        }
        return seen;
    }

    private JsonNode Resolve(string reference) =>
        reference.StartsWith("#/", StringComparison.Ordinal)
            ? reference[2..].Split('/').Aggregate((JsonNode)root, (node, part) => node[part] ?? throw new InvalidOperationException($"No {reference}."))
            : other(reference) ?? throw new InvalidOperationException($"No {reference}.");

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number)
            or ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => decimal.IsInteger(Number(value!)),
        _ => false,
    };

    private static decimal Number(JsonNode value) => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool HasFormat(string format, string value) => format switch
    {
        "date-time" => Regex.IsMatch(value, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})\z") && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _),
        // RFC 3986: a scheme, and no letter that has to be written otherwise.
        "uri" => Regex.IsMatch(value, @"^[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+\z"),
        _ => false,
    };
}
