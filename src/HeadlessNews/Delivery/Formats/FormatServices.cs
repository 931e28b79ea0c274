using Microsoft.Extensions.Options;

namespace HeadlessNews.Delivery.Formats;

/// <summary>The services behind published news in the trade's own formats.</summary>
internal static class FormatServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<Site>().BindConfiguration(Site.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<Site>>().Value);
        services.AddOptions<FeedSettings>().BindConfiguration(FeedSettings.Section).ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<FeedSettings>>().Value);
        services.AddSingleton<FormatReads>();
        services.AddSingleton<FeedReads>();
        services.AddSingleton<SitemapReads>();
        services.AddSingleton<SitemapRanges>();
    }
}
