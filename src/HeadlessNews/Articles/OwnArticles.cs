using System.Security.Claims;
using HeadlessNews.Access;
using HeadlessNews.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>
/// Contributors may write only to their own articles that were never public and are not about to be; deleting for ever takes an editor. This is judged in
/// authorization, not in the handler, because it must come before the body is looked at.
/// </summary>
internal sealed class OwnArticleRule : IAuthorizationRequirement;

internal static class OwnArticles
{
    public const string Rule = "A contributor may change only its own articles, and only while they have never been public nor are scheduled to be.";

    public static bool MayWrite(string contributor, string createdBy, PublicState publicState, Stage stage) =>
        createdBy == contributor && publicState == PublicState.Never && stage != Stage.Scheduled;

    public static void Add(IServiceCollection services)
    {
        services.AddScoped<IAuthorizationHandler, OwnArticleHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(nameof(OwnArticleRule), policy => policy.RequireAuthenticatedUser().AddRequirements(new OwnArticleRule()));
    }

    public static RouteHandlerBuilder RequireOwnArticleOrEditor(this RouteHandlerBuilder route) =>
        route.RequireAuthorization(nameof(OwnArticleRule)).Needs(Role.Contributor);

    private sealed class OwnArticleHandler(NewsDbContext db) : AuthorizationHandler<OwnArticleRule>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnArticleRule requirement)
        {
            if (context.Resource is not HttpContext http || context.User.Identity is not { IsAuthenticated: true })
            {
                return;
            }
            var role = Access.Authorization.RoleOf(context.User);
            if (role < Role.Editor && http.Request.Query["permanent"] == "true")
            {
                http.Items[Access.Authorization.RefusedBecause] = "Deleting for ever takes the role editor.";
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
                .Select(article => new { article.CreatedBy, article.PublicState, article.Stage })
                .FirstOrDefaultAsync(http.RequestAborted);
            if (article is null)
            {
                // Not there: the handler says so (404), as it does to everybody who may read editorial records.
                return true;
            }
            if (MayWrite(user.FindFirstValue(ClaimTypes.NameIdentifier)!, article.CreatedBy, article.PublicState, article.Stage))
            {
                return true;
            }
            http.Items[Access.Authorization.RefusedBecause] = Rule;
            return false;
        }
    }
}
