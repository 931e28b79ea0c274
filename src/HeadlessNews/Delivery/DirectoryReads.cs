using System.Text;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>What stands at an author's, source's or tag's address: the document, or the slug it moved to.</summary>
internal sealed record DirectoryFound(byte[]? Json, string? MovedTo, Guid Id = default, int? FreshFor = null);

/// <summary>Authors, sources and tags with something published, as the public reads them.</summary>
internal sealed class DirectoryReads(Databases databases)
{
    private const string Page =
        $"""
        SELECT slug, id, document, article_count, {Freshness.UntilNextEnd}
        FROM delivery.directory
        WHERE kind = $1 AND slug > $2 AND article_count > 0
        ORDER BY slug
        LIMIT $3
        """;

    private const string One =
        $"""
        SELECT document, article_count, id, {Freshness.UntilNextEnd}
        FROM delivery.directory
        WHERE kind = $1 AND (slug = $2 OR id = $3) AND article_count > 0
        """;

    private const string ByFormerSlug =
        """
        SELECT present.id, present.slug
        FROM delivery.former_slugs AS former JOIN delivery.directory AS present ON present.id = former.id
        WHERE former.kind = $1 AND former.slug = $2 AND present.article_count > 0
        """;

    public async Task<JsonPage> List(string kind, string afterSlug, int limit, Func<string, Guid, string> cursor, CancellationToken cancel)
    {
        var rows = new List<(string Slug, Guid Id, byte[] Json)>(limit + 1);
        int? freshFor = null;
        await using var command = databases.Delivery.CreateCommand(Page);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = afterSlug });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            freshFor = reader.FreshFor(4);
            rows.Add((reader.GetString(0), reader.GetGuid(1), WithCount(reader.GetFieldValue<byte[]>(2), reader.GetInt32(3))));
        }
        string? next = null;
        if (rows.Count > limit)
        {
            rows.RemoveAt(limit);
            next = cursor(rows[^1].Slug, rows[^1].Id);
        }
        return ArticleReads.Compose(rows.ConvertAll(row => row.Json), next, freshFor) with { Tags = [CacheTags.List(kind)] };
    }

    public async Task<DirectoryFound> Get(string kind, string idOrSlug, CancellationToken cancel)
    {
        await using (var command = databases.Delivery.CreateCommand(One))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = Guid.TryParseExact(idOrSlug, "D", out var id) ? id : null });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                return new DirectoryFound(WithCount(reader.GetFieldValue<byte[]>(0), reader.GetInt32(1)), null, reader.GetGuid(2), reader.FreshFor(3));
            }
        }
        await using var former = databases.Delivery.CreateCommand(ByFormerSlug);
        former.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        former.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
        await using var moved = await former.ExecuteReaderAsync(cancel);
        return await moved.ReadAsync(cancel) ? new DirectoryFound(null, moved.GetString(1), moved.GetGuid(0)) : new DirectoryFound(null, null);
    }

    /// <summary>
    /// The count changes with every publish, the document with none of them: it is rendered with a last member of
    /// <c>"articleCount":0</c>, and the number is set in when it is read.
    /// </summary>
    private static byte[] WithCount(byte[] document, int count) => [.. document.AsSpan(..^2), .. Encoding.ASCII.GetBytes($"{count}}}")];
}
