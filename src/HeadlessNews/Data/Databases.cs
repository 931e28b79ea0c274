using System.Data.Common;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace HeadlessNews.Data;

/// <summary>
/// The doors to the one database, each with its role. The editorial door works as a role that may append to the log and not
/// change it; the delivery door as one that reads finished documents, has no right in the editorial schema, and writes nowhere.
/// </summary>
internal sealed class Databases : IAsyncDisposable
{
    private const string StallBound = "-c idle_in_transaction_session_timeout=15s";

    /// <summary>
    /// Every statement of delivery is written to have one good plan, whatever it is asked with (the plan tests hold that). Left to itself
    /// PostgreSQL comes to plan some of them anew for every request in a large archive, which takes four times as long as to run them.
    /// </summary>
    private const string OnePlan = "-c plan_cache_mode=force_generic_plan";

    private readonly string connectionString;

    public Databases(IConfiguration configuration)
    {
        connectionString = configuration.GetConnectionString("News")
            ?? throw new InvalidOperationException("ConnectionStrings:News is not set.");
        var delivery = configuration.GetConnectionString("NewsDelivery");
        // Writers wait for each other in the database; those who follow the log keep a connection each.
        Editorial = Open(connectionString, "headlessnews-editorial", $"-c role=headlessnews_editorial {StallBound} {WordIndexes.FewWait}", Math.Clamp(Environment.ProcessorCount * 8, 24, 64));
        // Without a login of its own, delivery takes the reading role on: weaker than a login (a session could put it off), as safe
        // against our own mistakes.
        NpgsqlDataSource Reading(string name, int most) => string.IsNullOrEmpty(delivery)
            ? Open(connectionString, name, $"-c role=headlessnews_delivery -c default_transaction_read_only=on {OnePlan}", most)
            : Open(delivery, name, $"-c default_transaction_read_only=on {OnePlan}", most);
        // More connections than the cores can serve only lengthen the queue inside PostgreSQL.
        Delivery = Reading("headlessnews-delivery", Math.Clamp(Environment.ProcessorCount * 4, 8, 64));
        Following = Reading("headlessnews-following", 2);
    }

    public NpgsqlDataSource Editorial { get; }

    public NpgsqlDataSource Delivery { get; }

    /// <summary>As <see cref="Delivery"/>, for who follows the log: however many readers wait, caches hear of changes at once.</summary>
    public NpgsqlDataSource Following { get; }

    /// <summary>Brings the schema up to date, as the database's owner. Nodes that start together wait for each other.</summary>
    public async Task Migrate(CancellationToken cancel)
    {
        if (await IsUpToDate(cancel))
        {
            return;
        }
        await using var owner = Open(connectionString, "headlessnews-migrate", "");
        // EF Core's own lock is on its history table and in each migration's transaction: of services that start together on an empty
        // database, two can find the same migration missing. This one goes with its connection.
        await using var turn = await owner.OpenConnectionAsync(cancel);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('migrate'))", turn) { CommandTimeout = 0 })
        {
            await take.ExecuteNonQueryAsync(cancel);
        }
        var options = new DbContextOptionsBuilder<NewsDbContext>();
        Configure(options, owner);
        await using var db = new NewsDbContext(options.Options);
        // A step over a large archive takes minutes.
        db.Database.SetCommandTimeout(0);
        await db.Database.MigrateAsync(cancel);
        // Pooled connections opened before would not know types and roles made just now.
        Editorial.Clear();
        Delivery.Clear();
        Following.Clear();
    }

    /// <summary>Asked in plain SQL at every start: EF Core takes half a second to get ready to say the same.</summary>
    private async Task<bool> IsUpToDate(CancellationToken cancel)
    {
        var known = typeof(Databases).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal).ToArray();
        try
        {
            await using var command = Editorial.CreateCommand("SELECT count(*) FROM editorial.schema_migrations WHERE \"MigrationId\" = ANY ($1)");
            command.Parameters.Add(new() { Value = known });
            return (long)(await command.ExecuteScalarAsync(cancel))! == known.Length;
        }
        catch (PostgresException first) when (first.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName
            or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject)
        {
            // Nothing there yet, not even the roles.
            return false;
        }
    }

    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource dataSource)
    {
        options
            .UseNpgsql(dataSource, npgsql => npgsql.MigrationsHistoryTable("schema_migrations", "editorial"))
            // The .sql files are the schema; there is no model snapshot to compare with. SchemaTests compares with the database itself.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    public async ValueTask DisposeAsync()
    {
        await Delivery.DisposeAsync();
        await Following.DisposeAsync();
        await Editorial.DisposeAsync();
    }

    /// <param name="most">How many connections, unless the connection string says itself.</param>
    private static NpgsqlDataSource Open(string connectionString, string name, string options, int most = 2)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.ApplicationName = name;
        builder.ConnectionStringBuilder.Options = $"{builder.ConnectionStringBuilder.Options} {options}".Trim();
        builder.ConnectionStringBuilder.MaxAutoPrepare = 50;
        // Npgsql's own builder has every setting; only a plain one knows which were said.
        var said = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (!said.ContainsKey("Maximum Pool Size") && !said.ContainsKey("Max Pool Size"))
        {
            builder.ConnectionStringBuilder.MaxPoolSize = most;
        }
        return builder.Build();
    }
}
