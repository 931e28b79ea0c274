using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Infrastructure;

/// <summary>IPTC's own schema of ninjs 3.1, which stands beside the repository where this is developed; it is not ours to copy.</summary>
internal static class NinjsSchema
{
    private static readonly string Folder = Repository.PathOf("..", "shared", "ninjs");

    private static readonly Lazy<JsonObject> Schema = new(() => Load("ninjs-schema_3.1.json"));

    private static readonly Lazy<JsonObject> GeoJson = new(() => Load("GeoJSON-schema.json"));

    public static bool IsAtHand => File.Exists(Path.Combine(Folder, "ninjs-schema_3.1.json"));

    public static IReadOnlyList<string> Faults(JsonNode document) =>
        new DraftSchema(Schema.Value, uri => uri == "https://geojson.org/schema/GeoJSON.json#" ? GeoJson.Value : null).Faults(document);

    private static JsonObject Load(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();
}
