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

    /// <summary>First letters as every stemmer has them, of those that by themselves decide it; NUL where nobody has asked yet.</summary>
    private static readonly char[] Beginnings = new char[char.MaxValue + 1];

    /// <summary>Those of the texts' words, by stemmer, that the query looks for.</summary>
    public async Task<IReadOnlyDictionary<string, SoughtWords>> Of(AskedQuery query, ILookup<string, string> texts, CancellationToken cancel)
    {
        var sought = new Dictionary<string, SoughtWords>(StringComparer.Ordinal);
        foreach (var asked in query.In.Select(words => words.Asked).Where(asked => asked.Words.Count > 0 && texts.Contains(asked.Configuration)))
        {
            var beginnings = ChangeBeginnings.Contains(asked.Configuration) ? null : asked.Words.Select(word => Beginning(word.AsSpan()[1..^1])).ToArray();
            var words = Words(texts[asked.Configuration], beginnings);
            var found = new HashSet<string>(StringComparer.Ordinal);
            await using var command = databases.Delivery.CreateCommand(Sought);
            command.CommandTimeout = SearchReads.Patience;
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(words, word => SearchText.ToAsk(word, asked.Configuration)) });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = asked.Configuration });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = string.Join(" | ", asked.Words) });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                found.Add(words[reader.GetInt32(0)]);
            }
            sought[asked.Configuration] = new SoughtWords(beginnings, found);
        }
        return sought;
    }

    /// <summary>Its first letter as every stemmer would have it: lower case, bare, the same of letters that look alike.</summary>
    internal static char Beginning(ReadOnlySpan<char> word)
    {
        if (Beginnings[word[0]] is not '\0' and var known)
        {
            return known;
        }
        if (!char.IsSurrogate(word[0]) && First(word[..1].ToString()) is not '\0' and var first)
        {
            return Beginnings[word[0]] = first;
        }
        return First(SearchText.Cut(word.ToString(), 4));

        static char First(string letters) => SearchText.ToAsk(letters, "simple") is [var letter, ..] ? char.ToLowerInvariant(letter) : '\0';
    }

    /// <summary>The different words of texts that begin as one that is looked for; most do not, and are never more than a place in their text.</summary>
    private static string[] Words(IEnumerable<string> texts, char[]? beginnings)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            Marking.Find(text, word =>
            {
                if (beginnings is null || beginnings.Contains(Beginning(word)))
                {
                    known.Add(word);
                }
                return false;
            });
        }
        return [.. words];
    }
}

/// <summary>The words of some texts that a query looks for.</summary>
internal sealed class SoughtWords(char[]? beginnings, HashSet<string> words)
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = words.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool Has(ReadOnlySpan<char> word) => words.Count > 0 && (beginnings is null || beginnings.Contains(SoughtReads.Beginning(word))) && known.Contains(word);
}
