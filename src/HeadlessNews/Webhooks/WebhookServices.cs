using HeadlessNews.Http;

namespace HeadlessNews.Webhooks;

/// <summary>The services behind webhooks: keeping them, queueing for them, sending to them.</summary>
internal static class WebhookServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSettings<WebhookSettings>(WebhookSettings.Section);
        services.AddScoped<SaveWebhook>();
        services.AddSingleton<AddressRules>();
        services.AddSingleton<Receivers>();
        services.AddSingleton<Payloads>();
        services.AddSingleton<DeliveryHint>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<RecordOutcomes>();
        services.AddSingleton<DeliveryReads>();
        services.AddSingleton<DisableWebhook>();
        services.AddHostedService<QueueDeliveries>();
        services.AddHostedService<SendDeliveries>();
        services.AddHostedService<KeepDeliveries>();
    }
}
