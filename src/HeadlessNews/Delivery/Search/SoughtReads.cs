namespace HeadlessNews.Delivery.Search;

/// <summary>Which words of texts a query looks for: the stemmers say it, each word asked once for a whole page.</summary>
internal sealed class SoughtReads(Stems stems)
{
    /// <summary>These look at how a word begins, or write it in other letters; all others leave its first letter, but for an accent.</summary>
    private static readonly HashSet<string> ChangeBeginnings = ["arabic", "hindi", "indonesian", "irish", "nepali", "serbian", "tamil", "yiddish"];

    /// <summary>First letters as every stemmer has them, of those that by themselves decide it; NUL where nobody has asked yet.</summary>
    private static readonly char[] Beginnings = new char[char.MaxValue + 1];

    /// <summary>Where in each text the words stand that the query looks for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="texts">The texts, each with the stemmer of its language.</param>
    /// <param name="cancel">Ends the look.</param>
    public async Task<IReadOnlyList<IReadOnlyList<Range>>> Of(AskedQuery query, IReadOnlyList<(string Configuration, string Text)> texts, CancellationToken cancel)
    {
        var found = new IReadOnlyList<Range>[texts.Count];
        Array.Fill(found, []);
        foreach (var asked in query.In.Select(words => words.Asked).Where(asked => asked.Words.Count > 0))
        {
            var looked = asked.Words.Select(AskedWords.Unquoted).ToHashSet(StringComparer.Ordinal);
            var beginnings = ChangeBeginnings.Contains(asked.Configuration) ? null : looked.Select(word => Beginning(word)).ToArray();
            // Of most words it is plain by their first letter that nobody looks for them: they never become more than a place in a text.
            var words = new HashSet<string>(StringComparer.Ordinal);
            var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
            bool MayBe(ReadOnlySpan<char> word)
            {
                var mayBe = beginnings is null || beginnings.Contains(Beginning(word));
                if (mayBe)
                {
                    known.Add(word);
                }
                return mayBe;
            }
            var places = texts.Select(text => text.Configuration == asked.Configuration ? Marking.Chunks(text.Text, MayBe) : null).ToArray();
            var sought = await stems.Sought(asked.Configuration, words, looked, cancel);
            var isSought = sought.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var i = 0; i < texts.Count; i++)
            {
                if (places[i] is { } chunks && sought.Count > 0)
                {
                    found[i] = Marking.Find(texts[i].Text, chunks, word => isSought.Contains(word));
                }
            }
        }
        return found;
    }

    /// <summary>Its first letter as every stemmer would have it: lower case, bare, the same of letters that look alike.</summary>
    private static char Beginning(ReadOnlySpan<char> word)
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
}
