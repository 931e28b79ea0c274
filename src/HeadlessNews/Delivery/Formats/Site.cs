using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HeadlessNews.Delivery.Formats;

/// <summary>
/// The site that the news is published on, for all that is read away from it. Set, not taken from a request: what a request says its host
/// is could be anything, and answers are kept for everybody.
/// </summary>
internal sealed partial record Site : IValidatableObject
{
    public const string Section = "Site";

    /// <summary>As feeds and search engines print it.</summary>
    [Required, StringLength(200)]
    public string Name { get; init; } = "HeadlessNews";

    /// <summary>The site's home page.</summary>
    [Required]
    public string PublicUrl { get; init; } = "http://localhost:5080";

    /// <summary>An article's page; may name <c>publicUrl</c>, <c>slug</c>, <c>id</c>, and <c>year</c>, <c>month</c>, <c>day</c> of publication (UTC), in braces.</summary>
    [Required]
    public string ArticleUrlTemplate { get; init; } = "{publicUrl}/articles/{slug}";

    /// <summary>Where this service answers, as the public sees it; the site's own address unless it is said.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>As it goes into documents: with nothing but ASCII in it. No property, since whoever checks the settings reads all of these.</summary>
    public string UrlOfHome() => WebAddress.Ascii(PublicUrl);

    public string UrlOf(string slug, Guid id, DateTimeOffset publishedAt) => WebAddress.Ascii(Fill(slug, id, publishedAt));

    /// <summary>The public address of one of this service's own routes.</summary>
    public string UrlOfApi(string pathAndQuery) => WebAddress.Ascii((ApiUrl ?? PublicUrl).TrimEnd('/') + pathAndQuery);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!WebAddress.IsOne(PublicUrl))
        {
            yield return new ValidationResult("Site:PublicUrl must be an absolute http or https address.", [nameof(PublicUrl)]);
        }
        if (ApiUrl is not null && !WebAddress.IsOne(ApiUrl))
        {
            yield return new ValidationResult("Site:ApiUrl must be an absolute http or https address.", [nameof(ApiUrl)]);
        }
        var names = Placeholder().Matches(ArticleUrlTemplate).Select(match => match.Groups[1].Value).ToList();
        if (names.Except(["publicUrl", "slug", "id", "year", "month", "day"]).FirstOrDefault() is { } unknown)
        {
            yield return new ValidationResult($"Site:ArticleUrlTemplate cannot be filled: nothing is called {{{unknown}}}.", [nameof(ArticleUrlTemplate)]);
        }
        else if (!names.Contains("slug") && !names.Contains("id"))
        {
            yield return new ValidationResult("Site:ArticleUrlTemplate must contain {slug} or {id}, or all articles would have one address.", [nameof(ArticleUrlTemplate)]);
        }
        else if (!WebAddress.IsOne(Fill("slug", Guid.Empty, DateTimeOffset.UnixEpoch)))
        {
            yield return new ValidationResult("Site:ArticleUrlTemplate must give absolute http or https addresses.", [nameof(ArticleUrlTemplate)]);
        }
    }

    private string Fill(string slug, Guid id, DateTimeOffset publishedAt) => Placeholder().Replace(ArticleUrlTemplate, match => match.Groups[1].Value switch
    {
        "publicUrl" => PublicUrl.TrimEnd('/'),
        "slug" => Uri.EscapeDataString(slug),
        "id" => id.ToString(),
        "year" => publishedAt.UtcDateTime.ToString("yyyy", CultureInfo.InvariantCulture),
        "month" => publishedAt.UtcDateTime.ToString("MM", CultureInfo.InvariantCulture),
        "day" => publishedAt.UtcDateTime.ToString("dd", CultureInfo.InvariantCulture),
        _ => match.Value,
    });

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}

/// <summary>Addresses of the web. Ours may have letters of any script; formats that ask for a URI (RFC 3986) take ASCII alone.</summary>
internal static class WebAddress
{
    public static bool IsOne(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    public static string Ascii(string address)
    {
        var uri = new Uri(address, UriKind.Absolute);
        return uri.Host.All(char.IsAscii) ? uri.AbsoluteUri : new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;
    }
}
