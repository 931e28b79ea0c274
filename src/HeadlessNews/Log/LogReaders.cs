using HeadlessNews.Delivery;

namespace HeadlessNews.Log;

/// <summary>Everything that follows the change log.</summary>
internal static class LogReaders
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<LogHint>();
        services.AddHostedService(provider => provider.GetRequiredService<LogHint>());
        services.AddHostedService<Rerender>();
    }
}
