using HeadlessNews.Data;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>What an operator sees: logs and health.</summary>
internal static class Telemetry
{
    public static void Add(WebApplicationBuilder builder, CommandLine command)
    {
        // Below any settings file: the service says what it does, the libraries below it only what goes wrong.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
                // What the database refuses becomes an answer, or is logged once as unexpected; not also as a failed command and save.
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database"] = "None",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Query"] = "None",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Update"] = "None",
                // The service's own refusals are answers too.
                ["Logging:LogLevel:HeadlessNews.Access.ApiKeyAuthentication"] = "Warning",
            },
        });
        if (!builder.Environment.IsDevelopment())
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }
        command.Configure(builder.Logging);
        var hostLog = new HostLog();
        builder.Services.AddSingleton(hostLog);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Information && hostLog.Speaks);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    public static void Map(WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect("/swagger")).ExcludeFromDescription();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
    }

    /// <summary>The host logs with a stack trace what keeps it from starting, and throws it too; we answer it, so once is enough.</summary>
    internal sealed class HostLog
    {
        private CancellationToken started = new(canceled: true);

        public bool Speaks => started.IsCancellationRequested;

        public void SpeaksFrom(CancellationToken applicationStarted) => started = applicationStarted;
    }

    private sealed class DatabaseHealth(Databases databases) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                foreach (var door in new[] { databases.Editorial, databases.Delivery })
                {
                    await using var command = door.CreateCommand("SELECT position FROM log.head");
                    await command.ExecuteScalarAsync(cancellationToken);
                }
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException away)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.", away);
            }
        }
    }
}
