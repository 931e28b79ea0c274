namespace HeadlessNews.Articles;

/// <summary>The services behind writing and publishing articles.</summary>
internal static class Publishing
{
    public static void Add(IServiceCollection services)
    {
        OwnArticles.Add(services);
        RevisionRetention.Add(services);
        services.AddScoped<SaveArticle>();
        services.AddScoped<RestoreRevision>();
        services.AddScoped<CompareRevisions>();
        services.AddScoped<PublishArticle>();
        services.AddScoped<ActOnArticle>();
        services.AddScoped<ActOnManyArticles>();
        services.AddScoped<ReviewArticle>();
        services.AddScoped<ScheduleArticle>();
        services.AddScoped<DiscardChanges>();
        services.AddScoped<TrashArticle>();
        services.AddScoped<CorrectArticle>();
        services.AddScoped<ClearArticle>();
        services.AddSingleton<PreviewTokens>();
        services.AddScoped<SharePreview>();
        services.AddScoped<PreviewArticle>();
        services.AddScoped<DueArticles>();
        services.AddHostedService<ScheduledArticles>();
    }
}
