using HeadlessNews.Delivery.Formats;
using HeadlessNews.Delivery.Neighbours;
using HeadlessNews.Delivery.Purge;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Delivery.Sync;
using HeadlessNews.Http;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Delivery;

/// <summary>The services behind rendering documents and reading them.</summary>
internal static class DeliveryServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<Renderer>();
        services.AddScoped<RenderLive>();
        services.AddScoped<RefreshDirectory>();
        services.AddHostedService<Rerender>();
        services.AddSingleton<RefreshNeighbours>();
        services.AddHostedService<FindNeighbours>();
        services.AddSingleton<OutputCache>();
        services.AddSingleton<CacheEviction>();
        services.AddHostedService(provider => provider.GetRequiredService<CacheEviction>());
        services.AddSingleton<ArticleReads>();
        services.AddSingleton<FilterFacets>();
        services.AddSingleton<ArticleLists>();
        services.AddSingleton<ListCounts>();
        services.AddSingleton<RelatedReads>();
        services.AddSingleton<DirectoryReads>();
        services.AddSingleton<FrontReads>();
        services.AddSettings<DeliveryCaching>(DeliveryCaching.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<DeliveryCaching>>().Value);
        services.AddSettings<CdnPurge>(CdnPurge.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<CdnPurge>>().Value);
        services.AddSingleton<CdnClient>();
        services.AddHostedService<PurgeCdn>();
        FormatServices.Add(services);
        SearchServices.Add(services);
        SyncServices.Add(services);
    }
}
