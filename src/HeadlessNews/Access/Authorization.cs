using System.Security.Claims;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Access;

/// <summary>The role a route demands, for the policy, the refusal's words and the contract.</summary>
internal sealed record RequiredRole(Role Role);

/// <summary>
/// Contributors may write only to their own articles that were never public; deleting for ever takes an admin. This is judged in
/// authorization, not in the handler, because it must come before the body is looked at.
/// </summary>
internal sealed class OwnArticleRule : IAuthorizationRequirement;

internal static class Authorization
{
    public static TRoutes RequireRole<TRoutes>(this TRoutes routes, Role role) where TRoutes : IEndpointConventionBuilder =>
        routes.RequireAuthorization(EnumNames.Of(role)).WithMetadata(new RequiredRole(role));

    public static RouteHandlerBuilder RequireOwnArticleOrEditor(this RouteHandlerBuilder route) =>
        route.RequireAuthorization(nameof(OwnArticleRule)).WithMetadata(new RequiredRole(Role.Contributor));

    public static void Add(IServiceCollection services)
    {
        // The core alone: AddAuthentication would also keep cookie keys, which nothing here uses.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyAuthentication.SchemeName);
        new Microsoft.AspNetCore.Authentication.AuthenticationBuilder(services)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddScoped<IAuthorizationHandler, OwnArticleHandler>();
        services.AddHttpContextAccessor();
        services.AddScoped(provider => ActorOf(provider.GetRequiredService<IHttpContextAccessor>().HttpContext));
        var builder = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
        {
            var enough = Enum.GetValues<Role>().Where(candidate => candidate >= role).Select(EnumNames.Of).ToArray();
            builder.AddPolicy(EnumNames.Of(role), policy => policy.RequireAuthenticatedUser().RequireRole(enough));
        }
        builder.AddPolicy(nameof(OwnArticleRule), policy => policy.RequireAuthenticatedUser().AddRequirements(new OwnArticleRule()));
    }

    private static Actor ActorOf(HttpContext? http) =>
        http?.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } name
            ? new Actor(name, RoleOf(http.User), http.Connection.RemoteIpAddress)
            : Actor.System;

    private static Role RoleOf(ClaimsPrincipal user) => EnumNames.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!);

    private sealed class OwnArticleHandler(NewsDbContext db) : AuthorizationHandler<OwnArticleRule>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnArticleRule requirement)
        {
            if (context.Resource is not HttpContext http || context.User.Identity is not { IsAuthenticated: true })
            {
                return;
            }
            var role = RoleOf(context.User);
            if (role < Role.Admin && http.Request.Query["permanent"] == "true")
            {
                http.Items[typeof(OwnArticleRule)] = "Deleting for ever takes the role admin.";
                return;
            }
            if (role >= Role.Editor || await MayContribute(role, context.User, http))
            {
                context.Succeed(requirement);
            }
        }

        private async Task<bool> MayContribute(Role role, ClaimsPrincipal user, HttpContext http)
        {
            if (role < Role.Contributor || !Guid.TryParse(http.GetRouteValue("id") as string, out var id))
            {
                return false;
            }
            var article = await db.Articles.Where(article => article.Id == id)
                .Select(article => new { article.CreatedBy, article.PublicState })
                .FirstOrDefaultAsync(http.RequestAborted);
            if (article is null)
            {
                // Not there: the handler says so (404), as it does to everybody who may read editorial records.
                return true;
            }
            if (article.CreatedBy == user.FindFirstValue(ClaimTypes.NameIdentifier) && article.PublicState == PublicState.Never)
            {
                return true;
            }
            http.Items[typeof(OwnArticleRule)] = "A contributor may change only its own articles, and only while they have never been public.";
            return false;
        }
    }
}
