using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Npgsql;
using NpgsqlTypes;

namespace HeadlessNews.Delivery;

/// <summary>What a rendering may take the place of.</summary>
internal enum WriteOver
{
    /// <summary>A publication: whatever was there.</summary>
    Anything,

    /// <summary>Something was appended to what is live: that publication. A newer release's rendering too, which it does again by itself.</summary>
    SamePublication,

    /// <summary>The same is rendered again: that publication, unless a newer release has rendered it.</summary>
    SamePublicationOlderRelease,
}

/// <summary>What a write has changed of what the public sees.</summary>
/// <param name="Articles">The articles, each with the cache tags of all that it changed.</param>
/// <param name="Directory">Authors, sources and tags that have become public by it, are so no longer, or read otherwise.</param>
internal sealed record Changed(IReadOnlyDictionary<Guid, IReadOnlyCollection<string>> Articles, IReadOnlyList<Event> Directory)
{
    public static readonly Changed Nothing = new(new Dictionary<Guid, IReadOnlyCollection<string>>(), []);

    /// <summary>In the order in which a copy is kept whole: what articles name is there before them, and goes after them.</summary>
    public void Record(Change change, IEnumerable<Event> ofArticles)
    {
        foreach (var happened in Directory.Where(happened => !happened.IsEnd).Concat(ofArticles).Concat(Directory.Where(happened => happened.IsEnd)))
        {
            change.Record(happened);
        }
    }
}

/// <summary>
/// The one way into the delivery schema. Everything is set-wise: publishing one article, re-rendering a hundred and importing a
/// thousand run the same statements. Runs inside the caller's transaction, before the log is appended to.
/// </summary>
internal static class DeliveryStore
{
    /// <summary>
    /// Writers of delivery go one after another from here to their commit, where the log's head would make them do so anyway. So
    /// counts and lists cannot deadlock, and what a writer reads here is what the one before has committed. An article's own rows are
    /// written before: whoever writes them holds the article's editorial row.
    /// </summary>
    private const string OneWriter = "SELECT pg_advisory_xact_lock(hashtext('delivery'))";

    private const string PutDirectory =
        """
        INSERT INTO delivery.directory AS present (id, kind, slug, name, version, document)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE
            SET slug = excluded.slug, name = excluded.name, version = excluded.version, document = excluded.document
            WHERE present.version <= excluded.version
              AND (present.slug, present.version, present.document::text) IS DISTINCT FROM (excluded.slug, excluded.version, excluded.document::text)
        RETURNING id
        """;

    private const string PutArticles =
        """
        INSERT INTO delivery.articles AS present (
            article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at, rendered_at,
            log_position, embargo_until, expires_at, etag, card, document, site_until, is_syndicable, syndicable_until, is_indexable)
        SELECT id, slug, 'live', version, revision, $19, language, redistribution, published_at, updated_at, clock_timestamp(),
               $20, embargo_until, expires_at, etag, card, document, site_until, is_syndicable, syndicable_until, is_indexable
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            AS fresh (id, slug, version, revision, language, redistribution, published_at, updated_at, embargo_until, expires_at, etag, card,
                      document, site_until, is_syndicable, syndicable_until, is_indexable)
        ON CONFLICT (article_id) DO UPDATE SET
            slug = excluded.slug, state = 'live', version = excluded.version, revision = excluded.revision,
            render_version = excluded.render_version, language = excluded.language, redistribution = excluded.redistribution,
            published_at = excluded.published_at, updated_at = excluded.updated_at,
            -- Last-Modified never goes back, whatever a clock does.
            rendered_at = greatest(present.rendered_at, excluded.rendered_at),
            log_position = excluded.log_position,
            embargo_until = excluded.embargo_until, expires_at = excluded.expires_at, etag = excluded.etag,
            card = excluded.card, document = excluded.document, site_until = excluded.site_until,
            is_syndicable = excluded.is_syndicable, syndicable_until = excluded.syndicable_until, is_indexable = excluded.is_indexable,
            withdrawn_at = NULL, notice = NULL
            -- What is no publication writes over the very publication it rendered, or not at all. The revision would not do: withdrawn
            -- and published again meanwhile, it is the same at a later version.
            WHERE $18 = 'Anything'
               OR (present.state = 'live' AND present.version = excluded.version
                   AND ($18 = 'SamePublication' OR present.render_version <= excluded.render_version))
        RETURNING article_id
        """;

