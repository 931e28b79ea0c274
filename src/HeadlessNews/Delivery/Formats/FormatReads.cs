using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Npgsql;

namespace HeadlessNews.Delivery.Formats;

/// <summary>What stands at an article's address, as other formats need it.</summary>
internal sealed record Publication
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required int Version { get; init; }
    public required string Language { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset? EmbargoUntil { get; init; }
    public required DateTimeOffset RenderedAt { get; init; }

    /// <summary>Null while it is live.</summary>
    public required DateTimeOffset? WithdrawnAt { get; init; }

    public required string? Notice { get; init; }

    /// <summary>Null once it is withdrawn.</summary>
    public required PublishedArticle? Article { get; init; }

    /// <summary>Whether it may be passed on now.</summary>
    public required bool IsSyndicable { get; init; }

    /// <summary>Seconds until it is no longer shown; null for never.</summary>
    public required int? ShownFor { get; init; }

    /// <summary>Seconds until it may no longer be passed on; null for never.</summary>
    public required int? SyndicableFor { get; init; }
}

/// <summary>One article by its address: what stands there, or the slug it moved to, or nothing.</summary>
internal sealed record PublicationFound(Publication? Publication, string? MovedTo = null, Guid Id = default);

/// <summary>Stored documents, read back for what is made out of them.</summary>
internal sealed class FormatReads(Databases databases, ArticleReads articles)
{
    private const string Columns =
        """
        SELECT article_id, slug, version, language, published_at, updated_at, embargo_until, rendered_at,
               CASE WHEN shown_until <= now() THEN coalesce(withdrawn_at, shown_until) ELSE withdrawn_at END, notice,
               CASE WHEN shown_until <= now() THEN NULL ELSE document END,
               is_syndicable AND (syndicable_until IS NULL OR syndicable_until > now()),
               CASE WHEN state = 'live' AND shown_until > now() THEN least(floor(extract(epoch FROM shown_until - now())), 1e9)::integer END,
               CASE WHEN state = 'live' AND syndicable_until > now() THEN least(floor(extract(epoch FROM syndicable_until - now())), 1e9)::integer END
        FROM delivery.articles
        """;

    private const string ById = $"{Columns} WHERE article_id = $1";

    private const string BySlug = $"{Columns} WHERE slug = $1";

    private const string These = $"{Columns} WHERE article_id = ANY ($1) AND state = 'live'";

    /// <summary>Documents rendered by another release may lack a member, or have one more, until they are rendered again.</summary>
    private static readonly JsonSerializerOptions Stored = new(Json.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                static type =>
                {
                    foreach (var property in type.Properties)
                    {
                        property.IsRequired = false;
                    }
                },
            },
        },
    };

    public async Task<PublicationFound> Get(string idOrSlug, CancellationToken cancel)
    {
        var isId = Guid.TryParseExact(idOrSlug, "D", out var id);
        await using (var command = databases.Delivery.CreateCommand(isId ? ById : BySlug))
        {
            command.Parameters.Add(isId ? new NpgsqlParameter<Guid> { TypedValue = id } : new NpgsqlParameter<string> { TypedValue = idOrSlug });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                return new PublicationFound(Read(reader));
            }
        }
        var moved = await articles.Get(idOrSlug, cancel);
        return new PublicationFound(null, moved.MovedTo, moved.Id);
    }

    /// <summary>Those of these articles that are live, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, Publication>> Get(Guid[] ids, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, Publication>(ids.Length);
        await using var command = databases.Delivery.CreateCommand(These);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var publication = Read(reader);
            found[publication.Id] = publication;
        }
        return found;
    }

    private static Publication Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Slug = reader.GetString(1),
        Version = reader.GetInt32(2),
        Language = reader.GetString(3),
        PublishedAt = reader.GetFieldValue<DateTimeOffset>(4),
        UpdatedAt = reader.GetFieldValue<DateTimeOffset>(5),
        EmbargoUntil = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
        RenderedAt = reader.GetFieldValue<DateTimeOffset>(7),
        WithdrawnAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
        Notice = reader.IsDBNull(9) ? null : reader.GetString(9),
        Article = reader.IsDBNull(10) ? null : JsonSerializer.Deserialize<PublishedArticle>(reader.GetFieldValue<byte[]>(10), Stored),
        IsSyndicable = reader.GetBoolean(11),
        ShownFor = reader.FreshFor(12),
        SyndicableFor = reader.FreshFor(13),
    };
}
