using System.Security.Claims;
using HeadlessNews.Http;

namespace HeadlessNews.Access;

/// <summary>The role a route demands, for the policy, the refusal's words and the contract.</summary>
internal sealed record RequiredRole(Role Role) : IAccessNote
{
    public string Needs => $"{EnumNames.Of(Role)} or higher";
}

/// <summary>Roles, as policies and as what a request's key has.</summary>
internal static class Authorization
{
    /// <summary>Under this name a rule leaves, in the request's items, why it refused.</summary>
    public static readonly object RefusedBecause = new();

    public static TRoutes RequireRole<TRoutes>(this TRoutes routes, Role role) where TRoutes : IEndpointConventionBuilder =>
        routes.RequireAuthorization(EnumNames.Of(role)).WithMetadata(new RequiredRole(role));

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

    private static Actor ActorOf(HttpContext? http) =>
        http?.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } name
            ? new Actor(name, RoleOf(http.User), http.Connection.RemoteIpAddress)
            : Actor.System;

    public static Role RoleOf(ClaimsPrincipal user) => EnumNames.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!);
}
