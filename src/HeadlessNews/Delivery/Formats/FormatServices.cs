using HeadlessNews.Http;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Delivery.Formats;

/// <summary>The services behind published news in the trade's own formats.</summary>
internal static class FormatServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSettings<Site>(Site.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<Site>>().Value);
        services.AddSettings<FeedSettings>(FeedSettings.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<FeedSettings>>().Value);
        services.AddSingleton<FormatReads>();
        services.AddSingleton<FeedReads>();
        services.AddSingleton<SitemapReads>();
        services.AddSingleton<SitemapRanges>();
    }
}
