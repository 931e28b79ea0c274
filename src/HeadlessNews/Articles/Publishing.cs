using HeadlessNews.Delivery;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>The services behind writing, publishing and reading articles.</summary>
internal static class Publishing
{
    public static void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        OwnArticles.Add(services);
        services.AddScoped<SaveArticle>();
        services.AddScoped<PublishArticle>();
        services.AddScoped<TrashArticle>();
        services.AddScoped<Renderer>();
        services.AddHostedService<Rerender>();
        services.AddSingleton<ArticleReads>();
        services.AddSingleton<DirectoryReads>();
        services.AddSingleton(builder.Configuration.GetSection(DeliveryCaching.Section).Get<DeliveryCaching>() ?? new DeliveryCaching());
    }
}
