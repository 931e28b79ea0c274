using System.ComponentModel.DataAnnotations;

namespace HeadlessNews.Http;

/// <summary>Who may call from a browser.</summary>
internal sealed record CorsSettings
{
    public const string Section = "Cors";

    /// <summary>Origins that may use the editorial API; none by default.</summary>
    [Required]
    public string[] EditorialOrigins { get; init; } = [];
}

/// <summary>What every route of a face has in common, set once on its group.</summary>
internal static class Conventions
{
    public const string ExposedByDelivery = "ETag,Link,Cache-Status";

    private const string DeliveryCors = "delivery";
    private const string EditorialCors = "editorial";
    private const string Previews = "/api/v1/preview";

    public static void Add(WebApplicationBuilder builder)
    {
        Limits.Add(builder);
        AddCors(builder);
        ProblemHandling.Add(builder.Services);
        Validation.Add(builder.Services);
        OpenApi.Add(builder.Services);
    }

    /// <summary>What every request goes through before anybody asks whose it is; the cache first, which answers what it knows by heart.</summary>
    public static void Use(WebApplication app)
    {
        app.UseOutputCache();
        ProblemHandling.Use(app);
        app.UseHeadAsGet();
        app.UseRouting();
        app.UseCors();
    }

    /// <summary>After authorization, which comes first: what cannot be read is said only to those who may ask.</summary>
    public static void UseRequestChecks(this WebApplication app)
    {
        app.UseQueryParameterChecks();
        app.UseContentTypeChecks();
    }

    private static void AddCors(WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<CorsSettings>(CorsSettings.Section);
        var origins = (builder.Configuration.GetSection(CorsSettings.Section).Get<CorsSettings>() ?? new CorsSettings()).EditorialOrigins;
        builder.Services.AddCors(cors =>
        {
            cors.AddPolicy(DeliveryCors, policy => policy.AllowAnyOrigin().WithMethods("GET", "HEAD")
                .WithHeaders("Authorization", "If-None-Match", "If-Modified-Since").WithExposedHeaders(ExposedByDelivery.Split(',')));
            cors.AddPolicy(EditorialCors, policy => policy.WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("ETag", "Link", "Location", IdempotencyKeys.Replayed));
        });
    }

    public static RouteGroupBuilder MapDeliveryFace(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1").WithGroupName(OpenApi.Delivery).RequireCors(DeliveryCors);
        if (app.Services.GetRequiredService<DeliveryCaching>().RequireKey)
        {
            group.RequireAuthorization("reader");
        }
        group.CheckQueryParameters();
        group.CacheAnswers();
        return group;
    }

    /// <summary>Where a token in the address is the authority. Open to every web page, as delivery is: a front end's preview page fetches it.</summary>
    public static RouteGroupBuilder MapPreviewFace(this WebApplication app)
    {
        var group = app.MapGroup(Previews).WithGroupName(OpenApi.Editorial)
            .RequireCors(DeliveryCors).RequireRateLimiting(Limits.EditorialPolicy).AllowAnonymous();
        group.AddEndpointFilter(async (context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers["X-Robots-Tag"] = "noindex, nofollow";
            // Nor does the address travel on to whatever the previewed text links to.
            headers["Referrer-Policy"] = "no-referrer";
            return await next(context);
        });
        group.CheckQueryParameters();
        return group;
    }

    /// <summary>The path as it may stand in a log: what opens a preview may not.</summary>
    public static string ForTheLog(this PathString path) => path.StartsWithSegments(Previews, StringComparison.OrdinalIgnoreCase) ? $"{Previews}/..." : path.ToString();

    public static RouteGroupBuilder MapEditorialFace(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/editorial").WithGroupName(OpenApi.Editorial)
            .RequireCors(EditorialCors).RequireRateLimiting(Limits.EditorialPolicy).RequireAuthorization();
        group.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        group.CheckQueryParameters();
        group.CheckContentTypeAfterAuthorization();
        group.TakeIdempotencyKeys();
        return group;
    }

    /// <summary>HEAD wherever GET: routed as GET; the server itself leaves the body out.</summary>
    private static void UseHeadAsGet(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Items[HttpMethods.Head] = true;
        }
        return next(context);
    });

    /// <summary>For what has no end: its head alone does.</summary>
    public static bool WasHead(this HttpContext http) => http.Items.ContainsKey(HttpMethods.Head);
}
