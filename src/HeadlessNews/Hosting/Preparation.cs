using System.Security.Cryptography;
using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>The first administrator's key.</summary>
internal sealed record Bootstrap
{
    public const string Section = "Bootstrap";

    /// <summary>A key of your own choosing: <c>hn_</c> and so on, 40 characters or more. Without it, one is made.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Where a key that was made is kept, readable by its owner alone; in the data directory, if left out.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether to load demo content into an empty database; in Development, if left out.</summary>
    public bool? DemoContent { get; init; }
}

/// <summary>What must be so before the first request: schema, shared secrets, a key to come in with. Every step may be repeated.</summary>
internal sealed partial class Preparation(
    Databases databases, InstallationKey installationKey, IServiceScopeFactory scopes, IConfiguration configuration, IHostEnvironment environment,
    IMapper mapper, TimeProvider clock, IStartupValidator startupChecks, ILogger<Preparation> logger)
{
    private const int ShortestKey = 40;

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<Bootstrap>(Bootstrap.Section);
        builder.Services.AddSingleton<Preparation>();
    }

    public async Task Migrate(CancellationToken cancel)
    {
        mapper.ConfigurationProvider.AssertConfigurationIsValid();
        try
        {
            await databases.Migrate(cancel);
            installationKey.Value = await SharedSecret("cursors", cancel);
        }
        catch (NpgsqlException failure)
        {
            throw new CannotStartException(
                $"The database that ConnectionStrings:News names could not be brought up to date. {failure.Message}", failure);
        }
    }

    public async Task Run(CancellationToken cancel)
    {
        // Wrong settings are refused before anything is done with them.
        startupChecks.Validate();
        await Migrate(cancel);
        var bootstrap = configuration.GetSection(Bootstrap.Section).Get<Bootstrap>() ?? new Bootstrap();
        await EnsureAdminKey(bootstrap, cancel);
        if (bootstrap.DemoContent ?? environment.IsDevelopment())
        {
            await using var scope = scopes.CreateAsyncScope();
            await DemoContent.Load(scope.ServiceProvider, cancel);
        }
    }

    private async Task EnsureAdminKey(Bootstrap bootstrap, CancellationToken cancel)
    {
        if (bootstrap.AdminKey is { Length: > 0 } chosen)
        {
            await EnsureChosenKey(chosen, cancel);
            return;
        }
        // With the data it opens: two services on two data directories do not take each other's key away.
        var dataDirectory = (configuration.GetSection(EmbeddedPostgresOptions.Section).Get<EmbeddedPostgresOptions>() ?? new EmbeddedPostgresOptions()).DataDirectory;
        var file = Path.GetFullPath(bootstrap.KeyFile ?? Path.Combine(dataDirectory, "admin-key"), environment.ContentRootPath);
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Two nodes that start together make one key.
        await using (var find = new NpgsqlCommand(
            """
            SELECT pg_advisory_xact_lock(hashtext('first key'));
            SELECT EXISTS (SELECT FROM editorial.api_keys WHERE role = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))
            """, connection))
        {
            await using var reader = await find.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            if (reader.GetBoolean(0))
            {
                await reader.DisposeAsync();
                if (File.Exists(file) && await IsValid(connection, (await File.ReadAllTextAsync(file, cancel)).Trim(), cancel))
                {
                    Log.KeyIsInFile(logger, file);
                }
                return;
            }
        }
        var (key, secret) = ApiKey.Make("First administrator", Role.Admin, null, Actor.System.Name, clock.Now());
        await Insert(connection, key, cancel);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // In the file before it is in the database: a key that nobody knows would lock everybody out.
        await WritePrivate(file, secret, cancel);
        await transaction.CommitAsync(cancel);
        Console.WriteLine($"""

              Administrator's API key (shown this once; kept in {file}):

                {secret}

            """);
    }

    private async Task EnsureChosenKey(string chosen, CancellationToken cancel)
    {
        if (!chosen.StartsWith("hn_", StringComparison.Ordinal) || chosen.Length is < ShortestKey or > ApiKey.LongestText)
        {
            throw new CannotStartException($"Bootstrap:AdminKey must start with hn_ and have {ShortestKey} to {ApiKey.LongestText} characters.");
        }
        // Of nodes that start together, one makes it; the same key at the next start is the same key.
        var now = clock.Now();
        await using var connection = await databases.Editorial.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Insert(connection, ApiKey.Of(Guid.CreateVersion7(now), chosen, "Bootstrap:AdminKey", Role.Admin, null, Actor.System.Name, now), cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>In plain SQL, so that a start need not wait for EF Core. What is there already is not made, and not announced, again.</summary>
    private static async Task Insert(NpgsqlConnection connection, ApiKey key, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO editorial.api_keys (id, name, role, hash, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (hash) DO NOTHING
            """, connection)
        {
            Parameters =
            {
                new() { Value = key.Id }, new() { Value = key.Name }, new() { Value = EnumNames.Of(key.Role) },
                new() { Value = key.Hash }, new() { Value = key.CreatedBy }, new() { Value = key.CreatedAt },
            },
        };
        if (await command.ExecuteNonQueryAsync(cancel) == 1)
        {
            await ChangeLog.Append(connection, [new Event("key.created", key.Id, 1)], Actor.System, cancel);
        }
    }

    private static async Task<bool> IsValid(NpgsqlConnection connection, string text, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM editorial.api_keys WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))", connection);
        command.Parameters.Add(new() { Value = ApiKey.HashOf(text) });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task WritePrivate(string file, string text, CancellationToken cancel)
    {
        if (File.Exists(file))
        {
            // It may open another database: kept, under another name.
            File.Move(file, $"{file}.{clock.GetUtcNow():yyyyMMddHHmmss}", overwrite: true);
        }
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using var stream = new FileStream(file, options);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text + "\n"), cancel);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>A secret that all nodes share: the first to ask makes it.</summary>
    private async Task<byte[]> SharedSecret(string name, CancellationToken cancel)
    {
        await using var command = databases.Editorial.CreateCommand(
            """
            INSERT INTO editorial.installation_secrets (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET name = excluded.name
            RETURNING value
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = RandomNumberGenerator.GetBytes(32) });
        return (byte[])(await command.ExecuteScalarAsync(cancel))!;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The administrator's API key is in {File}")]
        public static partial void KeyIsInFile(ILogger logger, string file);
    }
}
