namespace HeadlessNews.Fronts;

/// <summary>The services behind writing fronts.</summary>
internal static class FrontServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<FrontAnswers>();
        services.AddScoped<SaveFront>();
        services.AddScoped<ScheduleFront>();
    }
}
