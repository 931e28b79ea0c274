using System.CommandLine;
using System.Net.Sockets;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Console;

namespace HeadlessNews.Hosting;

/// <summary>One binary, several commands: they share configuration and services, and differ in what they do with the finished app.</summary>
internal sealed class CommandLine
{
    private readonly Func<WebApplication, CancellationToken, Task<int>> run;

    private CommandLine(ParseResult parsed, bool needsDatabase, Func<WebApplication, CancellationToken, Task<int>> run)
    {
        HostArguments = [.. parsed.UnmatchedTokens];
        NeedsDatabase = needsDatabase;
        this.run = run;
    }

    /// <summary>What is no word of ours is the host's: <c>--urls</c>, <c>--ConnectionStrings:News</c> and every other setting.</summary>
    public string[] HostArguments { get; }

    public bool NeedsDatabase { get; }

    public Task<int> Run(WebApplication app, CancellationToken cancel) => run(app, cancel);

    /// <summary>What a command says on standard output is its answer, an export for one: what is logged goes elsewhere, and is what needs attention.</summary>
    public void Configure(ILoggingBuilder logs)
    {
        if (run != Serve)
        {
            logs.AddFilter(null, LogLevel.Warning).Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
    }

    /// <returns>False when there is nothing to run: help was asked for and printed, or the words are wrong.</returns>
    public static bool TryParse(string[] args, out CommandLine command, out int exitCode)
    {
        var articles = new Option<int>("--articles") { Description = "How many articles there shall be in all", DefaultValueFactory = _ => 1_000 };
        var directory = new Option<string>("--output") { Description = "The folder to write to", DefaultValueFactory = _ => ContractsFolder() };
        var name = new Option<string>("--name") { Description = "What the key is for", Required = true };
        var role = new Option<Role>("--role") { Description = "reader, contributor, editor or admin", Required = true };
        var id = new Argument<Guid>("id") { Description = "The key's id" };

        var import = new ImportWords();
        var serve = Command("serve", "Serve both APIs and Swagger UI (the default)");
        var migrate = Command("migrate", "Bring the database's schema up to date, and stop");
        var demo = Command("demo", "Fill the database with deterministic demo articles, published", articles);
        var exported = new Argument<string>("file") { Description = "The file to write; - for standard output" };
        var export = new Command("export", "Write all content to a file that restore turns back into it") { exported };
        var restored = InputFile.Argument("The file that export wrote; - for what comes in");
        var restore = new Command("restore", "Turn an export back into content, in an installation without any") { restored };
        var openapi = Command("openapi", "Write both contracts, without a database", directory);
        var create = Command("create", "Make a key and print it", name, role);
        var list = Command("list", "List keys, without their secrets");
        var revoke = new Command("revoke", "Revoke a key") { id };
        var keys = new Command("keys", "API keys") { create, list, revoke };
        var root = new RootCommand("HeadlessNews, a headless CMS for news") { serve, migrate, import.Command, export, restore, demo, keys, openapi };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction(_ => 0);
        foreach (var each in new[] { serve, migrate, import.Command, export, restore, demo, openapi, create, list, revoke })
        {
            each.TreatUnmatchedTokensAsErrors = false;
        }

        var parsed = root.Parse(args);
        var chosen = parsed.CommandResult.Command;
        Func<WebApplication, CancellationToken, Task<int>>? run = chosen switch
        {
            // An action that is not the command's own is --help or --version.
            _ when parsed.Errors.Count > 0 || parsed.Action != chosen.Action => null,
            _ when chosen == root || chosen == serve => Serve,
            _ when chosen == migrate => Migrate,
            _ when chosen == import.Command => (app, cancel) => ImportFile.Run(app.Services, import.Read(parsed), cancel),
            _ when chosen == export => (app, cancel) => ExportFile.Run(app.Services, parsed.GetValue(exported)!, cancel),
            _ when chosen == restore => (app, cancel) => RestoreFile.Run(app.Services, parsed.GetValue(restored)!, cancel),
            _ when chosen == demo => (app, cancel) => DemoArticles.Run(app.Services, parsed.GetValue(articles), cancel),
            _ when chosen == openapi => (app, _) => WriteContracts(app, parsed.GetValue(directory)!),
            _ when chosen == create => (app, cancel) => CreateKey(app.Services, parsed.GetValue(name)!, parsed.GetValue(role), cancel),
            _ when chosen == list => (app, cancel) => ListKeys(app.Services, cancel),
            _ when chosen == revoke => (app, cancel) => RevokeKey(app.Services, parsed.GetValue(id), cancel),
            _ => null,
        };
        if (run is not null && StrayWord(parsed.UnmatchedTokens) is { } stray)
        {
            Console.Error.WriteLine($"'{stray}' is no command and no setting. See --help.");
            run = null;
            exitCode = 1;
        }
        else
        {
            exitCode = run is null ? parsed.Invoke() : 0;
        }
        command = new CommandLine(parsed, chosen != openapi, run ?? Serve);
        return run is not null;
    }

    /// <summary>The first word that neither names a setting nor is one's value: a command misspelt must not start the service.</summary>
    private static string? StrayWord(IReadOnlyList<string> words)
    {
        var valueMayFollow = false;
        foreach (var word in words)
        {
            var isName = word.StartsWith('-') || word.StartsWith('/');
            var isPair = word.Contains('=', StringComparison.Ordinal);
            if (!isName && !isPair && !valueMayFollow)
            {
                return word;
            }
            valueMayFollow = isName && !isPair;
        }
        return null;
    }

    private static Command Command(string name, string description, params Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
        return command;
    }

    private static async Task<int> Serve(WebApplication app, CancellationToken cancel)
    {
        app.CheckCachingOfRoutes();
        await app.Services.GetRequiredService<Preparation>().Run(cancel);
        app.Lifetime.ApplicationStarted.Register(() => PrintAddresses(app));
        app.Services.GetRequiredService<Telemetry.HostLog>().SpeaksFrom(app.Lifetime.ApplicationStarted);
        try
        {
            await app.RunAsync(cancel);
            return 0;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException or SocketException)
        {
            await Console.Error.WriteLineAsync($"{taken.Message} Choose another: --urls http://localhost:5081");
            return 1;
        }
    }

    private static async Task<int> Migrate(WebApplication app, CancellationToken cancel)
    {
        await app.Services.GetRequiredService<Preparation>().Migrate(cancel);
        Console.WriteLine("The schema is up to date.");
        return 0;
    }

    private static async Task<int> WriteContracts(WebApplication app, string directory)
    {
        // What the server would do when it starts: it hands the mapped routes to those who describe them.
#pragma warning disable ASP0014
        app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        Directory.CreateDirectory(directory);
        foreach (var document in new[] { OpenApi.Delivery, OpenApi.Editorial })
        {
            var file = Path.GetFullPath(Path.Combine(directory, document + ".json"));
            await File.WriteAllTextAsync(file, await OpenApi.Serialize(app.Services, document));
            Console.WriteLine(file);
        }
        return 0;
    }

    /// <summary>The nearest one upwards: `dotnet run` works in the project's folder, the contracts lie at the root of the repository.</summary>
    private static string ContractsFolder()
    {
        const string name = "openapi";
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var contracts = Path.Combine(folder.FullName, name);
            if (Directory.Exists(contracts))
            {
                return contracts;
            }
        }
        return name;
    }

