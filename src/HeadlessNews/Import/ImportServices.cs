namespace HeadlessNews.Import;

/// <summary>Content by the thousand: the services behind it, and its routes.</summary>
internal static class ImportServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<FindNamed>();
        services.AddScoped<FindReferences>();
        services.AddScoped<FindRelated>();
        services.AddScoped<DecideUpsert>();
        services.AddScoped<WriteUpserts>();
        services.AddScoped<UpsertBatch>();
        services.AddSingleton<UpsertArticles>();
        services.AddSingleton<ImportRecords>();
        services.AddSingleton<ImportRun>();
        services.AddScoped<ExportContent>();
        services.AddScoped<ExportArticles>();
        services.AddSingleton<Exports>();
        services.AddSingleton<Restore>();
        services.AddScoped<RestoreWriter>();
        services.AddScoped<RestorePresent>();
        services.AddScoped<RestoreRelations>();
    }

    public static void MapImportAndExport(this RouteGroupBuilder editorial)
    {
        editorial.MapUpsert();
        editorial.MapImport();
        editorial.MapExport();
    }
}
