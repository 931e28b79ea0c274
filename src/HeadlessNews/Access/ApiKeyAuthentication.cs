using System.Security.Claims;
using System.Text.Encodings.Web;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Access;

/// <summary>
/// <c>Authorization: Bearer hn_...</c>. The key is looked up at every request, by its hash, so a revoked one is dead at once on
/// every node; the look-up is one row by a unique index.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null && !Request.IsEditorial())
        {
            // No key is demanded here: a reader's request touches nothing editorial, whatever header it carries.
            return AuthenticateResult.NoResult();
        }
        var header = Request.Headers.Authorization;
        if (header is not [{ } value] || !value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }
        var text = value["Bearer ".Length..].Trim();
        if (!text.StartsWith("hn_", StringComparison.Ordinal) || text.Length > ApiKey.LongestText)
        {
            Context.Items[typeof(FailedKey)] = new FailedKey(RefusalKind.UnknownKey, null);
            return AuthenticateResult.Fail("not a key");
        }
        var hash = ApiKey.HashOf(text);
        // Not before: the handler is made for every request, also for those that need no key and no database.
        var db = Context.RequestServices.GetRequiredService<NewsDbContext>();
        var key = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Hash == hash, Context.RequestAborted);
        var now = clock.Now();
        if (key is null || !key.IsValid(now))
        {
            Context.Items[typeof(FailedKey)] = new FailedKey(
                key switch { null => RefusalKind.UnknownKey, { RevokedAt: not null } => RefusalKind.RevokedKey, _ => RefusalKind.ExpiredKey }, key?.Id);
            return AuthenticateResult.Fail("unknown, expired or revoked");
        }
        await NoteUse(db, key, now);
        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Actor.NameOf(key.Id)));
        identity.AddClaim(new Claim(ClaimTypes.Role, EnumNames.Of(key.Role)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    /// <summary>To the minute: a write for every read would cost more than it tells.</summary>
    private async Task NoteUse(NewsDbContext db, ApiKey key, DateTimeOffset now)
    {
        if (key.LastUsedAt is null || now - key.LastUsedAt > TimeSpan.FromMinutes(1))
        {
            await db.ApiKeys.Where(used => used.Id == key.Id)
                .ExecuteUpdateAsync(used => used.SetProperty(row => row.LastUsedAt, now), Context.RequestAborted);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"HeadlessNews\"";
        return Refuse(Problems.Unauthenticated());
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        return Refuse(Problems.Forbidden(Context.Items[Access.Authorization.RefusedBecause] as string
            ?? $"The role {EnumNames.Of(Access.Authorization.RoleNeeded(Context) ?? Role.Reader)} or a higher one is needed."));
    }

    private async Task Refuse(Microsoft.AspNetCore.Mvc.ProblemDetails problem)
    {
        Response.StatusCode = problem.Status!.Value;
        await Context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = Context, ProblemDetails = problem });
    }
}
