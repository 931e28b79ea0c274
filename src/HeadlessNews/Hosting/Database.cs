using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Hosting;

/// <summary>Which PostgreSQL the service works on: the configured one, else a private one that it starts itself.</summary>
internal static class Database
{
    /// <summary>Starts the private server when no connection is configured. Null when one is, or none is needed.</summary>
    public static async Task<EmbeddedPostgres?> StartOwn(WebApplicationBuilder builder, CommandLine command, CancellationToken cancel)
    {
        if (!command.NeedsDatabase || !string.IsNullOrEmpty(builder.Configuration.GetConnectionString("News")))
        {
            return null;
        }
        var options = builder.Configuration.GetSection(EmbeddedPostgresOptions.Section).Get<EmbeddedPostgresOptions>() ?? new EmbeddedPostgresOptions();
        var directory = Path.GetFullPath(options.DataDirectory, builder.Environment.ContentRootPath);
        using var logging = LoggerFactory.Create(logs =>
            command.Configure(logs.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true)));
        var postgres = await EmbeddedPostgres.StartAsync(directory, logging.CreateLogger<EmbeddedPostgres>(), cancel);
        builder.Configuration["ConnectionStrings:News"] = postgres.ConnectionString;
        builder.Configuration["ConnectionStrings:NewsDelivery"] = postgres.DeliveryConnectionString;
        return postgres;
    }

    public static void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<EmbeddedPostgresOptions>(EmbeddedPostgresOptions.Section);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Databases>();
        services.AddDbContext<NewsDbContext>(
            (provider, options) => Databases.Configure(options, provider.GetRequiredService<Databases>().Editorial), optionsLifetime: ServiceLifetime.Singleton);
        services.AddScoped(typeof(NamedRecords<,>));
        services.AddScoped(typeof(NamedRecordAnswers<,,>));
        services.AddSingleton<InstallationKey>();
        services.AddSingleton<Cursors>();
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
    }
}
