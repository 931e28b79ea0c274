using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace HeadlessNews.Http;

/// <summary>How much one caller may ask of the service.</summary>
internal sealed record Limits
{
    public const string Section = "Limits";
    public const string EditorialPolicy = "editorial";

    /// <summary>The largest request body, in bytes; larger ones are a 413.</summary>
    [Range(1_000, 100_000_000)]
    public long MaxRequestBodyBytes { get; init; } = 4_000_000;

    /// <summary>Editorial requests a minute for one key; more are a 429.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinutePerKey { get; init; } = 6_000;

    /// <summary>Editorial requests a minute from one address without a valid key: guessing is slow.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinuteWithoutKey { get; init; } = 300;

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<Limits>(Section);
        var limits = builder.Configuration.GetSection(Section).Get<Limits>() ?? new Limits();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = limits.MaxRequestBodyBytes);
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(EditorialPolicy, http => http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } key
                ? Partition(key, limits.RequestsPerMinutePerKey)
                : Partition("address " + http.Connection.RemoteIpAddress, limits.RequestsPerMinuteWithoutKey));
            limiter.OnRejected = Refuse;
        });
    }

    private static RateLimitPartition<string> Partition(string caller, int perMinute) =>
        RateLimitPartition.GetSlidingWindowLimiter(caller, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 12,
        });

    private static async ValueTask Refuse(OnRejectedContext context, CancellationToken cancel)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 5;
        var http = context.HttpContext;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = Problems.TooManyRequests(Math.Max(1, wait)),
        });
    }
}
