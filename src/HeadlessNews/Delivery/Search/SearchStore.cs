using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>Writes what is found by words, by names and by their beginnings; set-wise, within the way into delivery (<see cref="DeliveryStore"/>).</summary>
internal static class SearchStore
{
    private const string PutSearchable =
        """
        WITH fresh AS (
            SELECT id, published_at, configuration::regconfig, headline, standfirst, names, body, marks, string_to_array(spelled, ' ') AS spelled
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS fresh (id, published_at, configuration, headline, standfirst, names, body, marks, spelled)
        ),
        known AS (
            INSERT INTO delivery.search_configurations SELECT DISTINCT configuration FROM fresh ON CONFLICT DO NOTHING
        )
        INSERT INTO delivery.search AS present (article_id, published_at, configuration, words, spelled)
        SELECT id, published_at, configuration,
               setweight(to_tsvector(configuration, headline), 'A')
                   || setweight(to_tsvector(configuration, standfirst), 'B')
                   || setweight(to_tsvector(configuration, names), 'C')
                   || setweight(to_tsvector(configuration, body), 'D')
                   || array_to_tsvector(string_to_array(marks, ' ')),
               spelled
        FROM fresh
        ON CONFLICT (article_id) DO UPDATE
            SET published_at = excluded.published_at, configuration = excluded.configuration, words = excluded.words, spelled = excluded.spelled
            WHERE (present.published_at, present.configuration, present.words, present.spelled)
               <> (excluded.published_at, excluded.configuration, excluded.words, excluded.spelled)
        """;

    /// <summary>Before their rows change: what $1 have as yet is counted off, and $2 to $4 on. Nobody else writes here meanwhile.</summary>
    private const string CountWords =
        """
        WITH step AS (
            SELECT word, max(folded) AS folded, sum(many)::integer AS many
            FROM (
                SELECT word, NULL AS folded, -1 AS many FROM delivery.search CROSS JOIN unnest(spelled) AS word WHERE article_id = ANY ($1)
                UNION ALL
                SELECT * FROM unnest($2, $3, $4)
            ) AS steps
            GROUP BY word
            HAVING sum(many) <> 0
        ),
        gone AS (
            DELETE FROM delivery.words AS present USING step WHERE present.word = step.word AND present.articles + step.many <= 0
        ),
        counted AS (
            UPDATE delivery.words AS present SET articles = articles + step.many
            FROM step
            WHERE present.word = step.word AND present.articles + step.many > 0
        )
        INSERT INTO delivery.words (word, folded, articles)
        SELECT word, folded, many
        FROM step
        WHERE many > 0 AND NOT EXISTS (SELECT FROM delivery.words AS present WHERE present.word = step.word)
        """;

    /// <summary>$1 whose; $2 to $5 all rows they shall have.</summary>
    private const string PutSuggestions =
        """
        WITH wanted AS (
            SELECT * FROM unnest($2, $3, $4, $5) AS row (kind, typed, published_at, id)
        ),
        gone AS (
            DELETE FROM delivery.suggestions AS present
            WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM wanted WHERE (wanted.id, wanted.typed) = (present.id, present.typed))
        )
        INSERT INTO delivery.suggestions AS present (kind, typed, published_at, id)
        SELECT kind, typed, published_at, id FROM wanted
        ON CONFLICT (id, typed) DO UPDATE SET published_at = excluded.published_at WHERE present.published_at <> excluded.published_at
        """;

    /// <summary>Of directory entries read a while ago, those that none has overtaken.</summary>
    private const string Present =
        """
        SELECT present.id
        FROM unnest($1, $2) AS entry (id, version) JOIN delivery.directory AS present ON (present.id, present.version) = (entry.id, entry.version)
        """;

    private const string Forget =
        """
        WITH typed AS (DELETE FROM delivery.suggestions WHERE id = ANY ($1))
        DELETE FROM delivery.search WHERE article_id = ANY ($1)
        """;

    public static async Task Put(NpgsqlConnection connection, IReadOnlyList<RenderedArticle> articles, CancellationToken cancel)
    {
        await Count(connection, [.. articles.Select(article => article.Edition.Id)], articles.SelectMany(article => article.Searchable.Words), cancel);
        await Execute(connection, PutSearchable,
        [
            articles.Select(article => article.Edition.Id).ToArray(),
            articles.Select(article => article.Edition.PublishedAt).ToArray(),
            articles.Select(article => article.Searchable.Configuration).ToArray(),
            articles.Select(article => article.Searchable.Headline).ToArray(),
            articles.Select(article => article.Searchable.Standfirst).ToArray(),
            articles.Select(article => article.Searchable.Names).ToArray(),
            articles.Select(article => article.Searchable.Body).ToArray(),
            articles.Select(article => string.Join(' ', article.Searchable.Marks)).ToArray(),
            articles.Select(article => string.Join(' ', article.Searchable.Words)).ToArray(),
        ], cancel);
        await Suggest(connection,
            [.. articles.SelectMany(article => article.Searchable.Typed.Select(typed => new Suggested("article", typed, article.Edition.PublishedAt, article.Edition.Id)))],
            [.. articles.Select(article => article.Edition.Id)], cancel);
    }

    /// <summary>Names are offered from the beginning of each of their words; articles, of which there are many more, from their own alone.</summary>
    public static async Task Put(NpgsqlConnection connection, IReadOnlyList<DirectoryEntry> directory, CancellationToken cancel)
    {
        var present = new HashSet<Guid>();
        await using (var command = Command(connection, Present, [directory.Select(entry => entry.Id).ToArray(), directory.Select(entry => entry.Version).ToArray()]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                present.Add(reader.GetGuid(0));
            }
        }
        await Suggest(connection,
            [
                .. directory.Where(entry => present.Contains(entry.Id)).SelectMany(entry => SearchText.Beginnings(entry.Name).Append(SearchText.ToType(entry.Slug))
                    .Where(typed => typed.Length > 0).Distinct().Select(typed => new Suggested(entry.Kind, typed, null, entry.Id))),
            ],
            [.. present], cancel);
    }

    public static async Task Remove(NpgsqlConnection connection, Guid[] articles, CancellationToken cancel)
    {
        await Count(connection, articles, [], cancel);
        await Execute(connection, Forget, [articles], cancel);
    }

    private static Task Count(NpgsqlConnection connection, Guid[] articles, IEnumerable<string> words, CancellationToken cancel)
    {
        var counted = words.CountBy(word => word).ToList();
        return Execute(connection, CountWords,
        [
            articles,
            counted.Select(word => word.Key).ToArray(),
            counted.Select(word => SearchText.ToType(word.Key)).ToArray(),
            counted.Select(word => word.Value).ToArray(),
        ], cancel);
    }

    private static Task Suggest(NpgsqlConnection connection, IReadOnlyList<Suggested> rows, Guid[] whose, CancellationToken cancel) =>
        Execute(connection, PutSuggestions,
        [
            whose,
            rows.Select(row => row.Kind).ToArray(),
            rows.Select(row => row.Typed).ToArray(),
            rows.Select(row => row.PublishedAt).ToArray(),
            rows.Select(row => row.Id).ToArray(),
        ], cancel);

    private static async Task Execute(NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancel)
    {
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return command;
    }

    private sealed record Suggested(string Kind, string Typed, DateTimeOffset? PublishedAt, Guid Id);
}
