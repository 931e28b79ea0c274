using System.Security.Claims;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

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
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddHttpContextAccessor();
        services.AddScoped(provider => ActorOf(provider.GetRequiredService<IHttpContextAccessor>().HttpContext));
        var builder = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
        {
            var enough = Enum.GetValues<Role>().Where(candidate => candidate >= role).Select(EnumNames.Of).ToArray();
            builder.AddPolicy(EnumNames.Of(role), policy => policy.RequireAuthenticatedUser().RequireRole(enough));
        }
    }

    /// <summary>Who asks, how often, and whether they may: keys are counted, so they are known first; every refusal after that is noted.</summary>
    public static void Use(IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseRefusalNotes();
        app.UseRateLimiter();
        app.UseKeyBeforeEditorialRefusals();
        app.UseAuthorization();
    }

    /// <summary>
    /// Routing decides on 404 and 405 before any policy is asked. Below the editorial face they, too, are only for those with a key.
    /// </summary>
    private static void UseKeyBeforeEditorialRefusals(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.IsEditorial()
        && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null
        && context.User.Identity is not { IsAuthenticated: true }
        && !HttpMethods.IsOptions(context.Request.Method)
            ? context.ChallengeAsync()
            : next(context));

    public static bool IsEditorial(this HttpRequest request) => request.Path.StartsWithSegments("/api/v1/editorial");

    /// <summary>Says the role, to the contract and in a refusal, without demanding it: a policy of the route's own does.</summary>
    public static TRoutes Needs<TRoutes>(this TRoutes routes, Role role) where TRoutes : IEndpointConventionBuilder =>
        routes.WithMetadata(new RequiredRole(role), new Remark($"Role: {EnumNames.Of(role)} or higher."));

    private static Actor ActorOf(HttpContext? http) =>
        http?.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } name
            ? new Actor(name, RoleOf(http.User), http.CallerAddress())
            : Actor.System;

    /// <summary>The role that the route demands; null where there is no route, or it demands none.</summary>
    public static Role? RoleNeeded(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetOrderedMetadata<RequiredRole>() is { Count: > 0 } required ? required.Max(each => each.Role) : null;

    public static Role RoleOf(ClaimsPrincipal user) => EnumNames.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!);
}
