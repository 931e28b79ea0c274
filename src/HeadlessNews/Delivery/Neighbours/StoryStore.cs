using HeadlessNews.Data;
using HeadlessNews.Delivery.Search;
using Npgsql;

namespace HeadlessNews.Delivery.Neighbours;

/// <summary>Stories: made of what is live, kept, and looked for among the others.</summary>
internal static class StoryStore
{
    /// <summary>A text's beginning is what it is about: further words are not looked at.</summary>
    private const int LeadWords = 60;
    private const int MostBodyWords = 400;

    /// <summary>One row for each word of each article, but marks, and names that stand nowhere but in bylines and tags.</summary>
    private const string LiveWords =
        """
        SELECT article.article_id, article.published_at, search.configuration::text,
               (SELECT facet_id FROM delivery.listing WHERE article_id = article.article_id AND facet_kind = 'source'),
               ARRAY (SELECT facet_id FROM delivery.listing WHERE article_id = article.article_id AND facet_kind = 'tag'),
               left(concat_ws(E'\n', article.document ->> 'summary', article.document #>> '{body,text}'), 6000),
               word.text, word.best, word.in_body, word.times
        FROM delivery.articles AS article
        JOIN delivery.search AS search ON search.article_id = article.article_id
        CROSS JOIN LATERAL (
            SELECT array_agg(lexeme) AS text, array_agg(best) AS best, array_agg(in_body) AS in_body, array_agg(times) AS times
            FROM (
                SELECT lexeme, min(place.weight) AS best, coalesce(min(place.position) FILTER (WHERE place.weight = 'D'), 0)::integer AS in_body,
                       count(*)::integer AS times
                FROM unnest(search.words) AS word CROSS JOIN LATERAL unnest(word.positions, word.weights) AS place (position, weight)
                WHERE place.weight <> 'C'
                GROUP BY lexeme
            ) AS placed
        ) AS word
        WHERE article.article_id = ANY ($1) AND article.state = 'live'
        """;

    private const string Stemmed =
        """
        SELECT nth, tsvector_to_array(to_tsvector(configuration::regconfig, names))
        FROM unnest($1, $2) WITH ORDINALITY AS text (configuration, names, nth)
        """;

    private const string Write =
        """
        INSERT INTO delivery.stories (article_id, published_at, source_id, configuration, words, weights, are_names, tags)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (article_id) DO UPDATE SET
            published_at = excluded.published_at, source_id = excluded.source_id, configuration = excluded.configuration,
            words = excluded.words, weights = excluded.weights, are_names = excluded.are_names, tags = excluded.tags
        """;

    private const string Kept =
        "SELECT article_id, published_at, source_id, configuration, words, weights, are_names, tags FROM delivery.stories WHERE article_id = ANY ($1)";

    /// <summary>
    /// One look into the index of search: articles of the time that have at least two of the words. It reads what the rare words or the
    /// time have, whichever is less.
    /// </summary>
    internal const string WithWords = "SELECT article_id FROM delivery.search WHERE words @@ $1::tsquery AND article_id <> $2 LIMIT $3";

    /// <summary>The nearest in time on both sides in each tag's list.</summary>
    internal const string WithTags =
        """
        SELECT listed.article_id
        FROM unnest($1) AS tag (id)
        CROSS JOIN LATERAL (
            (SELECT article_id FROM delivery.listing
             WHERE facet_kind = 'tag' AND facet_id = tag.id AND published_at <= $2 AND published_at > $3 ORDER BY published_at DESC LIMIT $5)
            UNION ALL
            (SELECT article_id FROM delivery.listing
             WHERE facet_kind = 'tag' AND facet_id = tag.id AND published_at > $2 AND published_at < $4 ORDER BY published_at LIMIT $5)
        ) AS listed
        """;

    /// <summary>In one order, which a withdrawal keeps too: it drops its articles' stories at once.</summary>
    public static Task Lock(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel) =>
        connection.Execute("SELECT FROM delivery.stories WHERE article_id = ANY ($1) ORDER BY article_id FOR UPDATE", [ids], cancel);

