using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace HeadlessNews.Data;

/// <summary>
/// New rows by COPY, PostgreSQL's own way for many: a tenth of what INSERT costs both sides. It reads the model that saving reads, so it
/// writes the same rows; what the database refuses, it refuses with the same errors.
/// </summary>
internal static class AddedRows
{
    /// <summary>Writes what the context is to add, as saving would; what it is to change is left for saving.</summary>
    public static async Task CopyAdded(this NewsDbContext db, CancellationToken cancel)
    {
        var added = db.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Added).ToLookup(entry => entry.Metadata);
        foreach (var type in PrincipalsFirst([.. added.Select(rows => rows.Key)]))
        {
            await Copy((NpgsqlConnection)db.Database.GetDbConnection(), type, added[type].Select(entry => entry.Entity), cancel);
            foreach (var entry in added[type])
            {
                entry.State = EntityState.Unchanged;
            }
        }
    }

    private static async Task Copy(NpgsqlConnection connection, IEntityType type, IEnumerable<object> rows, CancellationToken cancel)
    {
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var columns = type.GetFlattenedProperties()
            .Where(property => (property.ValueGenerated & ValueGenerated.OnUpdate) == 0)
            .Select(property => new Column(property, property.GetColumnName(table)!, property.GetRelationalTypeMapping())).ToList();
        await using var writer = await connection.BeginBinaryImportAsync(
            $"COPY {table.Schema}.{table.Name} ({string.Join(", ", columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancel);
            foreach (var column in columns)
            {
                if (column.ValueIn(row) is { } value)
                {
                    await writer.WriteAsync(value, column.Mapping.StoreType, cancel);
                }
                else
                {
                    await writer.WriteNullAsync(cancel);
                }
            }
        }
        await writer.CompleteAsync(cancel);
    }

    private static IEnumerable<IEntityType> PrincipalsFirst(HashSet<IEntityType> types)
    {
        while (types.Count > 0)
        {
            var free = types.First(type => type.GetForeignKeys().All(key => key.PrincipalEntityType == type || !types.Contains(key.PrincipalEntityType)));
            types.Remove(free);
            yield return free;
        }
    }

    private sealed record Column(IProperty Property, string Name, Microsoft.EntityFrameworkCore.Storage.RelationalTypeMapping Mapping)
    {
        public object? ValueIn(object row)
        {
            var value = Within(Property.DeclaringType, row) is { } holder ? Property.GetGetter().GetClrValue(holder) : null;
            return value is not null && Mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value;
        }

        /// <summary>The nested value that declares the property, or the row itself.</summary>
        private static object? Within(ITypeBase declaring, object row) =>
            declaring is IComplexType nested
                ? Within(nested.ComplexProperty.DeclaringType, row) is { } holder ? nested.ComplexProperty.GetGetter().GetClrValue(holder) : null
                : row;
    }
}
