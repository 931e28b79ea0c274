using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HeadlessNews.Access;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Log;

internal static partial class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/audit").WithTags("Audit").RequireRole(Role.Admin);
        group.MapGet("", List).WithName("ListAuditEvents");
        group.MapGet("/refusals", ListRefusals).WithName("ListRefusals");
    }

    /// <summary>List what happened, newest first</summary>
    /// <remarks>Every editorial write, in the order in which they became visible: who did what to what, when, and from where. Nobody can change it, the service itself included. Filters combine.</remarks>
    /// <param name="actor">Only what this one did: `key:` and an API key's id, or `system`.</param>
    /// <param name="type">Only this type of event, such as `article.published`; `article.*` for all that happens to articles.</param>
    /// <param name="resource">Only what happened to the record with this id.</param>
    /// <param name="from">Only from this time on (RFC 3339).</param>
    /// <param name="to">Only before this time (RFC 3339).</param>
    /// <param name="address">Only from this IP address.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<AuditEvent>>> List(
        string? actor, string? type, Guid? resource, QueryTime? from, QueryTime? to, string? address, int? limit, string? after,
        AuditReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        if (type is not null && !EventType().IsMatch(type))
        {
            throw new ProblemException(Problems.BadParameter("type", "must be an event's type such as article.published, or all of a kind such as article.*"));
        }
        var filter = new AuditFilter(actor, type, resource, from?.Value, to?.Value, AddressOf(address));
        long? before = cursors.Read(filter.Name, after) is { } last ? long.Parse(last.SortKey, CultureInfo.InvariantCulture) : null;
        var rows = await reads.Events(filter, before, most + 1, cancel);
        var page = rows.ToPage(most, http, row => cursors.Make(filter.Name, row.Position.ToString(CultureInfo.InvariantCulture), row.Event.Id));
        return TypedResults.Ok(new Page<AuditEvent> { Items = [.. page.Items.Select(row => row.Event)], NextCursor = page.NextCursor });
    }

    /// <summary>List what was refused, the latest first</summary>
    /// <remarks>
    /// Keys that failed, permissions that were refused and callers who asked too often, counted by who, what and where from; there a second
    /// or two after they happened. At most 2,000 rows of a kind are kept: those that happened last longest ago go. A request refused for
    /// want of any key is not counted.
    /// </remarks>
    /// <param name="kind">Only refusals of this kind.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<AuditRefusal>>> ListRefusals(
        QueryEnum<RefusalKind>? kind, int? limit, string? after, AuditReads reads, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/audit/refusals?{kind?.Value}";
        (DateTimeOffset, Guid)? before = cursors.Read(list, after) is { } last
            ? (Rfc3339.TryParse(last.SortKey, out var time) ? time : throw new ProblemException(Problems.BadCursor("after")), last.Id)
            : null;
        var rows = await reads.Refusals(kind?.Value, before, most + 1, cancel);
        return TypedResults.Ok(rows.ToPage(most, http, refusal => cursors.Make(list, Rfc3339.Format(refusal.LastAt), refusal.Id)));
    }

    private static IPAddress? AddressOf(string? text) =>
        text is null ? null
        : IPAddress.TryParse(text, out var address) && address.ScopeIdIsZero() ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : throw new ProblemException(Problems.BadParameter("address", "must be an IP address"));

    /// <summary>A zone belongs to one machine, and is not kept.</summary>
    private static bool ScopeIdIsZero(this IPAddress address) =>
        address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || address.ScopeId == 0;

    [GeneratedRegex(@"^[A-Za-z]+\.(\*|[A-Za-z]+)\z")]
    private static partial Regex EventType();
}
