using System.Net;
using System.Security.Claims;
using HeadlessNews.Http;
using HeadlessNews.Log;

namespace HeadlessNews.Access;

/// <summary>A key that was sent and did not open anything; its id when it is one of ours.</summary>
internal sealed record FailedKey(RefusalKind Why, Guid? Id);

/// <summary>
/// Looks at the answers that go out, whoever refused, and notes for the audit which keys failed, which permissions were refused and who
/// was held up. Who sends no key at all is not noted: that is a visitor, not an attempt.
/// </summary>
internal static class NoteRefusals
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static void UseRefusalNotes(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
            && Of(context) is { } refusal)
        {
            context.RequestServices.GetRequiredService<Refusals>().Note(refusal);
        }
    });

    /// <summary>The caller's address in one spelling: a server that listens on both protocols sees IPv4 as IPv6.</summary>
    public static IPAddress? CallerAddress(this HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        // Without its zone, which the database does not keep.
        var address => new IPAddress(address.GetAddressBytes()),
    };

    private static Refusal? Of(HttpContext http)
    {
        var failed = http.Items[typeof(FailedKey)] as FailedKey;
        return http.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => failed is null ? null : About(http, failed.Why, NameOf(failed)),
            StatusCodes.Status403Forbidden => About(http, RefusalKind.Forbidden, http.User.FindFirstValue(ClaimTypes.NameIdentifier)) with { Needed = NeedOf(http) },
            _ => About(http, RefusalKind.TooManyRequests, http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? NameOf(failed)),
        };
    }

    /// <summary>By the route's pattern: what else stands in an address is the caller's own text, and there is no end of it.</summary>
    private static Refusal About(HttpContext http, RefusalKind kind, string? actor) => new(
        kind, actor, actor is null ? NetworkOf(http.CallerAddress()) : http.CallerAddress(),
        Methods.Contains(http.Request.Method) ? http.Request.Method : null,
        // A group's own route has a slash behind it that no address has.
        (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/'));

    /// <summary>Who has one IPv6 address has the 2^64 beside it: of somebody without a key the network is noted.</summary>
    private static IPAddress? NetworkOf(IPAddress? address) => address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 }
        ? new IPAddress([.. address.GetAddressBytes().AsSpan(..8), 0, 0, 0, 0, 0, 0, 0, 0])
        : address;

    private static string? NeedOf(HttpContext http) =>
        http.Items[Authorization.RefusedBecause] as string
        ?? (Authorization.RoleNeeded(http) is { } role && role > Authorization.RoleOf(http.User) ? EnumNames.Of(role) : null);

    private static string? NameOf(FailedKey? failed) => failed?.Id is { } id ? Actor.NameOf(id) : null;
}
