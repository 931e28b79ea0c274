using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>An author, source or tag that has the name, or stands for the topic, of what was asked for.</summary>
internal sealed record FoundByName
{
    /// <summary>Which of those asked for, from 1.</summary>
    public int Nth { get; init; }

    public Guid Id { get; init; }

    public bool IsTopic { get; init; }

    /// <summary>Up to two of each name: one is found, two are too many. And the tag that stands for a topic.</summary>
    public static Task<List<FoundByName>> Find(NewsDbContext db, SlugKind kind, IReadOnlyList<Asked> asked, CancellationToken cancel)
    {
        var (names, kinds) = (asked.Select(one => one.Name).ToArray(), asked.Select(one => one.Kind).ToArray());
        var topics = asked.Select(one => kind == SlugKind.Tag ? one.MediaTopic : null).ToArray();
        // The table's name comes from the kind, which is ours.
        var table = $"editorial.{EnumNames.Of(kind)}s";
        var byTopic = kind == SlugKind.Tag
            ? "UNION ALL (SELECT id, true AS is_topic FROM editorial.tags WHERE media_topic = asked.topic ORDER BY id LIMIT 1)"
            : "";
#pragma warning disable EF1002
        return db.Database.SqlQueryRaw<FoundByName>(
            $$"""
            SELECT asked.nth::integer AS "Nth", found.id AS "Id", found.is_topic AS "IsTopic"
            FROM unnest({0}, {1}, {2}) WITH ORDINALITY AS asked (name, kind, topic, nth)
            CROSS JOIN LATERAL (
                (SELECT id, false AS is_topic FROM {{table}} WHERE lower(name) = lower(asked.name) AND (asked.kind IS NULL OR kind = asked.kind) ORDER BY id LIMIT 2)
                {{byTopic}}
            ) AS found
            """, names, kinds, topics).ToListAsync(cancel);
#pragma warning restore EF1002
    }
}
