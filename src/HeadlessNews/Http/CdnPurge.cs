using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace HeadlessNews.Http;

/// <summary>How a CDN is told what has changed.</summary>
internal enum PurgeShape
{
    /// <summary>Any that takes a POST with tags in it.</summary>
    Generic,

    /// <summary>Fastly's <c>POST /service/{id}/purge</c>.</summary>
    Fastly,

    /// <summary>Cloudflare's <c>POST /zones/{id}/purge_cache</c>.</summary>
    Cloudflare,
}

/// <summary>The CDN in front, if it is to be told what has changed, and how its answers are named for that.</summary>
internal sealed record CdnPurge : IValidatableObject
{
    public const string Section = "CdnPurge";

    private const string Place = "{tags}";

    /// <summary>Where purges are posted to; nowhere by default. An operator's own word, so it may be a private address.</summary>
    public string? Url { get; init; }

    public PurgeShape Shape { get; init; }

    /// <summary>The header that proves who asks.</summary>
    [RegularExpression("[A-Za-z0-9-]{1,100}")]
    public string HeaderName { get; init; } = "Authorization";

    /// <summary>Its value: a secret.</summary>
    public string? HeaderValue { get; init; }

    /// <summary>The body of a generic purge: where it is JSON, the tags stand in it as an array, else with spaces between.</summary>
    [Required]
    public string Template { get; init; } = """{ "tags": {tags} }""";

    /// <summary>Tags in one request; null for as many as the shape takes.</summary>
    [Range(1, 10_000)]
    public int? MostTags { get; init; }

    /// <summary>Fastly: mark as stale rather than drop.</summary>
    public bool Soft { get; init; }

    public int Most => MostTags ?? Shape switch { PurgeShape.Fastly => 256, PurgeShape.Cloudflare => 30, _ => 100 };

    public bool IsJson => Template.TrimStart() is ['{' or '[', ..] && !Template.TrimStart().StartsWith(Place, StringComparison.Ordinal);

    /// <summary>A generic purge of these tags, which have nothing in them that JSON would have to escape.</summary>
    public string Fill(IReadOnlyCollection<string> tags) =>
        Template.Replace(Place, IsJson ? $"[{string.Join(',', tags.Select(tag => $"\"{tag}\""))}]" : string.Join(' ', tags), StringComparison.Ordinal);

    /// <summary>
    /// What an answer does not show, but would if it changed, by a name that tells nobody what that is: caches in front must let go of it,
    /// too, and readers must not learn what is not published.
    /// </summary>
    public static string Hidden(string tag) => "unseen:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tag)).AsSpan(..12));

    /// <summary>The names under which an answer is purged, to be sent with it.</summary>
    public IEnumerable<string> NamesOf(IEnumerable<string> tags, IEnumerable<string> unseen) => Url is null ? tags : tags.Concat(unseen.Select(Hidden));

    /// <summary>The header that Fastly reads in the place of Cache-Tag, and keeps to itself.</summary>
    public string? SurrogateKeys(IEnumerable<string> names) => Url is not null && Shape == PurgeShape.Fastly ? string.Join(' ', names) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && !(Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return new ValidationResult($"{Section}:Url must be an absolute http or https address.", [nameof(Url)]);
        }
        if (!Template.Contains(Place, StringComparison.Ordinal))
        {
            yield return new ValidationResult($"{Section}:Template must have {Place} in it.", [nameof(Template)]);
        }
        if (Soft && Shape != PurgeShape.Fastly)
        {
            yield return new ValidationResult($"{Section}:Soft is Fastly's alone.", [nameof(Soft)]);
        }
        if (HeaderValue?.Any(char.IsControl) == true)
        {
            yield return new ValidationResult($"{Section}:HeaderValue must be one line.", [nameof(HeaderValue)]);
        }
    }
}
