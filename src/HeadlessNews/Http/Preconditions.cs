using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace HeadlessNews.Http;

/// <summary>
/// The version a client read before it writes (RFC 9110, If-Match). Without it one editor's save could silently undo another's.
/// </summary>
internal sealed class Precondition
{
    private readonly IList<EntityTagHeaderValue> tags;

    private Precondition(IList<EntityTagHeaderValue> tags) => this.tags = tags;

    /// <summary>Null when the record is still at a version the client knows; else the refusal, with the present ETag.</summary>
    public ProblemDetails? Check(int version, HttpContext http)
    {
        var current = EntityTag.Of(version);
        // Strong comparison: a weak tag never matches (RFC 9110, section 13.1.1).
        if (tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
        {
            return null;
        }
        http.Response.Headers.ETag = current.ToString();
        return Problems.Stale(version);
    }

    public static ValueTask<Precondition?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var rule = context.GetEndpoint()?.Metadata.GetMetadata<IfMatchRule>() ?? new IfMatchRule(AnyIsAllowed: false);
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            throw new ProblemException(Problems.PreconditionRequired("Send If-Match with the ETag of the version you read, such as `If-Match: \"3\"`."));
        }
        if (!EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var tags) || tags.Count == 0)
        {
            throw new ProblemException(Problems.BadParameter("If-Match", "must be an ETag in quotes, such as \"3\""));
        }
        if (!rule.AnyIsAllowed && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any)))
        {
            throw new ProblemException(Problems.PreconditionRequired(
                "`If-Match: *` would overwrite whatever another editor has saved; send the ETag of the version you read."));
        }
        return ValueTask.FromResult<Precondition?>(new Precondition(tags));
    }
}

/// <summary>Marks a route that demands If-Match, for binding and for the contract.</summary>
internal sealed record IfMatchRule(bool AnyIsAllowed);

internal static class Preconditions
{
    /// <summary>The write needs the ETag of the version that was read; <c>*</c> is refused.</summary>
    public static RouteHandlerBuilder RequireIfMatch(this RouteHandlerBuilder route) => route.WithMetadata(new IfMatchRule(AnyIsAllowed: false));

    /// <summary>As above, but <c>*</c> is taken: the action is the same whatever the content.</summary>
    public static RouteHandlerBuilder RequireIfMatchOrAny(this RouteHandlerBuilder route) => route.WithMetadata(new IfMatchRule(AnyIsAllowed: true));

    public static void SetEntityTag(this HttpResponse response, int version) => response.Headers.ETag = EntityTag.Of(version).ToString();
}

internal static class EntityTag
{
    public static EntityTagHeaderValue Of(int version) => new($"\"{version}\"");
}
