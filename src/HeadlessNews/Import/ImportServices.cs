namespace HeadlessNews.Import;

/// <summary>The services behind upserts and imports.</summary>
internal static class ImportServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<FindNamed>();
        services.AddScoped<FindRelated>();
        services.AddScoped<UpsertBatch>();
        services.AddSingleton<UpsertArticles>();
        services.AddSingleton<ImportRecords>();
        services.AddSingleton<ImportRun>();
    }
}
