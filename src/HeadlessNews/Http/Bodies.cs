using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>JSON, a record a line. No standard has its type; this is the one in use.</summary>
internal static class Ndjson
{
    public const string ContentType = "application/x-ndjson";
}

internal static class AcceptedBodies
{
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>
    /// The framework lets routing refuse a wrong content type, which is before authentication. Without its metadata the refusal
    /// (415) comes from binding instead, after 401 and 403.
    /// </summary>
    public static void CheckContentTypeAfterAuthorization(this IEndpointConventionBuilder routes) => routes.Finally(endpoint =>
    {
        foreach (var accepts in endpoint.Metadata.OfType<IAcceptsMetadata>().ToArray())
        {
            endpoint.Metadata.Remove(accepts);
            endpoint.Metadata.Add(new AcceptedBody(accepts.RequestType, accepts.ContentTypes, accepts.IsOptional));
        }
    });

    /// <summary>
    /// Stricter than binding, which would take every type that ends in +json, and throw at a charset it has never heard of: JSON is
    /// UTF-8 (RFC 8259, section 8.1).
    /// </summary>
    public static void UseContentTypeChecks(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AcceptedBody>() is { } accepted
            && (!IsAccepted(context.Request.ContentType, accepted) || context.Request.Headers.ContentEncoding.Count > 0))
        {
            throw new ProblemException(Problems.UnsupportedMediaType(accepted.Types[0]));
        }
        return next(context);
    });

    public static string Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AcceptedBody>()?.Types[0] ?? AcceptedBody.Json;

    private static bool IsAccepted(string? contentType, AcceptedBody accepted) =>
        MediaTypeHeaderValue.TryParse(contentType, out var sent)
        && accepted.Types.Any(type => sent.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        && (!sent.Charset.HasValue || HeaderUtilities.RemoveQuotes(sent.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a route's body is, for the contract.</summary>
internal sealed record AcceptedBody(Type? Type, IReadOnlyList<string> ContentTypes, bool IsOptional)
{
    public const string Json = "application/json";

    /// <summary>At least one: a route that names none takes JSON.</summary>
    public IReadOnlyList<string> Types => ContentTypes is [] ? [Json] : ContentTypes;
}

/// <summary>A JSON Merge Patch (RFC 7396) of a request record: members it does not name stay, null takes a value away.</summary>
internal sealed class MergePatch<TRequest> : IEndpointParameterMetadataProvider where TRequest : class
{
    private readonly JsonObject patch;

    private MergePatch(JsonObject patch) => this.patch = patch;

    /// <summary>The request that a PUT would have sent.</summary>
    /// <exception cref="ProblemException">The merged record cannot be read.</exception>
    public TRequest ApplyTo(TRequest current)
    {
        var merged = Merge(JsonSerializer.SerializeToNode(current, Json.Options), patch);
        try
        {
            return merged.Deserialize<TRequest>(Json.Options)!;
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(ProblemHandling.ForJson(malformed));
        }
    }

    public static async ValueTask<MergePatch<TRequest>?> BindAsync(HttpContext context)
    {
        try
        {
            // Read as the record first: a member that is unknown, or of the wrong type, is refused before the record is even looked up.
            var sent = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, Json.Options, context.RequestAborted);
            if (sent.ValueKind != JsonValueKind.Object)
            {
                throw new ProblemException(Problems.Malformed("A merge patch is a JSON object."));
            }
            sent.Deserialize<TRequest>(Json.Options);
            return new MergePatch<TRequest>(JsonObject.Create(sent)!);
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(ProblemHandling.ForJson(malformed));
        }
    }

    public static void PopulateMetadata(System.Reflection.ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptedBody(typeof(TRequest), [AcceptedBodies.MergePatch, AcceptedBody.Json], IsOptional: false));

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }
        var result = target is JsonObject record ? record.DeepClone().AsObject() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Merge(result[name], value);
            }
        }
        return result;
    }
}
