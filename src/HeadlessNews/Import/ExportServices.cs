namespace HeadlessNews.Import;

/// <summary>The services behind exports and restores.</summary>
internal static class ExportServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<ExportContent>();
        services.AddScoped<ExportArticles>();
        services.AddSingleton<Exports>();
        services.AddSingleton<Restore>();
        services.AddScoped<RestoreWriter>();
        services.AddScoped<RestorePresent>();
        services.AddScoped<RestoreRelations>();
    }
}
