using System.Reflection;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace HeadlessNews.Data.Migrations;

/// <summary>A migration is its .sql file, embedded under the migration's id. Files are numbered and never changed once released.</summary>
internal abstract class SqlMigration : Migration
{
    protected sealed override void Up(MigrationBuilder migrationBuilder)
    {
        var id = GetType().GetCustomAttribute<MigrationAttribute>()!.Id;
        using var stream = typeof(SqlMigration).Assembly.GetManifestResourceStream($"{id}.sql")
            ?? throw new InvalidOperationException($"The migration {id} has no embedded {id}.sql.");
        using var reader = new StreamReader(stream);
        migrationBuilder.Sql(reader.ReadToEnd());
    }
}

[DbContext(typeof(NewsDbContext)), Migration("0001_roles_and_schemas")]
internal sealed class RolesAndSchemas : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0002_editorial")]
internal sealed class Editorial : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0003_delivery")]
internal sealed class Delivery : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0004_log")]
internal sealed class Log : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0005_life_of_an_article")]
internal sealed class LifeOfAnArticle : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0006_refusals")]
internal sealed class Refusals : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0007_finding_and_relating")]
internal sealed class FindingAndRelating : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0008_cache_tags")]
internal sealed class CacheTags : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0009_lists_by_genre")]
internal sealed class ListsByGenre : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0010_sitemaps")]
internal sealed class Sitemaps : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0011_search")]
internal sealed class Search : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0012_fronts")]
internal sealed class Fronts : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0013_finding_names_and_words")]
internal sealed class FindingNamesAndWords : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0014_neighbours")]
internal sealed class Neighbours : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0015_search_ranking")]
internal sealed class SearchRanking : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0016_sync")]
internal sealed class Sync : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0017_webhooks")]
internal sealed class Webhooks : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0018_idempotency")]
internal sealed class Idempotency : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0019_import")]
internal sealed class Import : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0020_restore")]
internal sealed class Restore : SqlMigration;

[DbContext(typeof(NewsDbContext)), Migration("0021_writing_by_the_thousand")]
internal sealed class WritingByTheThousand : SqlMigration;