    private const string Withdraw =
        """
        UPDATE delivery.articles AS present
        SET state = 'withdrawn', card = NULL, document = NULL, version = gone.version, withdrawn_at = $3, rendered_at = greatest(rendered_at, $3), notice = $4
        FROM unnest($1, $2) AS gone (id, version)
        WHERE present.article_id = gone.id
        """;

    /// <summary>In the order in which they are locked by whoever looks for neighbours.</summary>
    private const string DropStories =
        """
        WITH locked AS MATERIALIZED (
            SELECT article_id FROM delivery.stories WHERE article_id = ANY ($1) ORDER BY article_id FOR UPDATE
        )
        DELETE FROM delivery.stories AS story USING locked WHERE story.article_id = locked.article_id
        """;

    /// <summary>Lists and counts follow: $1 the articles, $2 to $5 all rows they shall have.</summary>
    private const string Relist =
        """
        WITH wanted AS (
            SELECT * FROM unnest($2, $3, $4, $5) AS row (facet_kind, facet_id, published_at, article_id)
        ),
        gone AS (
            DELETE FROM delivery.listing AS present
            WHERE article_id = ANY ($1)
              AND NOT EXISTS (
                  SELECT FROM wanted
                  WHERE (wanted.facet_kind, wanted.facet_id, wanted.published_at, wanted.article_id)
                      = (present.facet_kind, present.facet_id, present.published_at, present.article_id))
            RETURNING article_id, facet_kind, facet_id
        ),
        come AS (
            INSERT INTO delivery.listing (facet_kind, facet_id, published_at, article_id)
            SELECT facet_kind, facet_id, published_at, article_id FROM wanted
            ON CONFLICT DO NOTHING
            RETURNING facet_id
        ),
        change AS (
            SELECT facet_id, sum(step)::integer AS step
            FROM (SELECT facet_id, 1 AS step FROM come UNION ALL SELECT facet_id, -1 FROM gone) AS steps
            GROUP BY facet_id
        ),
        counted AS (
            UPDATE delivery.directory
            SET article_count = article_count + step
            FROM change
            WHERE id = facet_id AND step <> 0
            RETURNING kind, id, version, article_count, step
        )
        SELECT article_id, facet_kind, facet_id, NULL::integer, NULL::boolean FROM gone
        UNION ALL
        SELECT NULL, kind, id, version, article_count > 0 FROM counted WHERE (article_count = 0) <> (article_count = step)
        """;

    /// <summary>Chosen related articles follow: $1 the articles, $2 to $5 all rows they shall have.</summary>
    private const string Relate =
        """
        WITH wanted AS (
            SELECT * FROM unnest($2, $3, $4, $5) AS row (article_id, position, related_id, kind)
        ),
        gone AS (
            DELETE FROM delivery.relations AS present
            WHERE article_id = ANY ($1)
              AND NOT EXISTS (SELECT FROM wanted WHERE (wanted.article_id, wanted.position) = (present.article_id, present.position))
        )
        INSERT INTO delivery.relations AS present (article_id, position, related_id, kind)
        SELECT article_id, position, related_id, kind FROM wanted
        ON CONFLICT (article_id, position) DO UPDATE
            SET related_id = excluded.related_id, kind = excluded.kind
            WHERE (present.related_id, present.kind) <> (excluded.related_id, excluded.kind)
        """;

