using System.Diagnostics;
using System.Globalization;
using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>Mends mistyped words by those that published headlines, summaries and names have: the nearest, and of those the most frequent.</summary>
internal sealed class WordReads(Databases databases)
{
    private const int MostWords = 5;
    private const int MostTries = 8;
    private const int MostChoices = 3;

    /// <summary>After this nothing more is tried: an answer without a suggestion is better than a late one.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// For each word that nothing has: the words most like it by their trigrams; and, since two letters swapped leave a short word hardly a
    /// trigram, those of about its length that begin as it does ($2).
    /// </summary>
    private const string Like =
        """
        SELECT asked.nth::integer - 1, near.word, near.folded, near.articles
        FROM unnest($1, $2) WITH ORDINALITY AS asked (folded, beginning, nth)
        CROSS JOIN LATERAL (
            (SELECT word, folded, articles
             FROM delivery.words
             WHERE folded % asked.folded
             ORDER BY similarity(folded, asked.folded) DESC, folded, word
             LIMIT 20)
            UNION ALL
            (SELECT word, folded, articles
             FROM (
                 SELECT word, folded, articles
                 FROM delivery.words
                 WHERE folded >= asked.beginning AND folded < asked.beginning || chr(1114111)
                 ORDER BY folded, word
                 LIMIT 5000
             ) AS alike
             WHERE char_length(asked.folded) < 8 AND abs(char_length(folded) - char_length(asked.folded)) <= 1)
        ) AS near
        WHERE NOT EXISTS (SELECT FROM delivery.words AS known WHERE known.folded = asked.folded)
        ORDER BY asked.nth
        """;

    /// <summary>The question with other words, or null when no other would do.</summary>
    /// <param name="question">What found nothing.</param>
    /// <param name="finds">Whether another text finds something, with the same filters.</param>
    /// <param name="cancel">Ends the look.</param>
    public async Task<string?> Mend(SearchQuestion question, Func<string, Task<bool>> finds, CancellationToken cancel)
    {
        var words = SearchText.WordsOf(question.Text).Take(MostWords).ToArray();
        if (words.Length == 0)
        {
            return null;
        }
        var folded = Array.ConvertAll(words, SearchText.ToType);
        var near = new Dictionary<int, List<(string Word, int Distance, int Articles)>>();
        await using (var command = databases.Delivery.CreateCommand(Like))
        {
            command.CommandTimeout = SearchReads.Patience;
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = folded });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(folded, word => SearchText.Cut(word, word.Length < 5 ? 1 : 2)) });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var (nth, word) = (reader.GetInt32(0), reader.GetString(1));
                var distance = Distance(folded[nth], reader.GetString(2));
                if (distance <= Math.Max(1, folded[nth].Length / 3))
                {
                    (near.TryGetValue(nth, out var choices) ? choices : near[nth] = []).Add((word, distance, reader.GetInt32(3)));
                }
            }
        }
        var started = Stopwatch.GetTimestamp();
        foreach (var other in Others(question.Text, words, near).Take(MostTries))
        {
            if (Stopwatch.GetElapsedTime(started) > MostTime)
            {
                return null;
            }
            if (await finds(other))
            {
                return other;
            }
        }
        return null;
    }

    /// <summary>
    /// Every unknown word's nearest at once; then second choices, one word after the other, and words left as they are, which texts may
    /// have though no headline has: what changes the question's sense least comes first.
    /// </summary>
    private static IEnumerable<string> Others(string text, string[] words, Dictionary<int, List<(string Word, int Distance, int Articles)>> near)
    {
        IEnumerable<(string Text, double Cost)> mended = [(text, 0)];
        foreach (var (nth, choices) in near.OrderBy(unknown => unknown.Key))
        {
            // Who mistypes a word hardly ever does so in its first letter.
            var best = choices.OrderBy(choice => choice.Distance + (choice.Word[0] == words[nth][0] ? 0 : 0.5)).ThenByDescending(choice => choice.Articles)
                .Select(choice => choice.Word).Distinct().Take(MostChoices).ToList();
            mended = [.. mended.SelectMany(so => best.Select((word, rank) => (Replace(so.Text, words[nth], word), so.Cost + rank)).Append((so.Text, so.Cost + 1.5)))];
        }
        return mended.OrderBy(other => other.Cost).Select(other => other.Text).Where(other => other != text).Distinct();
    }

    /// <summary>The word wherever it stands as one, with its capitals.</summary>
    private static string Replace(string text, string word, string other)
    {
        var at = 0;
        foreach (var run in SearchText.Runs(text).ToArray())
        {
            at = text.IndexOf(run, at, StringComparison.Ordinal);
            var put = run.Equals(word, StringComparison.OrdinalIgnoreCase) ? LikeCapitals(run, other) : run;
            text = text[..at] + put + text[(at + run.Length)..];
            at += put.Length;
        }
        return text;
    }

    private static string LikeCapitals(string run, string other) =>
        !char.IsUpper(run[0]) ? other
        : run.All(letter => !char.IsLower(letter)) ? other.ToUpperInvariant()
        : StringInfo.GetNextTextElement(other).ToUpperInvariant() + other[StringInfo.GetNextTextElementLength(other)..];

    /// <summary>How many letters must be put in, taken out, exchanged or swapped with the next (optimal string alignment).</summary>
    internal static int Distance(string one, string other)
    {
        var distances = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }
                var best = Math.Min(
                    Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1,
                    distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                distances[i, j] = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] ? Math.Min(best, distances[i - 2, j - 2] + 1) : best;
            }
        }
        return distances[one.Length, other.Length];
    }
}
