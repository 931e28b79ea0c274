using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>One operation of a contract.</summary>
internal sealed record Operation(string Face, string Path, string Verb, JsonObject Json)
{
    public string Id => Json["operationId"]!.GetValue<string>();

    public HttpMethod Method => new(Verb.ToUpperInvariant());

    /// <summary>The record kind's place in addresses: articles, authors, ...</summary>
    public string Collection => Path.Split('/')[Face == "editorial" ? 4 : 3];

    public bool IsByToken => Path.EndsWith("{token}", StringComparison.Ordinal);

    /// <summary>A body that is read as a whole: a stream's lines are each refused by themselves.</summary>
    public bool HasBody => Json["requestBody"] is not null && !IsStream;

    public bool IsStream => Json["requestBody"]?["content"]?["application/x-ndjson"] is not null;

    public bool Needs(string parameter) => Parameter(parameter)?["required"]?.GetValue<bool>() == true;

    public JsonObject? Parameter(string name) => (Json["parameters"]?.AsArray() ?? []).FirstOrDefault(each => each!["name"]!.GetValue<string>() == name)?.AsObject();

    /// <summary>The address with this in the place of the id, and of every other; revisions are numbered.</summary>
    public string At(object id) => Regex.Replace(Path, @"\{[^}]+\}", name => name.Value == "{revision}" ? "1" : $"{id}");

    /// <summary>Writes the record itself: no action on it, and nothing appended to it.</summary>
    public bool WritesRecord => HasBody && Path.Split('/').Length <= 6 && Id != "ActOnArticles";
}

/// <summary>Every operation that the committed contracts name, so that a new route is tested from its first day.</summary>
internal static class Operations
{
    public static JsonObject Document(string face) => JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", $"{face}.v1.json")))!.AsObject();

    /// <summary>What takes a key.</summary>
    public static IReadOnlyList<Operation> Editorial { get; } = [.. Of("editorial").Where(operation => !operation.IsByToken)];

    /// <summary>What takes the token in its address for one.</summary>
    public static IReadOnlyList<Operation> ByToken { get; } = [.. Of("editorial").Where(operation => operation.IsByToken)];

    public static IReadOnlyList<Operation> Delivery { get; } = Of("delivery");

    public static IEnumerable<Operation> All => Delivery.Concat(Editorial).Concat(ByToken);

    public static Operation Named(string id) => All.Single(operation => operation.Id == id);

    private static List<Operation> Of(string face) =>
    [
        .. Document(face)["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(verb => new Operation(face, path.Key, verb.Key, verb.Value!.AsObject()))),
    ];
}
