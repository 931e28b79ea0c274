using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>Which words of texts a query looks for: the stemmers say it, each word asked once for a whole page.</summary>
internal sealed class SoughtReads(Databases databases)
{
    private const string Sought =
        """
        SELECT nth::integer - 1
        FROM unnest($1) WITH ORDINALITY AS asked (word, nth)
        WHERE to_tsvector($2::regconfig, word) @@ $3::tsquery
        """;

    /// <summary>These look at how a word begins, or write it in other letters; all others leave its first letter, but for an accent.</summary>
    private static readonly HashSet<string> ChangeBeginnings = ["arabic", "hindi", "indonesian", "irish", "nepali", "serbian", "tamil", "yiddish"];

    /// <summary>Those of the texts' words, by stemmer, that the query looks for.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> Of(AskedQuery query, ILookup<string, string> texts, CancellationToken cancel)
    {
        var sought = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var asked in query.In.Select(words => words.Asked).Where(asked => asked.Words.Count > 0 && texts.Contains(asked.Configuration)))
        {
            var isAsIs = ChangeBeginnings.Contains(asked.Configuration);
            var beginnings = asked.Words.Select(word => Beginning(word[1..^1])).ToHashSet();
            var words = texts[asked.Configuration].SelectMany(Marking.Words).ToHashSet(StringComparer.Ordinal)
                .Where(word => isAsIs || beginnings.Contains(Beginning(word))).ToArray();
            var found = new HashSet<string>(StringComparer.Ordinal);
            await using var command = databases.Delivery.CreateCommand(Sought);
            command.CommandTimeout = SearchReads.Patience;
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. words.Select(word => SearchText.ToAsk(word, asked.Configuration))] });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = asked.Configuration });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = string.Join(" | ", asked.Words) });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                found.Add(words[reader.GetInt32(0)]);
            }
            sought[asked.Configuration] = found;
        }
        return sought;
    }

    /// <summary>Its first letter as every stemmer would have it: lower case, bare, the same of letters that look alike.</summary>
    private static char Beginning(string word)
    {
        var folded = SearchText.ToAsk(SearchText.Cut(word, 4), "simple");
        return folded.Length == 0 ? '\0' : char.ToLowerInvariant(folded[0]);
    }
}
