using System.Reflection;
using HeadlessNews.Data;
using HeadlessNews.Data.Migrations;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace HeadlessNews.Tests.Data;

public sealed class MigrationTests(TestPostgres postgres)
{
    private static readonly Assembly Service = typeof(SqlMigration).Assembly;

    private static readonly List<string> Ids =
    [
        .. Service.GetTypes().Where(type => type.IsSubclassOf(typeof(SqlMigration)))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Every_migration_has_its_file_and_every_file_its_migration()
    {
        var embedded = Service.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Select(name => name[..^4]);
        var files = Directory.EnumerateFiles(Repository.PathOf("src", "HeadlessNews", "Data", "Migrations"), "*.sql")
            .Select(Path.GetFileNameWithoutExtension);

        Assert.NotEmpty(Ids);
        Assert.Equal(Ids, embedded.Order(StringComparer.Ordinal));
        Assert.Equal(Ids, files.Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public void Migrations_are_numbered_one_after_another() =>
        Assert.Equal(Enumerable.Range(1, Ids.Count).Select(number => $"{number:0000}"), Ids.Select(id => id.Split('_')[0]));

    [Fact]
    public async Task Services_that_start_together_on_an_empty_database_migrate_it_once()
    {
        var settings = await postgres.CreateEmptyDatabase();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Migrate(settings))));

        Assert.Equal(Ids, await Applied(settings));
        await using var owner = NpgsqlDataSource.Create(settings.GetConnectionString("News")!);
        Assert.Equal(1, await owner.Ask<long>("SELECT count(*) FROM log.head"));
        Assert.Equal(1, await owner.Ask<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'log.events'::regclass"));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        var settings = await postgres.CreateDatabase();
        await using var owner = NpgsqlDataSource.Create(settings.GetConnectionString("News")!);
        const string Everything = "SELECT format('%s %s %s', oid, relname, relfilenode) FROM pg_class WHERE relnamespace IN ('editorial'::regnamespace, 'delivery'::regnamespace, 'log'::regnamespace) ORDER BY oid";
        await owner.Do("UPDATE log.head SET position = 41");
        var before = await owner.Column(Everything);

        await Migrate(settings);

        Assert.Equal(before, await owner.Column(Everything));
        Assert.Equal(41, await owner.Ask<long>("SELECT position FROM log.head"));
        Assert.Equal(Ids, await Applied(settings));
    }

    private static async Task Migrate(IConfiguration settings)
    {
        await using var databases = new Databases(settings);
        await databases.Migrate(TestContext.Current.CancellationToken);
    }

    private static async Task<List<string>> Applied(IConfiguration settings)
    {
        await using var owner = NpgsqlDataSource.Create(settings.GetConnectionString("News")!);
        return await owner.Column("""SELECT "MigrationId" FROM editorial.schema_migrations ORDER BY 1""");
    }
}
