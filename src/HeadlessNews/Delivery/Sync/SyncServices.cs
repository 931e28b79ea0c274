using HeadlessNews.Http;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Delivery.Sync;

/// <summary>The services behind copies of what is published.</summary>
internal static class SyncServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<SyncEvents>();
        services.AddSingleton<BindItems>();
        services.AddSingleton<LiveItems>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveItems>());
        services.AddSettings<StreamSettings>(StreamSettings.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StreamSettings>>().Value);
    }
}
