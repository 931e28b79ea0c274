using HeadlessNews.Data;
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
            INSERT INTO delivery.search_configurations SELECT DISTINCT configuration FROM fresh ORDER BY configuration ON CONFLICT DO NOTHING
        ),
        before AS (
            SELECT word FROM delivery.search CROSS JOIN unnest(spelled) AS word WHERE article_id = ANY ($1)
        ),
        put AS (
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
            RETURNING article_id, words
        ),
        ranking AS (
            INSERT INTO delivery.search_ranking (article_id, words)
            SELECT article_id, ts_filter(words, '{a,b,c}') FROM put
            ON CONFLICT (article_id) DO UPDATE SET words = excluded.words
        )
        SELECT word FROM before
        """;

    /// <summary>$1 the words, $2 one spelling for many, $3 by how many articles more or fewer use them. Nobody else writes here meanwhile.</summary>
    private const string CountWords =
        """
        WITH step AS (
            SELECT * FROM unnest($1, $2, $3) AS row (word, folded, many)
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
        WITH typed AS (DELETE FROM delivery.suggestions WHERE id = ANY ($1)),
        gone AS (DELETE FROM delivery.search WHERE article_id = ANY ($1) RETURNING spelled)
        SELECT word FROM gone CROSS JOIN unnest(spelled) AS word
        """;

    /// <summary>The long part, which touches nothing but the articles' own rows: before writers wait for each other.</summary>
    /// <returns>What to <see cref="Count"/> when they have.</returns>
    public static async Task<IReadOnlyList<WordStep>> Put(NpgsqlConnection connection, IReadOnlyList<RenderedArticle> articles, CancellationToken cancel)
    {
        var before = await Words(connection, PutSearchable,
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
        return [.. before.Select(word => new WordStep(word, -1)).Concat(articles.SelectMany(article => article.Searchable.Words).Select(word => new WordStep(word, 1)))
            .GroupBy(step => step.Word, (word, steps) => new WordStep(word, steps.Sum(step => step.Many))).Where(step => step.Many != 0)];
    }

    /// <summary>How many articles use which words, for mending what was mistyped.</summary>
    public static Task Count(NpgsqlConnection connection, IReadOnlyList<WordStep> steps, CancellationToken cancel) =>
        connection.Execute(CountWords,
        [
            steps.Select(step => step.Word).ToArray(),
            steps.Select(step => SearchText.ToType(step.Word)).ToArray(),
            steps.Select(step => step.Many).ToArray(),
        ], cancel);

    /// <summary>Names are offered from the beginning of each of their words; articles, of which there are many more, from their own alone.</summary>
    public static async Task Put(NpgsqlConnection connection, IReadOnlyList<DirectoryEntry> directory, CancellationToken cancel)
    {
        var present = new HashSet<Guid>();
        await using (var command = connection.Statement(Present, [directory.Select(entry => entry.Id).ToArray(), directory.Select(entry => entry.Version).ToArray()]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                present.Add(reader.GetGuid(0));
            }
        }
        await Suggest(connection,
            [
                .. directory.Where(entry => present.Contains(entry.Id)).SelectMany(entry => entry.Aliases.Prepend(entry.Name).SelectMany(SearchText.Beginnings).Append(SearchText.ToType(entry.Slug))
                    .Where(typed => typed.Length > 0).Distinct().Select(typed => new Suggested(entry.Kind, typed, null, entry.Id))),
            ],
            [.. present], cancel);
    }

    /// <summary>While no other writer writes.</summary>
    public static async Task Remove(NpgsqlConnection connection, Guid[] articles, CancellationToken cancel) =>
        await Count(connection, [.. (await Words(connection, Forget, [articles], cancel)).CountBy(word => word).Select(word => new WordStep(word.Key, -word.Value))], cancel);

    private static Task Suggest(NpgsqlConnection connection, IReadOnlyList<Suggested> rows, Guid[] whose, CancellationToken cancel) =>
        connection.Execute(PutSuggestions,
        [
            whose,
            rows.Select(row => row.Kind).ToArray(),
            rows.Select(row => row.Typed).ToArray(),
            rows.Select(row => row.PublishedAt).ToArray(),
            rows.Select(row => row.Id).ToArray(),
        ], cancel);

    private static async Task<List<string>> Words(NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancel)
    {
        await using var command = connection.Statement(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var words = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            words.Add(reader.GetString(0));
        }
        return words;
    }

    /// <summary>So many articles more, or fewer, use a word.</summary>
    public sealed record WordStep(string Word, int Many);

    private sealed record Suggested(string Kind, string Typed, DateTimeOffset? PublishedAt, Guid Id);
}
