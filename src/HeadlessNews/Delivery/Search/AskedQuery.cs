using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery.Search;

/// <summary>A question as PostgreSQL is asked it: in each stemmer's words, with the marks of its filters.</summary>
/// <param name="In">What each stemmer made of it; none when it has nothing but words that stand everywhere.</param>
/// <param name="Marks">Of the lists it is restricted to.</param>
internal sealed record AskedQuery(IReadOnlyList<AskedQuery.Words> In, IReadOnlyList<string> Marks)
{
    /// <summary>When the newest article was published, as it was asked.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>What a match must meet.</summary>
    public string Exact => All(words => words.Asked.Query);

    /// <summary>What the index can tell of it.</summary>
    public string Indexed => All(words => words.Asked.HasPhrase ? words.Wider : words.Asked.Query);

    /// <summary>Whether the index cannot tell all of it.</summary>
    public bool MustConfirm => In.Any(words => words.Asked.HasPhrase);

    private string All(Func<Words, string?> query)
    {
        var any = string.Join(" | ", In.Select(words =>
        {
            var mark = Quoted(SearchMarks.OfConfiguration(words.Asked.Configuration));
            return query(words) is { } text ? $"(({text}) & {mark})" : mark;
        }));
        return string.Join(" & ", Marks.Select(Quoted).Prepend($"({any})"));
    }

    private static string Quoted(string mark) => $"'{mark}'";

    /// <summary>One stemmer's words, and what the index alone can tell of them.</summary>
    internal sealed record Words(AskedWords Asked, string? Wider);
}

/// <summary>Has each stemmer that anything published went through say what it makes of a question.</summary>
internal sealed class QueryReads(Databases databases)
{
    private const string Ask =
        """
        SELECT asked.configuration, query::text, querytree(query),
               (SELECT published_at FROM delivery.listing WHERE facet_kind = $3 AND facet_id = $4 ORDER BY published_at DESC LIMIT 1)
        FROM unnest($1, $2) AS asked (configuration, text)
        JOIN delivery.search_configurations AS known ON known.configuration = asked.configuration::regconfig
        CROSS JOIN LATERAL websearch_to_tsquery(known.configuration, asked.text) AS query
        WHERE numnode(query) > 0
        """;

    public async Task<AskedQuery> Read(SearchQuestion question, IReadOnlyList<Facet> facets, CancellationToken cancel)
    {
        string[] configurations = question.Filter.Language is { } language ? [SearchText.Configuration(language)] : [.. SearchText.Configurations];
        await using var command = databases.Delivery.CreateCommand(Ask);
        command.CommandTimeout = SearchReads.Patience;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = configurations });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. configurations.Select(question.In)] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Facet.All.Kind });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Facet.All.Id });
        var found = new List<AskedQuery.Words>();
        DateTimeOffset? newest = null;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new AskedQuery.Words(new AskedWords(reader.GetString(0), reader.GetString(1)), AskedWords.Wider(reader.GetString(2))));
            newest = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3);
        }
        return new AskedQuery(found, [.. facets.Where(facet => facet != Facet.All).Select(SearchMarks.Of)]) { Newest = newest };
    }
}