    private static async Task<int> CreateKey(IServiceProvider services, string name, Role role, CancellationToken cancel)
    {
        await services.GetRequiredService<Preparation>().Migrate(cancel);
        await using var scope = services.CreateAsyncScope();
        var (key, secret) = await Keys.Make(
            scope.ServiceProvider.GetRequiredService<NewsDbContext>(), Actor.System, name, role, null, TimeProvider.System, cancel);
        Console.WriteLine($"{key.Id}\n{secret}");
        return 0;
    }

    private static async Task<int> ListKeys(IServiceProvider services, CancellationToken cancel)
    {
        await services.GetRequiredService<Preparation>().Migrate(cancel);
        await using var scope = services.CreateAsyncScope();
        foreach (var key in await scope.ServiceProvider.GetRequiredService<NewsDbContext>().ApiKeys.OrderBy(key => key.Id).ToListAsync(cancel))
        {
            var state = key.IsValid(TimeProvider.System.GetUtcNow()) ? "valid" : key.RevokedAt is null ? "expired" : "revoked";
            Console.WriteLine($"{key.Id}  {EnumNames.Of(key.Role),-11}  {state,-7}  {key.Name}");
        }
        return 0;
    }

    private static async Task<int> RevokeKey(IServiceProvider services, Guid id, CancellationToken cancel)
    {
        await services.GetRequiredService<Preparation>().Migrate(cancel);
        await using var scope = services.CreateAsyncScope();
        var problem = await Keys.Revoke(scope.ServiceProvider.GetRequiredService<NewsDbContext>(), Actor.System, id, TimeProvider.System, cancel);
        Console.WriteLine(problem is null ? $"{id} is revoked." : problem.Detail);
        return problem is null ? 0 : 1;
    }

    private static void PrintAddresses(WebApplication app)
    {
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            Console.WriteLine($"""

                  HeadlessNews is ready.
                    Swagger UI      {address}/swagger
                    Published news  {address}/api/v1/articles

                """);
        }
    }
}