    /// <summary>Public slugs that are no longer, or are once more, their owner's present one. $1 the owners.</summary>
    private const string Redirect =
        """
        WITH present AS (
            SELECT article_id AS id, 'article' AS kind, slug FROM delivery.articles WHERE article_id = ANY ($1)
            UNION ALL
            SELECT id, kind, slug FROM delivery.directory WHERE id = ANY ($1)
        ),
        again AS (
            DELETE FROM delivery.former_slugs AS former USING present WHERE (former.kind, former.slug) = (present.kind, present.slug)
        )
        INSERT INTO delivery.former_slugs (kind, slug, id)
        SELECT taken.kind, taken.slug, taken.owner_id
        FROM editorial.slugs AS taken JOIN present ON taken.owner_id = present.id
        WHERE taken.was_public AND taken.slug <> present.slug
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Puts articles in front of the public, with the directory entries they name.</summary>
    /// <param name="logPosition">The log's position when what the articles name was read.</param>
    /// <param name="over">What may be written over; what may not is left alone.</param>
    /// <returns>The articles written, each with the cache tags of all that it changed.</returns>
    public static async Task<Changed> Put(
        NpgsqlConnection connection, IReadOnlyList<RenderedArticle> articles, IReadOnlyList<DirectoryEntry> directory, long logPosition,
        WriteOver over, CancellationToken cancel)
    {
        var written = new List<Guid>(articles.Count);
        await using (var command = connection.Statement(PutArticles,
        [
            articles.Select(article => article.Edition.Id).ToArray(),
            articles.Select(article => article.Slug).ToArray(),
            articles.Select(article => article.Edition.Version).ToArray(),
            articles.Select(article => article.Edition.Revision).ToArray(),
            articles.Select(article => article.Language).ToArray(),
            articles.Select(article => EnumNames.Of(article.Redistribution)).ToArray(),
            articles.Select(article => article.Edition.PublishedAt).ToArray(),
            articles.Select(article => article.Edition.UpdatedAt).ToArray(),
            articles.Select(article => article.EmbargoUntil).ToArray(),
            articles.Select(article => article.ExpiresAt).ToArray(),
            articles.Select(article => article.EntityTag).ToArray(),
            JsonArray(articles.Select(article => article.Card)),
            JsonArray(articles.Select(article => article.Document)),
            articles.Select(article => article.Cleared.SiteUntil).ToArray(),
            articles.Select(article => article.Cleared.ForSyndication).ToArray(),
            articles.Select(article => article.Cleared.SyndicationUntil).ToArray(),
            articles.Select(article => article.IsIndexable).ToArray(),
            over.ToString(),
            Renderer.Version,
            logPosition,
        ]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                written.Add(reader.GetGuid(0));
            }
        }
        var fresh = articles.Where(article => written.Contains(article.Edition.Id)).ToList();
        var words = await SearchStore.Put(connection, fresh, cancel);
        await connection.Execute(OneWriter, [], cancel);
        await SearchStore.Count(connection, words, cancel);
        // An import names the same in every batch: a publication writes the names' beginnings where a name is new or has changed, and no release
        // that spells them otherwise comes with it.
        var entries = await PutEntries(connection, directory, cancel, changedAlone: over == WriteOver.Anything);
        var rows = fresh
            .SelectMany(article => article.Facets.Select(facet => (Facet: facet, article.Edition))).ToList();
        var changed = await List(connection, written, rows.ConvertAll(row => (row.Edition.Id, row.Facet, row.Edition.PublishedAt)), cancel);
        await Relations(connection, [.. written], [.. fresh.SelectMany(article => article.Related.Select((other, position) => (article.Edition.Id, position, other)))], cancel);
        await connection.Execute(Redirect, [articles.Select(article => article.Edition.Id).Concat(directory.Select(entry => entry.Id)).ToArray()], cancel);
        var listed = changed.Directory.Select(happened => happened.Id).ToHashSet();
        return changed with
        {
            Directory = [.. changed.Directory, .. directory.Where(entry => entries.Contains(entry.Id) && !listed.Contains(entry.Id)).Select(entry => entry.Rerendered)],
        };
    }

    /// <summary>Puts directory entries in front of the public, and redirects from where they stood.</summary>
    /// <returns>Those that are other than before.</returns>
    public static async Task<IReadOnlySet<Guid>> Put(NpgsqlConnection connection, IReadOnlyList<DirectoryEntry> directory, CancellationToken cancel)
    {
        await connection.Execute(OneWriter, [], cancel);
        var changed = await PutEntries(connection, directory, cancel);
        await connection.Execute(Redirect, [changed.ToArray()], cancel);
        return changed;
    }

    /// <summary>From the former addresses of what is there.</summary>
    public static async Task Redirects(NpgsqlConnection connection, Guid[] owners, CancellationToken cancel)
    {
        await connection.Execute(OneWriter, [], cancel);
        await connection.Execute(Redirect, [owners], cancel);
    }

    /// <summary>Takes articles from the public; their addresses answer 410 with the notice.</summary>
    /// <returns>The articles, each with the cache tags of all that it changed.</returns>
    public static async Task<Changed> TakeBack(
        NpgsqlConnection connection, IReadOnlyList<(Guid Id, int Version)> articles, DateTimeOffset now, string? notice, CancellationToken cancel)
    {
        var ids = articles.Select(article => article.Id).ToArray();
        // Whoever looks for neighbours may be at these stories for a while: nobody else is to wait for it as well.
        await connection.Execute(DropStories, [ids], cancel);
        await connection.Execute(OneWriter, [], cancel);
        await connection.Execute(Withdraw,
            [ids, articles.Select(article => article.Version).ToArray(), now, new NpgsqlParameter<string?> { TypedValue = notice }], cancel);
        var changed = await List(connection, ids, [], cancel);
        await Relations(connection, ids, [], cancel);
        await SearchStore.Remove(connection, ids, cancel);
        return changed;
    }

    /// <summary>Puts articles into the lists they shall stand in, and out of all others. What stood in a list, or does now, changed it.</summary>
    private static async Task<Changed> List(
        NpgsqlConnection connection, IReadOnlyList<Guid> articles, List<(Guid Article, Facet Facet, DateTimeOffset PublishedAt)> rows, CancellationToken cancel)
    {
        var tags = articles.ToDictionary(id => id, id => new HashSet<string> { CacheTags.Article(id) });
        rows.ForEach(row => tags[row.Article].Add(CacheTags.Of(row.Facet)));
        await using var command = connection.Statement(Relist,
        [
            articles.ToArray(),
            rows.Select(row => row.Facet.Kind).ToArray(),
            rows.Select(row => row.Facet.Id).ToArray(),
            rows.Select(row => row.PublishedAt).ToArray(),
            rows.Select(row => row.Article).ToArray(),
        ]);
        var directory = new List<Event>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var facet = new Facet(reader.GetString(1), reader.GetGuid(2));
            if (reader.IsDBNull(0))
            {
                var version = reader.GetInt32(3);
                directory.Add(new Event($"{facet.Kind}.{(reader.GetBoolean(4) ? "listed" : "unlisted")}", facet.Id, version, version, Tags: [CacheTags.Of(facet)]));
            }
            else
            {
                tags[reader.GetGuid(0)].Add(CacheTags.Of(facet));
            }
        }
        return new Changed(tags.ToDictionary(entry => entry.Key, IReadOnlyCollection<string> (entry) => entry.Value), directory);
    }

    private static Task Relations(
        NpgsqlConnection connection, Guid[] articles, IReadOnlyList<(Guid Article, int Position, RelatedSnapshot Other)> rows, CancellationToken cancel) =>
        connection.Execute(Relate,
        [
            articles,
            rows.Select(row => row.Article).ToArray(),
            rows.Select(row => row.Position).ToArray(),
            rows.Select(row => row.Other.Id).ToArray(),
            rows.Select(row => EnumNames.Of(row.Other.Kind)).ToArray(),
        ], cancel);

    private static async Task<HashSet<Guid>> PutEntries(NpgsqlConnection connection, IReadOnlyList<DirectoryEntry> directory, CancellationToken cancel, bool changedAlone = false)
    {
        var changed = new HashSet<Guid>();
        await using (var command = connection.Statement(PutDirectory,
        [
            directory.Select(entry => entry.Id).ToArray(),
            directory.Select(entry => entry.Kind).ToArray(),
            directory.Select(entry => entry.Slug).ToArray(),
            directory.Select(entry => entry.Name).ToArray(),
            directory.Select(entry => entry.Version).ToArray(),
            JsonArray(directory.Select(entry => entry.Document)),
        ]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                changed.Add(reader.GetGuid(0));
            }
        }
        await SearchStore.Put(connection, changedAlone ? [.. directory.Where(entry => changed.Contains(entry.Id))] : directory, cancel);
        return changed;
    }

    private static NpgsqlParameter JsonArray(IEnumerable<string> documents) =>
        new() { Value = documents.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Json };
}
