using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>What the formats have in common.</summary>
internal static class Formatted
{
    /// <summary>In these formats what has no value is not there; null is no value of theirs.</summary>
    public static readonly JsonSerializerOptions Sparse = new(Json.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>As <see cref="Sparse"/>, and safe inside a page's script element: no letter in it can close the element.</summary>
    public static readonly JsonSerializerOptions InHtml = new(Sparse) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>The id that never changes, as a URI (RFC 9562).</summary>
    public static string Urn(Guid id) => $"urn:uuid:{id}";

    /// <summary>Null in place of nothing, which the formats leave out.</summary>
    public static IReadOnlyList<T>? OrNull<T>(this IEnumerable<T> items) => items.ToArray() is { Length: > 0 } some ? some : null;
}
