using System.Collections.Concurrent;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>
/// What the stemmers make of words. They never change their minds, and newsrooms use the same words every day: what was asked once is kept.
/// </summary>
internal sealed class Stems(Databases databases)
{
    /// <summary>A few megabytes; when they are full, they begin anew.</summary>
    private const int MostKept = 32_000;

    private const int LongestKept = 40;

    private const string Ask =
        """
        SELECT nth::integer - 1, tsvector_to_array(to_tsvector($2::regconfig, word))
        FROM unnest($1) WITH ORDINALITY AS asked (word, nth)
        """;

    private readonly ConcurrentDictionary<(string Configuration, string Word), string[]> kept = new();

    /// <summary>Those of some words of which a stemmer makes one that is looked for.</summary>
    public async Task<HashSet<string>> Sought(string configuration, IEnumerable<string> words, IReadOnlySet<string> stems, CancellationToken cancel)
    {
        var sought = new HashSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var word in words)
        {
            if (!kept.TryGetValue((configuration, word), out var made))
            {
                unknown.Add(word);
            }
            else if (stems.Overlaps(made))
            {
                sought.Add(word);
            }
        }
        if (unknown.Count == 0)
        {
            return sought;
        }
        if (kept.Count > MostKept)
        {
            kept.Clear();
        }
        await using var command = databases.Delivery.CreateCommand(Ask);
        command.CommandTimeout = SearchReads.Patience;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. unknown.Select(word => SearchText.ToAsk(word, configuration))] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = configuration });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (word, made) = (unknown[reader.GetInt32(0)], reader.GetFieldValue<string[]>(1));
            if (word.Length <= LongestKept)
            {
                kept[(configuration, word)] = made;
            }
            if (stems.Overlaps(made))
            {
                sought.Add(word);
            }
        }
        return sought;
    }
}
