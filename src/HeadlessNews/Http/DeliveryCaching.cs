using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Http;

/// <summary>How long, by whom, and how much of it delivery answers may be kept.</summary>
internal sealed record DeliveryCaching
{
    public const string Section = "Delivery";

    /// <summary>Seconds a browser may keep an answer without asking.</summary>
    [Range(0, 31_536_000)]
    public int MaxAge { get; init; } = 10;

    /// <summary>Seconds a shared cache (a CDN) may.</summary>
    [Range(0, 31_536_000)]
    public int SharedMaxAge { get; init; } = 30;

    /// <summary>Seconds a stale answer may be used while a fresh one is fetched.</summary>
    [Range(0, 31_536_000)]
    public int StaleWhileRevalidate { get; init; } = 60;

    /// <summary>Seconds an answer may be used, here and by caches, while the database cannot be asked.</summary>
    [Range(0, 31_536_000)]
    public int StaleIfError { get; init; } = 600;

    /// <summary>Where a route's times are its own: by the operation's name in the contract, such as <c>GetArticle</c>.</summary>
    public Dictionary<string, RouteCaching> Routes { get; init; } = [];

    /// <summary>Bytes of memory for finished answers; 0 keeps none.</summary>
    [Range(0, long.MaxValue)]
    public long CacheBytes { get; init; } = 64_000_000;

    /// <summary>True demands a key of readers too; answers are then private.</summary>
    public bool RequireKey { get; init; }

    /// <summary>The settings as they are for the route of a request.</summary>
    public DeliveryCaching For(HttpContext http) =>
        Routes.Count > 0 && http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>() is { } route && Routes.TryGetValue(route.EndpointName, out var own)
            ? this with
            {
                MaxAge = own.MaxAge ?? MaxAge,
                SharedMaxAge = own.SharedMaxAge ?? SharedMaxAge,
                StaleWhileRevalidate = own.StaleWhileRevalidate ?? StaleWhileRevalidate,
                StaleIfError = own.StaleIfError ?? StaleIfError,
            }
            : this;

    /// <param name="freshFor">Seconds until what is answered expires: no cache shows it longer, not even while it asks again.</param>
    public string Control(int? freshFor = null)
    {
        var most = Math.Max(0, freshFor ?? int.MaxValue);
        var maxAge = Math.Min(MaxAge, most);
        var shared = Math.Min(SharedMaxAge, most);
        if (RequireKey)
        {
            return $"private, max-age={maxAge}";
        }
        var left = most - Math.Max(maxAge, shared);
        return $"public, max-age={maxAge}, s-maxage={shared}, stale-while-revalidate={Math.Min(StaleWhileRevalidate, left)}, stale-if-error={Math.Min(StaleIfError, left)}";
    }
}

/// <summary>What differs for one route; null as for all.</summary>
internal sealed record RouteCaching
{
    [Range(0, 31_536_000)]
    public int? MaxAge { get; init; }

    [Range(0, 31_536_000)]
    public int? SharedMaxAge { get; init; }

    [Range(0, 31_536_000)]
    public int? StaleWhileRevalidate { get; init; }

    [Range(0, 31_536_000)]
    public int? StaleIfError { get; init; }
}

internal static class RouteCachingCheck
{
    /// <summary>Times for a route that is not there would be times for nothing: said at start.</summary>
    public static void CheckCachingOfRoutes(this IEndpointRouteBuilder app)
    {
        var known = app.DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointGroupNameMetadata>()?.EndpointGroupName == OpenApi.Delivery)
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName).OfType<string>().ToHashSet();
        List<string> faults = [];
        foreach (var (route, own) in app.ServiceProvider.GetRequiredService<DeliveryCaching>().Routes)
        {
            if (!known.Contains(route))
            {
                faults.Add($"{DeliveryCaching.Section}:Routes:{route} names no route of the delivery API: there are {string.Join(", ", known.Order())}.");
            }
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(own, new ValidationContext(own), results, validateAllProperties: true);
            faults.AddRange(results.Select(fault => $"{DeliveryCaching.Section}:Routes:{route}: {fault.ErrorMessage}"));
        }
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(DeliveryCaching.Section, typeof(DeliveryCaching), faults);
        }
    }
}
