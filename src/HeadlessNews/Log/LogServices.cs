namespace HeadlessNews.Log;

/// <summary>The log and its audit: the services behind them, and their routes.</summary>
internal static class LogServices
{
    public static void Add(IServiceCollection services)
    {
        LogHint.Add(services);
        RefusalWriter.Add(services);
        services.AddSingleton<AuditReads>();
    }

    public static void MapLog(this RouteGroupBuilder editorial)
    {
        editorial.MapArticleHistory();
        editorial.MapAudit();
    }
}