    /// <summary>The live ones among these articles, as they are now.</summary>
    public static async Task<List<Story>> OfLive(NpgsqlConnection connection, Guid[] ids, WordRarity rarity, CancellationToken cancel)
    {
        var found = new List<(Story Story, string Text, string[] Words, string[] Best, int[] InBody, int[] Times)>();
        await using (var command = connection.Statement(LiveWords, [ids]))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var story = new Story
                {
                    Id = reader.GetGuid(0),
                    PublishedAt = reader.GetFieldValue<DateTimeOffset>(1),
                    Configuration = reader.GetString(2),
                    Source = reader.GetGuid(3),
                    Tags = reader.GetFieldValue<Guid[]>(4),
                    Words = [],
                };
                found.Add(reader.IsDBNull(6)
                    ? (story, "", [], [], [], [])
                    : (story, reader.GetString(5), reader.GetFieldValue<string[]>(6), reader.GetFieldValue<string[]>(7), reader.GetFieldValue<int[]>(8), reader.GetFieldValue<int[]>(9)));
            }
        }
        var told = found.ConvertAll(one => Names.In(one.Text, one.Story.Configuration));
        var names = await Stems(connection, [.. found.Select((one, nth) => (one.Story.Configuration, told[nth].Words))], cancel);
        var titles = await Stems(connection, [.. found.Select((one, nth) => (one.Story.Configuration, told[nth].Titles))], cancel);
        return
        [
            .. found.Select((one, nth) => one.Story with
            {
                Words = Weigh(one.Story.Configuration, one.Words, one.Best, one.InBody, one.Times, names[nth], titles[nth], rarity),
            }),
        ];
    }

    /// <summary>The words that tell most, weighed by where they stand and how often.</summary>
    private static List<StoryWord> Weigh(
        string configuration, string[] words, string[] best, int[] inBody, int[] times, HashSet<string> names, HashSet<string> titles, WordRarity rarity)
    {
        var bodyBegins = inBody.Where(position => position > 0).DefaultIfEmpty(1).Min();
        return
        [
            .. words.Select((word, nth) =>
            {
                var isNumber = char.IsAsciiDigit(word[0]);
                var place = (best[nth], inBody[nth] - bodyBegins) switch
                {
                    ("A", _) => 2.0,
                    ("B", _) => 1.5,
                    (_, < LeadWords) => 1.2,
                    (_, < MostBodyWords) => 0.7,
                    _ => 0,
                };
                // A single figure counts anything.
                var kind = isNumber ? (word.Length > 1 ? 1.2 : 0) : names.Contains(word) ? 1.5 : word.Length > 1 ? 1 : 0;
                return new StoryWord(word, (float)(place * kind * (1 + Math.Log(times[nth]) / 2)), names.Contains(word) || titles.Contains(word));
            })
            .Where(word => word.Weight > 0)
            .OrderByDescending(word => word.Weight * rarity.Of(word.Text, configuration)).ThenBy(word => word.Text, StringComparer.Ordinal)
            .Take(Story.MostWords),
        ];
    }

    private static async Task<HashSet<string>[]> Stems(
        NpgsqlConnection connection, IReadOnlyList<(string Configuration, IReadOnlyCollection<string> Words)> texts, CancellationToken cancel)
    {
        var stems = texts.Select(_ => new HashSet<string>(StringComparer.Ordinal)).ToArray();
        await using var command = connection.Statement(Stemmed,
        [
            texts.Select(text => text.Configuration).ToArray(),
            texts.Select(text => SearchText.ToFind(string.Join('\n', text.Words), text.Configuration)).ToArray(),
        ]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            stems[reader.GetInt64(0) - 1].UnionWith(reader.GetFieldValue<string[]>(1));
        }
        return stems;
    }

    public static async Task Put(NpgsqlConnection connection, IEnumerable<Story> stories, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var story in stories)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Write)
            {
                Parameters =
                {
                    new() { Value = story.Id }, new() { Value = story.PublishedAt }, new() { Value = story.Source }, new() { Value = story.Configuration },
                    new() { Value = story.Words.Select(word => word.Text).ToArray() },
                    new() { Value = story.Words.Select(word => word.Weight).ToArray() },
                    new() { Value = story.Words.Select(word => word.IsName).ToArray() },
                    new() { Value = story.Tags.ToArray() },
                },
            });
        }
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    public static async Task<Dictionary<Guid, Story>> Get(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel)
    {
        var stories = new Dictionary<Guid, Story>();
        await using var command = connection.Statement(Kept, [ids]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (words, weights, areNames) = (reader.GetFieldValue<string[]>(4), reader.GetFieldValue<float[]>(5), reader.GetFieldValue<bool[]>(6));
            stories[reader.GetGuid(0)] = new Story
            {
                Id = reader.GetGuid(0),
                PublishedAt = reader.GetFieldValue<DateTimeOffset>(1),
                Source = reader.GetGuid(2),
                Configuration = reader.GetString(3),
                Words = [.. words.Select((word, nth) => new StoryWord(word, weights[nth], areNames[nth]))],
                Tags = reader.GetFieldValue<Guid[]>(7),
            };
        }
        return stories;
    }

    public static async Task Remove(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel)
    {
        await connection.Execute("DELETE FROM delivery.stories WHERE article_id = ANY ($1)", [ids], cancel);
    }
}
