using System.Security.Claims;
using HeadlessNews.Http;

namespace HeadlessNews.Access;

/// <summary>The role a route demands, for the refusal's words.</summary>
internal sealed record RequiredRole(Role Role);

/// <summary>Roles, as policies and as what a request's key has.</summary>
internal static class Authorization
{
    /// <summary>Under this name a rule leaves, in the request's items, why it refused.</summary>
    public static readonly object RefusedBecause = new();

    public static TRoutes RequireRole<TRoutes>(this TRoutes routes, Role role) where TRoutes : IEndpointConventionBuilder =>
        routes.RequireAuthorization(EnumNames.Of(role)).Needs(role);

    public static void Add(IServiceCollection services)
    {
        // The core alone: AddAuthentication would also keep cookie keys, which nothing here uses.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyAuthentication.SchemeName);
        new Microsoft.AspNetCore.Authentication.AuthenticationBuilder(services)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddHttpContextAccessor();
        services.AddScoped(provider => ActorOf(provider.GetRequiredService<IHttpContextAccessor>().HttpContext));
        var builder = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
        {
            var enough = Enum.GetValues<Role>().Where(candidate => candidate >= role).Select(EnumNames.Of).ToArray();
            builder.AddPolicy(EnumNames.Of(role), policy => policy.RequireAuthenticatedUser().RequireRole(enough));
        }
    }

    /// <summary>Says the role, to the contract and in a refusal, without demanding it: a policy of the route's own does.</summary>
    public static TRoutes Needs<TRoutes>(this TRoutes routes, Role role) where TRoutes : IEndpointConventionBuilder =>
        routes.WithMetadata(new RequiredRole(role), new Remark($"Role: {EnumNames.Of(role)} or higher."));

    private static Actor ActorOf(HttpContext? http) =>
        http?.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } name
            ? new Actor(name, RoleOf(http.User), http.Connection.RemoteIpAddress)
            : Actor.System;

    public static Role RoleOf(ClaimsPrincipal user) => EnumNames.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!);
}
