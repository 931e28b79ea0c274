using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>An item as an agency sends it, with everything in it that ninjs has a place for.</summary>
internal static class NinjsItem
{
    public const string Text =
        """
        {
          "uri": "http://agency.example/item/2026-01-20/4711", "standard": { "name": "ninjs", "version": "3.1" }, "type": "text", "representationType": "full",
          "version": "2", "firstCreated": "2026-01-20T08:00:00Z", "versionCreated": "2026-01-20T09:30:00+01:00", "contentCreated": "2026-01-20T07:55:00Z",
          "pubStatus": "usable", "urgency": 3, "copyrightHolder": "Agency Ltd", "copyrightNotice": "© 2026 Agency", "usageTerms": "Until further notice.",
          "edNote": "Quotes translated.", "language": "en-GB", "located": "MARROW BAY", "by": "By Ines Calloway", "title": "Not this",
          "headlines": [{ "role": "kicker", "value": "Ports" }, { "role": "main", "contentType": "text/html", "value": "Harbour &amp; <i>tide</i>\nmeet" }],
          "descriptions": [{ "role": "correction", "value": "Not this." }, { "role": "summary", "contentType": "text/plain", "value": "What the tide brought." }],
          "bodies": [
            { "role": "main", "contentType": "text/plain", "charCount": 9, "value": "In plain." },
            { "role": "main", "contentType": "text/html", "value": "<p>The tide <strong>came in</strong>.</p><script>alert(1)</script>" }],
          "people": [{ "name": "Inès Calloway", "rel": "http://cv.example/rel/author" }, { "name": "Mayor Lindqvist", "rel": "about" }],
          "organisations": [{ "name": "Port Authority", "rel": "about", "symbols": [{ "symbol": "PORT" }] }, { "name": "Agency staff", "rel": "creator" }],
          "places": [{ "name": "Marrow Bay", "geoJSON": { "type": "Point", "coordinates": [1, 2] } }],
          "subjects": [{ "name": "Wirtschaft", "uri": "http://cv.iptc.org/newscodes/mediatopic/04000000", "relevance": 90 }, { "name": "economy", "uri": "medtop:04000000" }, { "name": "Tides" }],
          "infoSources": [{ "name": "Agency desk", "role": "supplier" }],
          "genres": [{ "name": "Interview", "uri": "http://cv.example/genre/interview" }],
          "altIds": [{ "role": "sourceUrl", "value": "https://agency.example/4711" }],
          "associations": [{ "name": "main", "uri": "http://agency.example/p/1", "type": "picture", "by": "Photo: Dray", "descriptions": [{ "role": "alt", "value": "The tide" }],
            "renditions": [{ "name": "thumb", "href": "https://agency.example/t.jpg" }, { "name": "original", "href": "https://agency.example/o.jpg" }] }],
          "trustIndicators": [{ "role": "x", "title": "y", "href": "https://agency.example/trust" }], "somethingNew": { "a": [1, null] }
        }
        """;

    public static string Changed(string uri, Action<JsonObject>? change = null)
    {
        var item = JsonNode.Parse(Text)!.AsObject();
        item["uri"] = $"http://agency.example/{uri}";
        change?.Invoke(item);
        return item.ToJsonString();
    }

    /// <summary>The content type says what the parameter says: both, by turns.</summary>
    public static async Task<List<JsonObject>> ImportNinjs(this NewsApp app, string item, string query) =>
        query.Length % 2 == 0
            ? await app.Editor.Import(item.ReplaceLineEndings(" "), query, "application/ninjs+json")
            : await app.Editor.Import(item.ReplaceLineEndings(" "), query + "&format=ninjs");
}
