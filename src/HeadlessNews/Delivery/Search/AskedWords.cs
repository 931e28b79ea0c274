namespace HeadlessNews.Delivery.Search;

/// <summary>
/// What one stemmer made of a query: PostgreSQL's text for it, and what follows from that. A phrase is known only when the vectors
/// themselves are read, one by one; the index alone knows which have all its words.
/// </summary>
internal sealed record AskedWords(string Configuration, string Query)
{
    private readonly List<Token> tokens = Read(Query);

    private enum Sort
    {
        Word,
        Not,
        Follows,
        Other,
    }

    /// <summary>Whether vectors must be read to answer it.</summary>
    public bool HasPhrase => tokens.Any(token => token.Sort == Sort.Follows);

    /// <summary>The words it looks for, quoted; not those it excludes.</summary>
    public IReadOnlyList<string> Words => Sought(tokens);

    /// <summary>A word as it stands in vectors.</summary>
    public static string Unquoted(string word) =>
        word[1..^1].Replace("''", "'", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);

    /// <summary>A query that the index answers alone, and that finds no less. Null where there is none: then anything may be it.</summary>
    /// <param name="indexable">The query without what it excludes, as PostgreSQL's querytree has it.</param>
    public static string? Wider(string indexable) =>
        indexable is "" or "T" ? null : string.Concat(Read(indexable).Select(token => token.Sort == Sort.Follows ? "&" : token.Text));

    private static List<string> Sought(List<Token> tokens)
    {
        var words = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Sort == Sort.Word)
            {
                words.Add(tokens[i].Text);
            }
            else if (tokens[i].Sort == Sort.Not)
            {
                // What is excluded: a word, or all to the end of its bracket.
                var depth = 0;
                do
                {
                    i++;
                    depth += tokens[i].Text switch { "(" => 1, ")" => -1, _ => 0 };
                }
                while (depth > 0 || tokens[i].Sort == Sort.Not);
            }
        }
        return [.. words.Distinct()];
    }

    /// <summary>As PostgreSQL writes queries: words in quotes, which it doubles within; operators; brackets.</summary>
    private static List<Token> Read(string query)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < query.Length; i++)
        {
            var start = i;
            switch (query[i])
            {
                case '\'':
                    for (i++; query[i] != '\'' || (i + 1 < query.Length && query[i + 1] == '\''); i++)
                    {
                        i += query[i] is '\'' or '\\' ? 1 : 0;
                    }
                    tokens.Add(new Token(query[start..(i + 1)], Sort.Word));
                    break;
                case '<':
                    i = query.IndexOf('>', i);
                    tokens.Add(new Token(query[start..(i + 1)], Sort.Follows));
                    break;
                case ' ':
                    break;
                case var sign:
                    tokens.Add(new Token(sign.ToString(), sign == '!' ? Sort.Not : Sort.Other));
                    break;
            }
        }
        return tokens;
    }

    private readonly record struct Token(string Text, Sort Sort);
}
