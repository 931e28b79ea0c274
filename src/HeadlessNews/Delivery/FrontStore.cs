using System.Text.Json;
using HeadlessNews.Data;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Delivery;

/// <summary>A front for the public: itself, and every layout it has and will have.</summary>
internal sealed record FrontDocument(Guid Id, string Slug, string Name, string? Description, DateTimeOffset UpdatedAt, IReadOnlyList<FrontSlotRow> Slots, IReadOnlyList<DateTimeOffset> Editions);

/// <summary>A row of <c>delivery.front_slots</c>.</summary>
/// <param name="EffectiveFrom">The edition it belongs to; null for the one in force.</param>
/// <param name="Position">0 for the lead.</param>
/// <param name="Facets">What fills it; empty for everything, null for no fill.</param>
internal sealed record FrontSlotRow(
    DateTimeOffset? EffectiveFrom, int Position, string? Title, Guid? Article, string? Headline, string? Kicker, DateTimeOffset? From, DateTimeOffset? Until,
    int? Most, IReadOnlyList<Facet>? Facets);

/// <summary>The way of fronts into the delivery schema. Runs inside the caller's transaction, which holds the front's lock.</summary>
internal static class FrontStore
{
    private const string PutFront =
        """
        INSERT INTO delivery.fronts (front_id, slug, name, description, updated_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (front_id) DO UPDATE
            SET slug = excluded.slug, name = excluded.name, description = excluded.description, updated_at = excluded.updated_at
        """;

    private const string Redirect =
        """
        WITH again AS (
            DELETE FROM delivery.former_slugs WHERE kind = 'front' AND slug = $2
        )
        INSERT INTO delivery.former_slugs (kind, slug, id)
        SELECT kind, slug, owner_id
        FROM editorial.slugs
        WHERE owner_id = $1 AND kind = 'front' AND slug <> $2
        ON CONFLICT DO NOTHING
        """;

    private const string ClearEditions = "DELETE FROM delivery.front_editions WHERE front_id = $1";

    private const string PutEditions =
        """
        INSERT INTO delivery.front_editions (front_id, effective_from)
        SELECT $1, effective_from FROM unnest($2) AS edition (effective_from)
        UNION ALL
        SELECT $1, '-infinity'
        """;

    /// <summary>As JSON: PostgreSQL has no arrays of arrays of different lengths.</summary>
    private const string PutSlots =
        """
        INSERT INTO delivery.front_slots (
            front_id, effective_from, position, title, article_id, headline, kicker, pinned_from, pinned_until, most, facet_kinds, facet_ids)
        SELECT $1, coalesce(effective_from, '-infinity'), position, title, article_id, headline, kicker, pinned_from, pinned_until, most, facet_kinds, facet_ids
        FROM jsonb_to_recordset($2) AS slot (
            effective_from timestamptz, position integer, title text, article_id uuid, headline text, kicker text,
            pinned_from timestamptz, pinned_until timestamptz, most integer, facet_kinds text[], facet_ids uuid[])
        """;

    private const string RemoveFront =
        """
        WITH gone AS (
            DELETE FROM delivery.former_slugs WHERE kind = 'front' AND id = $1
        )
        DELETE FROM delivery.fronts WHERE front_id = $1
        """;

    public static async Task Put(NpgsqlConnection connection, FrontDocument front, CancellationToken cancel)
    {
        await connection.Execute(PutFront, [front.Id, front.Slug, front.Name, new NpgsqlParameter<string?> { TypedValue = front.Description }, front.UpdatedAt], cancel);
        await connection.Execute(Redirect, [front.Id, front.Slug], cancel);
        await connection.Execute(ClearEditions, [front.Id], cancel);
        await connection.Execute(PutEditions, [front.Id, front.Editions.ToArray()], cancel);
        await connection.Execute(PutSlots, [front.Id, new NpgsqlParameter { Value = JsonSerializer.Serialize(front.Slots.Select(Row)), NpgsqlDbType = NpgsqlDbType.Jsonb }], cancel);
    }

    public static Task Remove(NpgsqlConnection connection, Guid id, CancellationToken cancel) => connection.Execute(RemoveFront, [id], cancel);

    private static Dictionary<string, object?> Row(FrontSlotRow slot) => new()
    {
        ["effective_from"] = slot.EffectiveFrom,
        ["position"] = slot.Position,
        ["title"] = slot.Title,
        ["article_id"] = slot.Article,
        ["headline"] = slot.Headline,
        ["kicker"] = slot.Kicker,
        ["pinned_from"] = slot.From,
        ["pinned_until"] = slot.Until,
        ["most"] = slot.Most,
        ["facet_kinds"] = slot.Facets is null ? null : OrAll(slot.Facets).Select(facet => facet.Kind),
        ["facet_ids"] = slot.Facets is null ? null : OrAll(slot.Facets).Select(facet => facet.Id),
    };

    private static IReadOnlyList<Facet> OrAll(IReadOnlyList<Facet> facets) => facets.Count == 0 ? [Facet.All] : facets;
}
