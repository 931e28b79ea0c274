using System.Buffers;
using System.Text;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>A finished page, and the seconds until the first article on it expires; null for never.</summary>
internal sealed record JsonPage(ReadOnlyMemory<byte> Json, string? NextCursor, int? FreshFor = null)
{
    public string? PreviousCursor { get; init; }

    /// <summary>What it shows (<see cref="CacheTags"/>).</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What it does not show, and would if it were live.</summary>
    public IReadOnlyList<string> UnseenTags { get; init; } = [];
}

/// <summary>What stands at an article's address: the document, or the notice of a withdrawn one, or the slug it moved to.</summary>
internal sealed record ArticleFound
{
    public Guid Id { get; init; }
    public byte[]? Json { get; init; }
    public string? EntityTag { get; init; }
    public DateTimeOffset? RenderedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; init; }
    public string? Notice { get; init; }
    public string? MovedTo { get; init; }

    /// <summary>Seconds until it expires, by the database's clock; null for never.</summary>
    public int? FreshFor { get; init; }
}

/// <summary>Articles as the public reads them: finished bytes, found by key.</summary>
internal sealed class ArticleReads(Databases databases)
{
    /// <summary>What has ended is withdrawn within a second, and until then answered as if it were.</summary>
    private const string ById =
        """
        SELECT article_id, etag, rendered_at, CASE WHEN shown_until <= now() THEN coalesce(withdrawn_at, shown_until) ELSE withdrawn_at END, notice,
               CASE WHEN shown_until <= now() THEN NULL ELSE document END,
               CASE WHEN shown_until IS NOT NULL THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END
        FROM delivery.articles
        WHERE article_id = $1
        """;

    internal const string BySlug =
        """
        SELECT article_id, etag, rendered_at, CASE WHEN shown_until <= now() THEN coalesce(withdrawn_at, shown_until) ELSE withdrawn_at END, notice,
               CASE WHEN shown_until <= now() THEN NULL ELSE document END,
               CASE WHEN shown_until IS NOT NULL THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END
        FROM delivery.articles
        WHERE slug = $1
        """;

    private const string ByFormerSlug =
        """
        SELECT present.article_id, present.slug
        FROM delivery.former_slugs AS former JOIN delivery.articles AS present ON present.article_id = former.id
        WHERE former.kind = 'article' AND former.slug = $1
        """;

    public async Task<ArticleFound> Get(string idOrSlug, CancellationToken cancel)
    {
        var isId = Guid.TryParseExact(idOrSlug, "D", out var id);
        await using (var command = databases.Delivery.CreateCommand(isId ? ById : BySlug))
        {
            command.Parameters.Add(isId ? new NpgsqlParameter<Guid> { TypedValue = id } : new NpgsqlParameter<string> { TypedValue = idOrSlug });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                return new ArticleFound
                {
                    Id = reader.GetGuid(0),
                    EntityTag = reader.GetString(1),
                    RenderedAt = reader.GetFieldValue<DateTimeOffset>(2),
                    WithdrawnAt = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                    Notice = reader.IsDBNull(4) ? null : reader.GetString(4),
                    Json = reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5),
                    FreshFor = reader.FreshFor(6),
                };
            }
        }
        await using var former = databases.Delivery.CreateCommand(ByFormerSlug);
        former.Parameters.Add(new NpgsqlParameter<string> { TypedValue = idOrSlug });
        await using var moved = await former.ExecuteReaderAsync(cancel);
        return await moved.ReadAsync(cancel) ? new ArticleFound { Id = moved.GetGuid(0), MovedTo = moved.GetString(1) } : new ArticleFound();
    }

    /// <summary>Cards as they were rendered, one after the other: no card is parsed to be listed.</summary>
    /// <param name="items">The cards.</param>
    /// <param name="nextCursor">The cursor of the page after.</param>
    /// <param name="freshFor">Seconds until the first of them expires.</param>
    /// <param name="more">Further members of the page, each with a comma before it; in ASCII.</param>
    internal static JsonPage Compose(IReadOnlyList<byte[]> items, string? nextCursor, int? freshFor = null, string more = "")
    {
        var json = new ArrayBufferWriter<byte>(items.Sum(item => item.Length + 1) + 200);
        json.Write("{\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                json.Write(","u8);
            }
            json.Write(items[i]);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Write(Encoding.ASCII.GetBytes($"{Quoted(nextCursor)}{more}}}"));
        return new JsonPage(json.WrittenMemory, nextCursor, freshFor);
    }

    /// <summary>Cursors are base64url: nothing in them needs escaping.</summary>
    internal static string Quoted(string? cursor) => cursor is null ? "null" : $"\"{cursor}\"";
}
