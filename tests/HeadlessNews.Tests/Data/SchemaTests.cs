using System.Text.RegularExpressions;
using HeadlessNews.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace HeadlessNews.Tests.Data;

/// <summary>The .sql files are the schema; the EF model is a claim about it. Held together in both directions.</summary>
public sealed partial class SchemaTests(NewsDatabase database) : IClassFixture<NewsDatabase>
{
    /// <summary>Not entities: EF's own notes, and what is only ever spoken to in SQL.</summary>
    private static readonly string[] TablesWithoutEntity = ["schema_migrations", "installation_secrets", "kept_answers", "restore_under_way"];

    [Fact]
    public async Task Every_column_of_the_editorial_schema_is_in_the_model_and_the_other_way_round()
    {
        var inDatabase = await database.Owner.Column(
            """
            SELECT format('%s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'NULL' END)
            FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
            WHERE class.relnamespace = 'editorial'::regnamespace AND class.relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
            """);
        var inInformationSchema = await database.Owner.Column(
            """
            SELECT format('%s.%s.%s %s', table_schema, table_name, column_name, CASE is_nullable WHEN 'NO' THEN 'NOT NULL' ELSE 'NULL' END)
            FROM information_schema.columns
            WHERE table_schema = 'editorial'
            """);

        Assert.Equal(inDatabase.Count, inInformationSchema.Count);
        AssertSame(inDatabase.Where(HasEntity), Columns());
    }

    [Fact]
    public async Task Every_table_of_the_editorial_schema_has_an_entity_and_the_other_way_round()
    {
        var inDatabase = await database.Owner.Column("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'editorial'");

        Assert.Empty(TablesWithoutEntity.Except(inDatabase));
        AssertSame(inDatabase.Except(TablesWithoutEntity), Entities().Select(entity => entity.GetTableName()!).Distinct());
    }

    [Fact]
    public async Task Primary_keys_are_the_same()
    {
        var inDatabase = await Keys("PRIMARY KEY");

        AssertSame(inDatabase.Where(HasEntity), Entities().Select(entity => KeyOf(entity, entity.FindPrimaryKey()!.Properties)).Distinct());
    }

    [Fact]
    public async Task What_the_model_calls_unique_is_unique_in_the_database()
    {
        var inDatabase = await Keys("UNIQUE");
        var inModel = Entities()
            .SelectMany(entity => entity.GetIndexes().Where(index => index.IsUnique).Select(index => KeyOf(entity, index.Properties))
                .Concat(entity.GetKeys().Where(key => !key.IsPrimaryKey()).Select(key => KeyOf(entity, key.Properties))))
            .ToList();

        Assert.NotEmpty(inModel);
        Assert.Empty(inModel.Except(inDatabase));
    }

    [Fact]
    public async Task Foreign_keys_of_the_model_are_in_the_database()
    {
        var inDatabase = await database.Owner.Column(
            """
            SELECT format('%s(%s) -> %s', conrelid::regclass,
                          (SELECT string_agg(attname, ', ' ORDER BY nth) FROM unnest(conkey) WITH ORDINALITY AS key (attnum, nth)
                           JOIN pg_attribute AS attribute ON attribute.attrelid = conrelid AND attribute.attnum = key.attnum),
                          confrelid::regclass)
            FROM pg_constraint
            WHERE contype = 'f' AND connamespace = 'editorial'::regnamespace
            """);
        var inModel = Entities()
            .SelectMany(entity => entity.GetForeignKeys().Where(key => !key.IsOwnership)
                .Select(key => $"{KeyOf(entity, key.Properties)} -> {TableOf(key.PrincipalEntityType)}"))
            .ToList();

        Assert.NotEmpty(inModel);
        Assert.Empty(inModel.Except(inDatabase));
    }

    [Fact]
    public async Task Every_constraint_that_has_a_problem_exists()
    {
        var source = await File.ReadAllTextAsync(Repository.PathOf("src", "HeadlessNews", "Http", "Constraints.cs"), TestContext.Current.CancellationToken);
        var mapped = ConstraintName().Matches(source).Select(match => match.Groups[1].Value).ToList();
        var inDatabase = await database.Owner.Column("SELECT conname::text FROM pg_constraint");
        var inTriggers = await database.Owner.Column("SELECT prosrc FROM pg_proc WHERE pronamespace IN ('editorial'::regnamespace, 'delivery'::regnamespace)");

        Assert.True(mapped.Count > 10, $"Only {mapped.Count} constraint names were found in Constraints.cs.");
        Assert.All(mapped, name => Assert.True(
            inDatabase.Contains(name) || inTriggers.Exists(body => body.Contains($"CONSTRAINT = '{name}'", StringComparison.Ordinal)), name));
    }

    private Task<List<string>> Keys(string type) => database.Owner.Column(
        $"""
        SELECT format('%s.%s(%s)', table_schema, table_name, string_agg(column_name, ', ' ORDER BY ordinal_position))
        FROM information_schema.table_constraints JOIN information_schema.key_column_usage USING (constraint_schema, constraint_name, table_schema, table_name)
        WHERE constraint_type = '{type}' AND table_schema = 'editorial'
        GROUP BY table_schema, table_name, constraint_name
        """);

    private static bool HasEntity(string row) => !TablesWithoutEntity.Any(table => row.StartsWith($"editorial.{table}", StringComparison.Ordinal));

    private List<IEntityType> Entities()
    {
        var options = new DbContextOptionsBuilder<NewsDbContext>();
        Databases.Configure(options, database.Doors.Editorial);
        using var db = new NewsDbContext(options.Options);
        return [.. db.Model.GetEntityTypes()];
    }

    private IEnumerable<string> Columns() => Entities()
        .SelectMany(entity => ((ITableMapping)entity.GetTableMappings().Single()).Table.Columns
            .Select(column => $"{TableOf(entity)}.{column.Name} {column.StoreType} {(column.IsNullable ? "NULL" : "NOT NULL")}"))
        .Distinct();

    private static string TableOf(IEntityType entity) => $"{entity.GetSchema()}.{entity.GetTableName()}";

    private static string KeyOf(IEntityType entity, IEnumerable<IProperty> properties) =>
        $"{TableOf(entity)}({string.Join(", ", properties.Select(property => property.GetColumnName()))})";

    private static void AssertSame(IEnumerable<string> inDatabase, IEnumerable<string> inModel)
    {
        var sql = inDatabase.ToHashSet();
        var model = inModel.ToHashSet();
        Assert.NotEmpty(sql);
        Assert.True(sql.SetEquals(model),
            $"Only in the database:\n  {string.Join("\n  ", sql.Except(model).Order())}\nOnly in the model:\n  {string.Join("\n  ", model.Except(sql).Order())}");
    }

    [GeneratedRegex("(?:^ *|or )\"([a-z_]+)\"", RegexOptions.Multiline)]
    private static partial Regex ConstraintName();
}
