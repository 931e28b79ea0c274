namespace HeadlessNews.Log;

/// <summary>The services behind the log and its audit.</summary>
internal static class LogServices
{
    public static void Add(IServiceCollection services)
    {
        LogHint.Add(services);
        RefusalWriter.Add(services);
        services.AddSingleton<AuditReads>();
    }
}
