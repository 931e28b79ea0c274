using System.Text.RegularExpressions;

namespace HeadlessNews.Http;

/// <summary>Marks a POST that may be named by its client, for the contract and for what keeps its answer.</summary>
internal sealed record TakesIdempotencyKey;

/// <summary>Marks a POST whose answer cannot be kept, and says why.</summary>
internal sealed record NoIdempotencyKey(string Because);

/// <summary>
/// The name a client gives a POST, so that it can be sent again without being done again (draft-ietf-httpapi-idempotency-key-header).
/// </summary>
internal static partial class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";
    public const string Rule = "must be 1 to 255 visible ASCII characters in quotes, such as \"b1946ac9\", or without them, and then without commas, quotes and backslashes";

    /// <summary>In quotes a structured field's string (RFC 9651, section 3.3.3) without spaces; the bare form is what most clients send.</summary>
    public const string Pattern = Key + "$";

    private const string Key = """^("([!#-\[\]-~]|\\["\\]){1,255}"|[!#-+\x2D-\[\]-~]{1,255})""";

    public static RouteHandlerBuilder TakesNoIdempotencyKey(this RouteHandlerBuilder route, string because) =>
        route.WithMetadata(new NoIdempotencyKey(because), new Remark($"Takes no `{Header}` (400): {because}."));

    /// <summary>Every POST of the group takes one, but for those that say why not: a new route cannot forget it.</summary>
    public static void TakeIdempotencyKeys(this IEndpointConventionBuilder routes) => routes.Finally(endpoint =>
    {
        if (endpoint.Metadata.OfType<HttpMethodMetadata>().Any(methods => methods.HttpMethods.Contains(HttpMethods.Post))
            && !endpoint.Metadata.OfType<NoIdempotencyKey>().Any())
        {
            endpoint.Metadata.Add(new TakesIdempotencyKey());
        }
    });

    /// <summary>The key that a request to this route was given; null where it was given none.</summary>
    /// <exception cref="ProblemException">It cannot be read, or the route takes none.</exception>
    public static string? Of(HttpContext http)
    {
        var header = http.Request.Headers[Header];
        var metadata = http.GetEndpoint()?.Metadata;
        if (header.Count == 0 || metadata is null)
        {
            return null;
        }
        if (metadata.GetMetadata<NoIdempotencyKey>() is { } exempt)
        {
            // Silence would let the client believe that it may send this twice.
            throw new ProblemException(Problems.BadParameter(Header, $"is not taken here: {exempt.Because}"));
        }
        if (metadata.GetMetadata<TakesIdempotencyKey>() is null)
        {
            return null;
        }
        return Read(header.Count == 1 ? header[0] : null) ?? throw new ProblemException(Problems.BadParameter(Header, Rule));
    }

    /// <summary>The key, the same with quotes or without; null for what is none.</summary>
    public static string? Read(string? header) =>
        header is null || !Form().IsMatch(header) ? null
        : header[0] == '"' ? Escaped().Replace(header[1..^1], "$1")
        : header;

    [GeneratedRegex(Key + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex("""\\(["\\])""")]
    private static partial Regex Escaped();
}
